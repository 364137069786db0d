"""What the contract suite needs to know and to do at a provider: its people, and what happens to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from discovery_accounts.login.kinds import LoginKind


class PersonKind(StrEnum):
    """The people a world has. ``CLOSED`` knows the password, but the organisation's account is over;
    ``WITHOUT_ID`` has none of what a person is known by."""

    SOMEBODY = "somebody"
    ANOTHER = "another"
    CLOSED = "closed"
    WITHOUT_ID = "without_id"


class LoginTrouble(StrEnum):
    """What may be wrong with a provider, or on the way to it."""

    IS_DOWN = "is_down"
    HANGS = "hangs"
    SENDS_GARBAGE = "sends_garbage"
    IS_SOMEBODY_ELSE = "is_somebody_else"
    """Another's certificate."""
    REFUSES_US = "refuses_us"
    """Our own account or key."""


@dataclass(frozen=True, slots=True)
class WorldPerson:
    """Somebody at the provider; ``told`` are values that claims may hold and traces must not."""

    username: str = field(repr=False)
    password: str = field(repr=False)
    told: tuple[str, ...] = field(default=(), repr=False)


class LoginWorld(Protocol):
    """A provider, pretended or set up for tests, that starts anew for every test.

    ``options`` are the kind's own keys without prefix, as text, with a time-out of a second or two;
    they are read again after ``make``. ``secrets`` are our own, that must appear nowhere. ``cannot``
    names the people and troubles this world has not got, and ``tries``, each with a reason.
    """

    kind: LoginKind
    cannot: Mapping[str, str]
    secrets: tuple[str, ...]
    memories: Mapping[type, object]

    @property
    def options(self) -> Mapping[str, str]: ...

    def make(self, trouble: LoginTrouble) -> None:
        """From now on every question meets that trouble; it may change ``options``."""
        ...


class FormWorld(LoginWorld, Protocol):
    """The world of a login by user name and password."""

    def person(self, kind: PersonKind) -> WorldPerson: ...

    def tries(self, person: WorldPerson) -> int:
        """How many passwords reached the provider for that person so far."""
        ...
