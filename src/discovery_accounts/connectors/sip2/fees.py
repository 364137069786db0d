"""Fees at a SIP2 library: lines of text for a screen, and one sum."""

from discovery_accounts.connectors.api import Fee, NotAPatron, UnexpectedAnswer
from discovery_accounts.connectors.sip2 import fields as f
from discovery_accounts.connectors.sip2.asking import Desk
from discovery_accounts.connectors.sip2.patrons import currency
from discovery_accounts.connectors.sip2.reading import amount
from discovery_accounts.connectors.sip2.settings import Sip2Settings
from discovery_accounts.domain.fees import FeeKind
from discovery_accounts.domain.money import Money, totals

TOTAL = "total"
"""The id of the one fee that stands for all."""


class Fees:
    """Reads fees. A line that can't be read, or lines that don't make up the sum, become one fee of it."""

    def __init__(self, desk: Desk, settings: Sip2Settings) -> None:
        self._desk = desk
        self._settings = settings

    async def all(self, patron_id: str) -> tuple[Fee, ...] | NotAPatron:
        """Every fee, in one call for a page of lines. Raises ``UnexpectedAnswer`` for neither lines nor sum."""
        record = await self._desk.page(patron_id, f.FINES, 1, self._settings.dialect.page)
        if isinstance(record, NotAPatron):
            return record
        texts = record.all(f.FINES)
        if len(texts) < (record.count(f.COUNTS[f.FINES]) or 0):
            whole = await self._desk.lines(patron_id, f.FINES)
            if isinstance(whole, NotAPatron):
                return whole
            texts = whole
        told = record.only(f.AMOUNT)
        unit = currency(record, self._settings)
        owed = None if told is None else amount(told, unit)
        lines = [self._line(number, text, unit) for number, text in enumerate(texts, 1)]
        read = [line for line in lines if line is not None]
        if len(read) == len(lines) and _make_up(read, owed):
            return tuple(read)
        if owed is None:
            raise UnexpectedAnswer("fees that can't be read, and no sum")
        return (Fee(TOTAL, FeeKind.OTHER, owed, owed, description="; ".join(texts) or None),)

    def _line(self, number: int, text: str, unit: str) -> Fee | None:
        found = self._settings.dialect.fine.fullmatch(text)
        if found is None:
            return None
        sum_ = amount(found["amount"] or found["amount_first"], unit)
        words = (found["text"] or found["text_last"] or "").strip(" :-")
        return Fee(str(number), FeeKind.OTHER, sum_, sum_, description=words or None)


def _make_up(fees: list[Fee], owed: Money | None) -> bool:
    """Whether the lines are the sum; with none of either nothing is owed."""
    found = totals([fee.outstanding for fee in fees])
    if owed is None:
        return True
    return found == (owed,) or (not found and owed.amount_minor == 0)
