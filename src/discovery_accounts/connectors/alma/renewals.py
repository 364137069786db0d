"""Renewing at an Alma institution: whose loan it is first, then one call each, sent once."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from discovery_accounts.connectors.alma.client import AlmaClient
from discovery_accounts.connectors.alma.errors import CANNOT_RENEW, LOAN_GONE, read_fault
from discovery_accounts.connectors.alma.fields import Fields
from discovery_accounts.connectors.alma.identities import Identity, by_patron_id
from discovery_accounts.connectors.alma.loans import Loans
from discovery_accounts.connectors.alma.parallel import together
from discovery_accounts.connectors.alma.reasons import renewal_reason
from discovery_accounts.connectors.alma.records import read_loan
from discovery_accounts.connectors.alma.settings import AlmaSettings
from discovery_accounts.connectors.api import (
    LibraryError,
    NoSuchLoan,
    NotAPatron,
    NotRenewed,
    RateLimited,
    Refused,
    Renewal,
    RenewalUnknown,
    Renewed,
    UnexpectedAnswer,
)


class Renewals:
    """Renews loans that are the patron's own."""

    def __init__(self, client: AlmaClient, loans: Loans, settings: AlmaSettings) -> None:
        self._client = client
        self._loans = loans
        self._settings = settings

    async def renew(self, patron_id: str, loan_ids: Sequence[str] | None) -> tuple[Renewal, ...]:
        """One result for each loan, in the order asked; see ``RenewsLoans``."""
        asked = None if loan_ids is None else tuple(dict.fromkeys(loan_ids))
        owned = await self._owned(patron_id, asked)
        wanted = owned if asked is None else asked
        own = [loan_id for loan_id in wanted if loan_id in owned]
        who = by_patron_id(self._settings, patron_id)
        tries = await together([partial(self._try, who, loan_id) for loan_id in own])
        if tries and all(isinstance(one, _NotDone) for one in tries):
            raise next(one.failure for one in tries if isinstance(one, _NotDone))
        results: dict[str, Renewal] = {
            loan_id: RenewalUnknown(loan_id) if isinstance(one, _NotDone) else one
            for loan_id, one in zip(own, tries, strict=True)
        }
        return tuple(results.get(loan_id, NoSuchLoan(loan_id)) for loan_id in wanted)

    async def _owned(self, patron_id: str, asked: tuple[str, ...] | None) -> tuple[str, ...]:
        """The patron's loans among those asked for: a single one is read alone, several from the list."""
        if asked is not None and len(asked) < 2:
            found = [await self._loans.owned(patron_id, loan_id) for loan_id in asked]
            return tuple(loan.loan_id for loan in found if not isinstance(loan, NoSuchLoan))
        loans = await self._loans.all(patron_id)
        return () if isinstance(loans, NotAPatron) else tuple(loan.loan_id for loan in loans)

    async def _try(self, who: Identity, loan_id: str) -> "Renewal | _NotDone":
        try:
            return await self._post(who, loan_id)
        except LibraryError as failure:
            certain = not failure.sent or isinstance(failure, Refused | RateLimited)
            return _NotDone(failure) if certain else RenewalUnknown(loan_id)

    async def _post(self, who: Identity, loan_id: str) -> Renewal:
        answer = await self._client.post(f"{who.path}/loans/{loan_id}", who.params | {"op": "renew"})
        if answer.status == 200:
            row = read_loan(Fields(answer.json(), "item_loan"), self._settings.timezone)
            if row.loan.loan_id != loan_id:
                raise UnexpectedAnswer("a renewal answered for another loan")
            return Renewed(loan_id, row.loan.due_at)
        fault = read_fault(answer)
        if fault.code in LOAN_GONE:
            return NoSuchLoan(loan_id)
        if fault.code in CANNOT_RENEW:
            return NotRenewed(loan_id, renewal_reason(fault.text))
        raise fault.as_error("renewing a loan")


@dataclass(frozen=True, slots=True)
class _NotDone:
    """A try that certainly renewed nothing: not sent, over a limit, or refused because of our own key."""

    failure: LibraryError
