"""What this connector can do for the house; everything else is absent, with a reason for IT."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from connector_example.client import Client, about, why
from connector_example.records import kept, not_renewed, read_hold, read_loan, read_moment, read_patron, rows
from discovery_accounts.connectors.api import (
    Capability,
    Hold,
    HoldChange,
    HoldChanged,
    HoldKept,
    Loan,
    NoSuchHold,
    NoSuchLoan,
    NotAPatron,
    NotRenewed,
    PatronRecord,
    PatronRef,
    Rejected,
    Renewal,
    Renewed,
    UnexpectedAnswer,
    Verification,
    Verified,
    WrongPatron,
)
from discovery_accounts.connectors.people import possible_card, possible_pin
from discovery_accounts.connectors.renewing import renew_own

CAN = frozenset(
    {
        Capability.VERIFY_PATRON,
        Capability.READ_PATRON,
        Capability.LIST_LOANS,
        Capability.ASK_RENEWABILITY,
        Capability.RENEW_LOANS,
        Capability.LIST_HOLDS,
        Capability.CANCEL_HOLDS,
    }
)


class ExampleConnector:
    """One library. ``zone`` is its own; dates are told in it."""

    capabilities = CAN
    absent: Mapping[Capability, str] = {
        one: "the system has no call for it" for one in Capability if one not in CAN
    }
    checks_pin_by_number = True
    tells_owed = False

    def __init__(self, client: Client, zone: ZoneInfo) -> None:
        self._client = client
        self._zone = zone

    async def close(self) -> None:
        """Nothing is kept open."""

    async def verify_patron(self, card_number: str, pin: str) -> Verification:
        """One call; a wrong PIN and an unknown card get the same answer."""
        if not (possible_card(card_number) and possible_pin(pin)):
            return Rejected()
        answer = await self._client.check(card_number, pin)
        if answer.status == 403:
            return Rejected()
        body = answer.json()
        if answer.status != 200 or not isinstance(body, dict) or not isinstance(body.get("patron"), str):
            raise UnexpectedAnswer(f"HTTP {answer.status} at a PIN check")
        return Verified(body["patron"], card_number)

    async def check_pin(self, patron: PatronRef, pin: str) -> Verification:
        """One call."""
        verdict = await self.verify_patron(patron.card_number, pin)
        if isinstance(verdict, Verified) and verdict.patron_id != patron.patron_id:
            raise WrongPatron("a PIN check answered for somebody else")
        return verdict

    async def read_patron(self, patron_id: str) -> PatronRecord | NotAPatron:
        """One call."""
        if not _is_id(patron_id):
            return NotAPatron()
        answer = await self._client.read(patron_id)
        if answer.status == 404:
            return NotAPatron()
        return read_patron(about(answer, patron_id), datetime.now(UTC).astimezone(self._zone).date())

    async def list_loans(self, patron_id: str) -> tuple[Loan, ...] | NotAPatron:
        """One call: the system tells them all at once."""
        if not _is_id(patron_id):
            return NotAPatron()
        answer = await self._client.read(patron_id, "loans")
        if answer.status == 404:
            return NotAPatron()
        return tuple(read_loan(row, self._zone) for row in rows(about(answer, patron_id), "loans"))

    async def read_loan(self, patron_id: str, loan_id: str) -> Loan | NoSuchLoan:
        """One call, for the list."""
        loans = await self.list_loans(patron_id)
        found = () if isinstance(loans, NotAPatron) else loans
        return next((loan for loan in found if loan.loan_id == loan_id), NoSuchLoan(loan_id))

    async def renew_loans(self, patron_id: str, loan_ids: Sequence[str] | None) -> tuple[Renewal, ...]:
        """One call for the list, so that nobody renews a stranger's loan, then one for each."""

        async def post(loan_id: str) -> Renewal:
            answer = await self._client.act("POST", patron_id, "loans", loan_id, "renewal")
            if answer.status == 404:
                return NoSuchLoan(loan_id)
            if answer.status == 409:
                return NotRenewed(loan_id, not_renewed(why(answer)))
            return Renewed(loan_id, read_moment(about(answer, patron_id), self._zone))

        return await renew_own(self, patron_id, loan_ids, post)

    all, owned = list_loans, read_loan  # what ``renew_own`` asks for

    async def list_holds(self, patron_id: str) -> tuple[Hold, ...] | NotAPatron:
        """One call."""
        if not _is_id(patron_id):
            return NotAPatron()
        answer = await self._client.read(patron_id, "holds")
        if answer.status == 404:
            return NotAPatron()
        return tuple(read_hold(row) for row in rows(about(answer, patron_id), "holds"))

    async def cancel_hold(self, patron_id: str, hold_id: str) -> HoldChange:
        """One call for the list: of a hold that is not this patron's nothing is sent. Then one to cancel."""
        holds = await self.list_holds(patron_id)
        if isinstance(holds, NotAPatron) or hold_id not in [hold.hold_id for hold in holds]:
            return NoSuchHold(hold_id)
        answer = await self._client.act("DELETE", patron_id, "holds", hold_id)
        match answer.status:
            case 204:
                return HoldChanged(hold_id)
            case 404:
                return NoSuchHold(hold_id)
            case 409:
                return HoldKept(hold_id, kept(why(answer)))
            case status:
                raise UnexpectedAnswer(f"HTTP {status} at cancelling a hold")


def _is_id(text: str) -> bool:
    """Whether the system could have such an id; nothing else gets into an address."""
    return text.isascii() and text.isalnum() and len(text) <= 20
