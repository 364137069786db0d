"""Loans of the past: the list, whether it is kept, and its end."""

from discovery_accounts.connectors.api import (
    MOST_PAST_LOANS,
    HistoryDeleted,
    HistoryKeeping,
    HistoryPage,
    NotAPatron,
)
from discovery_accounts.connectors.memory.verbs import Verbs


class HistoryVerbs(Verbs):
    """``ListsHistory``, ``SwitchesHistory`` and ``DeletesHistory``."""

    history_choices = (HistoryKeeping.KEPT, HistoryKeeping.BY_LIBRARY, HistoryKeeping.NOT_KEPT)

    async def list_history(self, patron_id: str, offset: int) -> HistoryPage | NotAPatron:
        async with self.library.gate.reading("history"):
            person = self.person(patron_id)
            if person is None:
                return NotAPatron()
            start = max(offset, 0)
            end, total = start + MOST_PAST_LOANS, len(person.history)
            return HistoryPage(tuple(person.history[start:end]), total, end if end < total else None)

    async def history_keeping(self, patron_id: str) -> HistoryKeeping | NotAPatron:
        async with self.library.gate.reading("keeping"):
            person = self.person(patron_id)
            return NotAPatron() if person is None else person.keeping

    async def keep_history(self, patron_id: str, keeping: HistoryKeeping) -> HistoryKeeping | NotAPatron:
        async with self.library.gate.reading("keeping"):
            person = self.person(patron_id)
        if person is None:
            return NotAPatron()
        async with self.library.gate.acting("keeping"):
            person.keeping = keeping
        return keeping

    async def delete_history(self, patron_id: str) -> HistoryDeleted | NotAPatron:
        async with self.library.gate.reading("history"):
            person = self.person(patron_id)
        if person is None:
            return NotAPatron()
        async with self.library.gate.acting("history"):
            gone = len(person.history)
            person.history.clear()
        return HistoryDeleted(gone)
