"""What the templates of the pages for staff are given."""

from dataclasses import dataclass, field
from datetime import date, datetime

from discovery_accounts.config.faults import Fault
from discovery_accounts.login.checks import Step
from discovery_accounts.web.pages.admin_charts import FiguresView
from discovery_accounts.web.pages.admin_library_shapes import TestView


@dataclass(frozen=True, slots=True)
class LibraryView:
    """``state`` is ``faulty`` or that of the breaker; ``last_error`` a ``LibraryError.code``. Times and figures are
    of this process; ``test`` is the last self-test, wherever it was made."""

    name: str
    title: str
    state: str
    last_answer_at: datetime | None
    last_error: str | None
    faults: tuple[Fault, ...]
    may_check: bool = False
    in_flight: int = 0
    figures: FiguresView | None = None
    test: TestView | None = None


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
    """A job and its last run; ``next_at`` ``None`` where this program does not start it by the clock. ``every`` is in
    minutes; ``trouble`` is ``failed``, ``died`` or ``late``."""

    name: str
    started_at: datetime | None
    result: str | None
    did: tuple[tuple[str, int], ...]
    left: int
    next_at: datetime | None
    every: int = 0
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class RunView:
    """One run. ``result`` is ``done``, ``failed``, ``running`` or ``died``; ``took`` is in seconds. ``dry``: it
    only counted."""

    started_at: datetime
    result: str
    did: tuple[tuple[str, int], ...]
    left: int
    took: float | None
    kept: tuple[tuple[str, int], ...]
    dry: bool = False


@dataclass(frozen=True, slots=True)
class EventView:
    """One event of the audit: codes and ids, nothing else."""

    at: datetime
    word: str
    library: str | None
    account: str | None
    card: str | None
    detail: tuple[tuple[str, str], ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class ToldView:
    """A notice of maintenance. Times have the library's zone; ``texts`` are language and text."""

    id: str
    library: str
    kind: str
    kind_word: str
    texts: tuple[tuple[str, str], ...]
    starts_at: datetime
    ends_at: datetime
    is_live: bool


@dataclass(frozen=True, slots=True)
class StaffView:
    """One live grant; ``library`` ``None`` is every library."""

    name: str = field(repr=False)
    email: str = field(repr=False)
    role: str
    library: str | None
    last_day: date
    ready: bool
