"""What a Koha patron owes, what they paid, and the house's codes for what Koha charges for."""

import json
from functools import partial

from discovery_accounts.connectors.api import Fee, NotAPatron, Payment, PaymentHistory, WrongPatron
from discovery_accounts.connectors.koha.asking import rows_of
from discovery_accounts.connectors.koha.client import KohaClient
from discovery_accounts.connectors.koha.errors import read_fault
from discovery_accounts.connectors.koha.fields import KohaFields
from discovery_accounts.connectors.koha.ids import is_id
from discovery_accounts.connectors.koha.settings import KohaSettings
from discovery_accounts.connectors.koha.titles import NO_WORK, Titles, Work
from discovery_accounts.connectors.parallel import together
from discovery_accounts.domain.fees import FeeKind
from discovery_accounts.domain.money import Money

# Koha's own types of debits and of credits. A library may add types of its own: those are OTHER, and its
# own description says what they are.
KINDS: dict[str, FeeKind] = {
    "OVERDUE": FeeKind.OVERDUE,
    "LOST": FeeKind.LOST,
    "LOST_FOUND": FeeKind.LOST,
    "PROCESSING": FeeKind.PROCESSING,
    "PROCESSING_FOUND": FeeKind.PROCESSING,
    "RESERVE": FeeKind.HOLD,
    "RESERVE_EXPIRED": FeeKind.HOLD,
    "ACCOUNT": FeeKind.MEMBERSHIP,
    "ACCOUNT_RENEW": FeeKind.MEMBERSHIP,
    "NEW_CARD": FeeKind.CARD,
    "RENT": FeeKind.RENTAL,
    "RENT_DAILY": FeeKind.RENTAL,
    "RENT_RENEW": FeeKind.RENTAL,
    "RENT_DAILY_RENEW": FeeKind.RENTAL,
    "MANUAL": FeeKind.MANUAL,
}
_MOST = 100
"""How many paid fees and payments are shown, the newest."""
_ACCOUNT = "/v1/patrons/{patron_id}/account"


class Fees:
    """Reads accounts."""

    def __init__(self, client: KohaClient, titles: Titles, settings: KohaSettings) -> None:
        self._client = client
        self._titles = titles
        self._settings = settings

    async def open(self, patron_id: str) -> tuple[Fee, ...] | NotAPatron:
        """See ``ListsFees``. One call, and one for all titles where there are any."""
        if not is_id(patron_id):
            return NotAPatron()
        answer = await self._client.get(_ACCOUNT.format(patron_id=patron_id))
        if answer.status != 200:
            fault = read_fault(answer)
            if fault.about_a_thing:
                return NotAPatron()
            raise fault.as_error("reading what is owed")
        account = KohaFields(answer.json(), "account")
        sides = [account.inner("outstanding_debits"), account.inner("outstanding_credits")]
        return await self._fees([line for side in sides for line in side.rows("lines")], patron_id)

    async def past(self, patron_id: str) -> PaymentHistory | NotAPatron:
        """See ``ListsPayments``. Two calls side by side, and one for all titles; the newest of each."""
        if not is_id(patron_id):
            return NotAPatron()
        asked: tuple[tuple[str, dict[str, object]], ...] = (
            ("debits", {"amount_outstanding": 0}),
            ("credits", {"type": "PAYMENT"}),
        )
        debits, paid = await together([partial(self._lines, patron_id, name, query) for name, query in asked])
        if debits is None or paid is None:
            return NotAPatron()
        payments = [self._payment(line, patron_id) for line in paid if line.text("status") != "VOID"]
        return PaymentHistory(await self._fees(debits, patron_id), tuple(payments))

    async def _lines(self, patron_id: str, side: str, query: dict[str, object]) -> list[KohaFields] | None:
        params = {"q": json.dumps(query), "_per_page": str(_MOST), "_order_by": "-date"}
        answer = await self._client.get(f"{_ACCOUNT.format(patron_id=patron_id)}/{side}", params)
        if answer.status == 200:
            return rows_of(answer, side, whole=False)
        fault = read_fault(answer)
        if fault.about_a_thing:
            return None
        raise fault.as_error("reading what was paid")

    async def _fees(self, lines: list[KohaFields], patron_id: str) -> tuple[Fee, ...]:
        for line in lines:
            _belongs(line, patron_id)
        works = await self._titles.of_items(line.number("item_id") for line in lines)
        return tuple(self._fee(line, works.get(line.number("item_id") or 0, NO_WORK)) for line in lines)

    def _fee(self, line: KohaFields, work: Work) -> Fee:
        # The account says which side it is on, the lists of one side have one word for both.
        kind = line.text("debit_type") or line.text("credit_type") or line.text("type") or ""
        return Fee(
            line.identifier("account_line_id"),
            KINDS.get(kind.upper(), FeeKind.OTHER),
            self._amount(line, "amount"),
            self._amount(line, "amount_outstanding"),
            line.calendar_day("date", self._settings.timezone),
            work.title,
            line.text("description"),
        )

    def _payment(self, line: KohaFields, patron_id: str) -> Payment:
        """Koha writes what came in below zero."""
        _belongs(line, patron_id)
        amount = self._amount(line, "amount")
        return Payment(
            line.identifier("account_line_id"),
            Money(abs(amount.amount_minor), amount.currency),
            line.calendar_day("date", self._settings.timezone),
            line.text("payment_type"),
        )

    def _amount(self, line: KohaFields, name: str) -> Money:
        amount = line.amount(name, self._settings.currency)
        if amount is None:
            raise line.fault(name, "there")
        return amount


def _belongs(line: KohaFields, patron_id: str) -> None:
    if line.identifier("patron_id") != patron_id:
        raise WrongPatron("an account holds a line of somebody else")
