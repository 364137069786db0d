"""Loans at a SIP2 library: the list of barcodes, and what the server says of each."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from discovery_accounts.connectors.api import (
    LibraryError,
    Loan,
    NoSuchLoan,
    NotAPatron,
    NotRenewed,
    Renewal,
    Renewed,
    UnexpectedAnswer,
)
from discovery_accounts.connectors.parallel import together
from discovery_accounts.connectors.renewing import renew_these
from discovery_accounts.connectors.sip2 import fields as f
from discovery_accounts.connectors.sip2.asking import Desk
from discovery_accounts.connectors.sip2.message import Answer
from discovery_accounts.connectors.sip2.reading import moment
from discovery_accounts.connectors.sip2.reasons import refused_renewal
from discovery_accounts.connectors.sip2.settings import Sip2Settings

MOST_ASKED = 200
"""More items than this nobody is asked about one by one: the list fails, and is not shown without dates."""

MOST_TITLES = 20
"""So many items are asked for a title alone; the others are shown by barcode."""

Line = Mapping[str, str | None]


def read_line(text: str, settings: Sip2Settings) -> Line:
    """What a line of a list tells: ``item``, and ``title`` and ``due`` if it does. Raises
    ``UnexpectedAnswer``."""
    found = settings.dialect.listed.fullmatch(text)
    if found is None or not found["item"]:
        raise UnexpectedAnswer("a line of a list that item_pattern does not match")
    return {"title": None, "due": None, **found.groupdict()}


class Loans:
    """Reads and renews loans. The id of a loan is the barcode of its item: it is on loan once."""

    def __init__(self, desk: Desk, settings: Sip2Settings) -> None:
        self._desk = desk
        self._settings = settings

    async def all(self, patron_id: str) -> tuple[Loan, ...] | NotAPatron:
        """Every loan, the next due first. Where lines tell no due date each item is asked about, a few at
        a time. Raises ``WrongPatron``."""
        lines = await self._lines(patron_id)
        if isinstance(lines, NotAPatron):
            return lines
        dated = all(line["due"] for line in lines.values())
        if not dated and len(lines) > MOST_ASKED:
            raise UnexpectedAnswer(f"more than {MOST_ASKED} loans without due dates")
        asked = [code for code, line in lines.items() if not line["due"] or not line["title"]]
        if dated:
            asked = asked[:MOST_TITLES]
        answers = await together([partial(self._item, code, needed=not dated) for code in asked])
        told = dict(zip(asked, answers, strict=True))
        loans = [self._loan(code, line, told.get(code)) for code, line in lines.items()]
        return tuple(sorted(loans, key=lambda loan: (loan.due_at, loan.loan_id)))

    async def renew(self, patron_id: str, loan_ids: Sequence[str] | None) -> tuple[Renewal, ...]:
        """One result for each loan, in the order asked; see ``RenewsLoans``."""
        if loan_ids is not None and not loan_ids:
            return ()
        answer = await self._desk.record(patron_id)
        lines = answer if isinstance(answer, NotAPatron) else await self._lines(patron_id)
        if isinstance(answer, NotAPatron) or isinstance(lines, NotAPatron):
            return tuple(NoSuchLoan(loan_id) for loan_id in dict.fromkeys(loan_ids or ()))
        numbers = (patron_id, answer.needed(f.PATRON))
        owned = tuple(lines)
        wanted = owned if loan_ids is None else tuple(dict.fromkeys(loan_ids))
        return await renew_these(wanted, owned, partial(self._renew, numbers))

    async def _renew(self, numbers: tuple[str, ...], barcode: str) -> Renewal:
        # The last date is for renewals made while the line was down; it means nothing here, and must be one.
        fixed = {"third_party": "N", "no_block": "N", "no_block_due": self._desk.stamp()}
        answer = await self._desk.act("29", fixed, numbers, ((f.ITEM, barcode),))
        if answer.needed(f.ITEM) != barcode:
            raise UnexpectedAnswer("a renewal answered for another item")
        match answer.fixed["ok"]:
            case "1":
                return Renewed(barcode, self._due(answer.needed(f.DUE)))
            case "0":
                return NotRenewed(barcode, refused_renewal(answer.all(f.MESSAGE)))
        raise UnexpectedAnswer("a renewal answered neither yes nor no")

    async def _lines(self, patron_id: str) -> dict[str, Line] | NotAPatron:
        """The lines of the list by barcode."""
        texts = await self._desk.lines(patron_id, f.CHARGED)
        if isinstance(texts, NotAPatron):
            return texts
        lines = [read_line(text, self._settings) for text in texts]
        return {str(line["item"]): line for line in lines}

    async def _item(self, barcode: str, needed: bool) -> Answer | None:
        try:
            return await self._desk.item(barcode, optional=not needed)
        except LibraryError:
            if needed:
                raise
            return None  # a title less

    def _loan(self, barcode: str, line: Line, told: Answer | None) -> Loan:
        due = line["due"] or (told.only(f.DUE) if told else None)
        if due is None:
            raise UnexpectedAnswer("an item on loan without a due date")
        title = line["title"] or (told.first(f.TITLE) if told else None)
        return Loan(barcode, tidy(title), self._due(due), barcode=barcode)

    def _due(self, text: str) -> datetime:
        return moment(text, self._settings.dialect.dates, self._settings.timezone)


def tidy(title: str | None) -> str | None:
    """A title without the punctuation of a catalogue entry behind it."""
    return (title or "").rstrip(" /:;,=") or None
