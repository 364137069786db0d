"""The voice of a Koha that is reached by ILS-DI: signing in, loans, holds and what is owed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from discovery_accounts.connectors.api import (
    Capability,
    Fee,
    Loan,
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
from discovery_accounts.connectors.koha.ids import is_id
from discovery_accounts.connectors.koha.ilsdi.library import GONE
from discovery_accounts.connectors.koha.ilsdi.records import read_fee, read_loan, read_patron
from discovery_accounts.connectors.koha.ilsdi.verbs_holds import HoldVerbs
from discovery_accounts.connectors.koha.reasons import renewal_reason
from discovery_accounts.connectors.people import possible_card, possible_pin
from discovery_accounts.connectors.renewing import renew_own
from discovery_accounts.domain.renewal import NotRenewable

_NO_CALL = "ILS-DI has no service for it"
_FEWER = {
    Capability.FIND_PATRONS: "ILS-DI's LookupPatron tells of one patron where several have the value",
    **dict.fromkeys(
        (
            Capability.MAKE_PATRONS,
            Capability.CHANGE_PATRONS,
            Capability.REMOVE_PATRONS,
            Capability.CHANGE_PICKUP,
            Capability.SUSPEND_HOLDS,
            Capability.LIST_PAYMENTS,
            Capability.LIST_HISTORY,
            Capability.SWITCH_HISTORY,
            Capability.DELETE_HISTORY,
            Capability.READ_PROFILE,
            Capability.CHANGE_CONTACT,
            Capability.CHANGE_PIN,
            Capability.RECOVER_PIN,
            Capability.KEEP_MESSAGING,
            Capability.LIST_NOTICES,
            Capability.READ_FAMILY,
            Capability.RENEW_CARD,
            Capability.SUGGEST_PURCHASES,
            Capability.HEAR_NEWS,
        ),
        _NO_CALL,
    ),
}


class IlsDiConnector(HoldVerbs):
    """The permanent id is Koha's ``borrowernumber``; a loan is known by its item."""

    checks_pin_by_number = True
    tells_owed = True

    @property
    def capabilities(self) -> frozenset[Capability]:
        """All that ``absent`` does not name."""
        return frozenset(Capability) - self.absent.keys()

    @property
    def absent(self) -> Mapping[Capability, str]:
        """What ILS-DI has no service for, and placing holds where no places to fetch them are set."""
        if self._settings.pickups:
            return _FEWER
        return {**_FEWER, Capability.PLACE_HOLDS: "pickup_locations is not set"}

    async def close(self) -> None:
        """Nothing is kept open."""

    async def verify_patron(self, card_number: str, pin: str) -> Verification:
        """See ``VerifiesPatrons``. One call, whatever the answer; the PIN is in its body."""
        if not (possible_card(card_number) and possible_pin(pin)):
            return Rejected()
        told = await self._ils.post("AuthenticatePatron", {"username": card_number, "password": pin})
        if told.code == GONE:
            return Rejected()
        return Verified(told.fields.identifier("id"))

    async def check_pin(self, patron: PatronRef, pin: str) -> Verification:
        """See ``VerifiesPatrons``. One call."""
        verdict = await self.verify_patron(patron.card_number, pin)
        if isinstance(verdict, Verified) and verdict.patron_id != patron.patron_id:
            raise WrongPatron("a PIN check answered for somebody else")
        return verdict

    async def read_patron(self, patron_id: str) -> PatronRecord | NotAPatron:
        """See ``ReadsPatrons``. One call."""
        told = await self._info(patron_id, "contact")
        if isinstance(told, NotAPatron):
            return told
        return read_patron(told.fields, self._settings.currency, self._today())

    async def list_loans(self, patron_id: str) -> tuple[Loan, ...] | NotAPatron:
        """See ``ListsLoans``. One call: ILS-DI knows no pages."""
        told = await self._info(patron_id, "loans")
        if isinstance(told, NotAPatron):
            return told
        loans = [read_loan(row, self._settings.timezone) for row in told.rows("loans", "loan")]
        return tuple(sorted(loans, key=lambda loan: (loan.due_at, loan.loan_id)))

    async def read_loan(self, patron_id: str, loan_id: str) -> Loan | NoSuchLoan:
        """See ``AsksRenewability``. Two calls, one after the other."""
        loan = await self.owned(patron_id, loan_id)
        if isinstance(loan, NoSuchLoan):
            return loan
        told = await self._ils.read("GetServices", {"patron_id": patron_id, "item_id": loan_id})
        if told.code:
            raise UnexpectedAnswer(f"GetServices: {told.code}")
        renewable = "loan renewal" in told.words("AvailableFor")
        because = None if renewable else NotRenewable.LIBRARY_SAYS_NO
        return replace(loan, renewable=renewable, not_renewable_because=because)

    async def renew_loans(self, patron_id: str, loan_ids: Sequence[str] | None) -> tuple[Renewal, ...]:
        """See ``RenewsLoans``. One call for the list, then one for each."""
        return await renew_own(self, patron_id, loan_ids, partial(self._renew, patron_id))

    async def all(self, patron_id: str) -> tuple[Loan, ...] | NotAPatron:
        """See ``renewing.OwnLoans``."""
        return await self.list_loans(patron_id)

    async def owned(self, patron_id: str, loan_id: str) -> Loan | NoSuchLoan:
        """See ``renewing.OwnLoans``: ILS-DI can't be asked for one loan."""
        loans = await self.list_loans(patron_id) if is_id(loan_id) else ()
        mine = () if isinstance(loans, NotAPatron) else loans
        return next((loan for loan in mine if loan.loan_id == loan_id), NoSuchLoan(loan_id))

    async def _renew(self, patron_id: str, loan_id: str) -> Renewal:
        told = await self._ils.post("RenewLoan", {"patron_id": patron_id, "item_id": loan_id})
        if told.code in (GONE, "RecordNotFound"):
            return NoSuchLoan(loan_id)
        if told.fields.flag("success"):
            return Renewed(loan_id, told.fields.needed_moment("date_due", self._settings.timezone))
        return NotRenewed(loan_id, renewal_reason([told.fields.text("error") or ""]))

    async def list_fees(self, patron_id: str) -> tuple[Fee, ...] | NotAPatron:
        """See ``ListsFees``. One call; lines with nothing open are left out."""
        told = await self._info(patron_id, "fines")
        if isinstance(told, NotAPatron):
            return told
        rows = told.rows("fines", "fine")
        for row in rows:
            self._theirs(row.text("borrowernumber"), patron_id)
        fees = [read_fee(row, self._settings.currency, self._settings.timezone) for row in rows]
        return tuple(fee for fee in fees if fee.outstanding.amount_minor)

    async def check_credentials(self) -> str:
        """See ``ChecksItself``: whether the server lets our address in."""
        told = await self._ils.read("LookupPatron", {"id": "0", "id_type": "borrowernumber"})
        return f"ILS-DI answers ({told.code or 'ok'})"

    async def check_rights(self) -> Sequence[str]:
        """See ``ChecksItself``: who is let in may ask everything."""
        return ()
