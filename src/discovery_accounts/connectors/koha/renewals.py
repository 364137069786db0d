"""Renewing at a Koha library: whose loan it is first, then one call each, sent once."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from zoneinfo import ZoneInfo

from discovery_accounts.connectors.api import (
    LibraryError,
    NoSuchLoan,
    NotAPatron,
    NotRenewed,
    Refused,
    Renewal,
    RenewalUnknown,
    Renewed,
    UnexpectedAnswer,
)
from discovery_accounts.connectors.koha.client import KohaClient
from discovery_accounts.connectors.koha.errors import read_fault
from discovery_accounts.connectors.koha.fields import Fields
from discovery_accounts.connectors.koha.loans import Loans
from discovery_accounts.connectors.koha.parallel import together
from discovery_accounts.connectors.koha.reasons import refused_renewal
from discovery_accounts.connectors.koha.records import due_at


class Renewals:
    """Renews loans that are the patron's own."""

    def __init__(self, client: KohaClient, loans: Loans, zone: ZoneInfo) -> None:
        self._client = client
        self._loans = loans
        self._zone = zone

    async def renew(self, patron_id: str, loan_ids: Sequence[str] | None) -> tuple[Renewal, ...]:
        """One result for each loan, in the order asked; see ``RenewsLoans``."""
        asked = None if loan_ids is None else tuple(dict.fromkeys(loan_ids))
        owned = await self._owned(patron_id, asked)
        wanted = owned if asked is None else asked
        own = [loan_id for loan_id in wanted if loan_id in owned]
        tries = await together([partial(self._try, loan_id) for loan_id in own])
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

    async def _try(self, loan_id: str) -> "Renewal | _NotDone":
        try:
            return await self._post(loan_id)
        except LibraryError as failure:
            certain = not failure.sent or isinstance(failure, Refused)
            return _NotDone(failure) if certain else RenewalUnknown(loan_id)

    async def _post(self, loan_id: str) -> Renewal:
        answer = await self._client.post(f"/v1/checkouts/{loan_id}/renewals")
        if answer.status == 201:
            checkout = Fields(answer.json(), "checkout")
            if checkout.identifier("checkout_id") != loan_id:
                raise UnexpectedAnswer("a renewal answered for another loan")
            return Renewed(loan_id, due_at(checkout, self._zone))
        fault = read_fault(answer)
        if fault.about_a_thing:
            return NoSuchLoan(loan_id)
        because = refused_renewal(fault)
        if because is None:
            raise fault.as_error("renewing a loan")
        return NotRenewed(loan_id, because)


@dataclass(frozen=True, slots=True)
class _NotDone:
    """A try that certainly renewed nothing: not sent, or refused because of our own key."""

    failure: LibraryError
