"""Fines and fees of an Alma user, and what was paid."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from zoneinfo import ZoneInfo

from discovery_accounts.connectors.alma.client import AlmaClient
from discovery_accounts.connectors.alma.errors import FEES_OF_NOBODY, read_fault
from discovery_accounts.connectors.alma.fields import AlmaFields
from discovery_accounts.connectors.alma.identities import Identity, by_patron_id, one_owner
from discovery_accounts.connectors.alma.settings import AlmaSettings
from discovery_accounts.connectors.api import Fee, NotAPatron, Payment, PaymentHistory
from discovery_accounts.connectors.parallel import together
from discovery_accounts.domain.fees import FeeKind

# Codes of the table of fee types; institutions have further ones of their own, which are shown in Alma's words.
FEE_KINDS: dict[str, FeeKind] = {
    "OVERDUEFINE": FeeKind.OVERDUE,
    "RECALLEDOVERDUEFINE": FeeKind.OVERDUE,
    "OVERDUENOTIFICATIONFINE": FeeKind.NOTICE,
    "LOSTITEMREPLACEMENTFEE": FeeKind.LOST,
    "LOSTITEMPROCESSFEE": FeeKind.PROCESSING,
    "LIBRARYCARDREPLACEMENT": FeeKind.CARD,
    "ISSUELIBRARYCARD": FeeKind.CARD,
    "CARDRENEWAL": FeeKind.MEMBERSHIP,
    "DOCUMENTDELIVERYSERVICE": FeeKind.INTERLIBRARY,
}
_OPEN, _DISPUTED, _PAID = "ACTIVE", "INDISPUTE", "CLOSED"
_PAYMENT = "PAYMENT"


class Fees:
    """Reads fees. Alma gives them by status, all of one at a time."""

    def __init__(self, client: AlmaClient, settings: AlmaSettings) -> None:
        self._client = client
        self._settings = settings

    async def open(self, patron_id: str) -> tuple[Fee, ...] | NotAPatron:
        """What is open, and what is disputed. Two calls at the same time."""
        lists = await self._lists(patron_id, (_OPEN, _DISPUTED))
        if isinstance(lists, NotAPatron):
            return lists
        return tuple(fee for one in lists for fee in one.fees())

    async def payments(self, patron_id: str) -> PaymentHistory | NotAPatron:
        """What is closed, and every payment, of what is open still too. Two calls at the same time."""
        lists = await self._lists(patron_id, (_PAID, _OPEN))
        if isinstance(lists, NotAPatron):
            return lists
        paid = sorted(lists[0].fees(), key=lambda fee: fee.charged_on or date.min, reverse=True)
        payments = [payment for one in lists for payment in one.payments()]
        payments.sort(key=lambda payment: payment.paid_on or date.min, reverse=True)
        return PaymentHistory(tuple(paid), tuple(payments))

    async def _lists(self, patron_id: str, statuses: tuple[str, ...]) -> "list[_FeeList] | NotAPatron":
        who = by_patron_id(self._settings, patron_id)
        if not who.possible:
            return NotAPatron()
        lists = await together([partial(self._list, who, status) for status in statuses])
        found = [one for one in lists if one is not None]
        if len(found) < len(lists):
            return NotAPatron()
        owners = (owner for one in found for owner in one.owners())
        one_owner(self._settings, patron_id, owners, "fees")
        return found

    async def _list(self, who: Identity, status: str) -> "_FeeList | None":
        answer = await self._client.get(f"{who.path}/fees", who.params | {"status": status})
        if answer.status != 200:
            fault = read_fault(answer)
            if fault.code in FEES_OF_NOBODY:
                return None
            raise fault.as_error("listing fees")
        return _FeeList(AlmaFields(answer.json(), "fees"), self._settings)


class _FeeList:
    """One answer: fees and their currency."""

    def __init__(self, listed: AlmaFields, settings: AlmaSettings) -> None:
        self._rows = listed.rows("fee")
        self._zone: ZoneInfo = settings.timezone
        told = (listed.text("currency") or "").upper()
        self._currency = told if len(told) == 3 and told.isascii() and told.isalpha() else settings.currency

    def owners(self) -> Iterator[str | None]:
        """Whose the rows are, by primary id."""
        return (row.code("user_primary_id") for row in self._rows)

    def fees(self) -> Iterator[Fee]:
        """One for each row."""
        for row in self._rows:
            balance = row.amount("balance", self._currency)
            if balance is None:
                raise row.fault("balance", "there")
            told = row.inner("type")
            yield Fee(
                row.needed("id"),
                FEE_KINDS.get((told.text("value") or "").upper(), FeeKind.OTHER),
                row.amount("original_amount", self._currency) or balance,
                balance,
                self._day(row, "creation_time"),
                row.title("title"),
                told.text("desc"),
                (row.code("status") or "").upper() == _DISPUTED,
            )

    def payments(self) -> Iterator[Payment]:
        """What was paid; what was waived or disputed is no payment."""
        for row in self._rows:
            for number, one in enumerate(row.rows("transaction")):
                amount = one.amount("amount", self._currency)
                if (one.code("type") or "").upper() != _PAYMENT or amount is None:
                    continue
                payment_id = one.text("transaction_id") or f"{row.needed('id')}-{number}"
                method = one.inner("payment_method")
                yield Payment(
                    payment_id,
                    amount,
                    self._day(one, "transaction_time"),
                    method.text("desc") or method.text("value"),
                )

    def _day(self, row: AlmaFields, name: str) -> date | None:
        moment = row.moment(name, self._zone)
        return None if moment is None else moment.date()
