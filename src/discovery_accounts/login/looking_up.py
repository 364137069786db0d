"""The contract of a login whose source can be asked about people who are not signing in just now."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, runtime_checkable

from discovery_accounts.domain.person import Person


@dataclass(frozen=True, slots=True)
class LookedUp:
    """What the source tells of somebody; ``valid_until`` (UTC) is the last moment of their account, if it has one."""

    person: Person = field(repr=False)
    valid_until: datetime | None = None


class UnreadablePerson(Exception):
    """What the source has of this one person can't be used, and why, without what it holds."""


@runtime_checkable
class TellsPeople(Protocol):
    """By the ``subject`` of a claim of theirs."""

    def look_up(self, subject: str) -> LookedUp | None:
        """``None`` for whom the source does not know. Raises ``ProviderFailure`` when it can't be asked, and
        ``UnreadablePerson``, which is no word about anybody else."""
        ...
