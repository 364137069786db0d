"""What the templates of the pages for staff are given."""

from dataclasses import dataclass, field
from datetime import date, datetime

from discovery_accounts.config.faults import Fault
from discovery_accounts.login.checks import Step


@dataclass(frozen=True, slots=True)
class LibraryView:
    """``state`` is ``faulty`` or that of the breaker; ``last_error`` a ``LibraryError.code``. Times are of this
    process."""

    name: str
    title: str
    state: str
    last_answer_at: datetime | None
    last_error: str | None
    faults: tuple[Fault, ...]
    may_check: bool = False


@dataclass(frozen=True, slots=True)
class LoginView:
    """A way of signing in; ``library`` is the title of the one it belongs to, ``troubles`` what its settings
    ask of the library in vain."""

    name: str
    title: str
    kind: str
    library: str | None
    may_check: bool
    has_attributes: bool = False
    troubles: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class JobView:
    """A job and its last run; ``next_at`` ``None`` where this program does not start it by the clock."""

    name: str
    started_at: datetime | None
    result: str | None
    did: tuple[tuple[str, int], ...]
    left: int
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class StaffView:
    """One live grant; ``library`` ``None`` is every library."""

    name: str = field(repr=False)
    email: str = field(repr=False)
    role: str
    library: str | None
    last_day: date
    ready: bool
