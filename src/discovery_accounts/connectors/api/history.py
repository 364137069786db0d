"""Loans of the past. Only for one's own card: a link never shows them (rules 3.2)."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

from discovery_accounts.connectors.api.patrons import NotAPatron

MOST_PAST_LOANS = 50
"""How many one page of history holds at most."""


@dataclass(frozen=True, slots=True)
class PastLoan:
    """A loan that was returned."""

    loan_id: str
    title: str | None
    author: str | None = None
    record_id: str | None = None
    taken_at: datetime | None = None
    returned_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """A part of the history, newest return first; ``next`` is the offset of the next part, ``None`` at the end."""

    loans: tuple[PastLoan, ...] = field(repr=False)
    total: int | None = None
    next: int | None = None


class HistoryKeeping(StrEnum):
    """Whether the library keeps the patron's loans after they were returned."""

    KEPT = "kept"
    BY_LIBRARY = "by_library"
    """As long as the library itself decides; a person may choose another."""
    NOT_KEPT = "not_kept"


@runtime_checkable
class ListsHistory(Protocol):
    """``Capability.LIST_HISTORY``: at most ``MOST_PAST_LOANS`` from ``offset`` on."""

    async def list_history(self, patron_id: str, offset: int) -> HistoryPage | NotAPatron: ...


@runtime_checkable
class SwitchesHistory(Protocol):
    """``Capability.SWITCH_HISTORY``. ``history_choices`` are what may be chosen there."""

    @property
    def history_choices(self) -> tuple[HistoryKeeping, ...]: ...

    async def history_keeping(self, patron_id: str) -> HistoryKeeping | NotAPatron: ...

    async def keep_history(self, patron_id: str, keeping: HistoryKeeping) -> HistoryKeeping | NotAPatron:
        """What holds now. What was kept before is not removed by it."""
        ...


@dataclass(frozen=True, slots=True)
class HistoryDeleted:
    """Nothing of the past is kept any more; how many loans it was, where the library told."""

    count: int | None = None


@runtime_checkable
class DeletesHistory(Protocol):
    """``Capability.DELETE_HISTORY``: all of it, at once."""

    async def delete_history(self, patron_id: str) -> HistoryDeleted | NotAPatron: ...
