"""Renewing at a Koha library: one call for each loan, and what its answers mean."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from discovery_accounts.connectors.api import NoSuchLoan, NotRenewed, Renewal, Renewed, UnexpectedAnswer
from discovery_accounts.connectors.koha.client import KohaClient
from discovery_accounts.connectors.koha.errors import read_fault
from discovery_accounts.connectors.koha.fields import KohaFields
from discovery_accounts.connectors.koha.loans import Loans
from discovery_accounts.connectors.koha.reasons import refused_renewal
from discovery_accounts.connectors.renewing import renew_own


class Renewals:
    """Renews loans that are the patron's own."""

    def __init__(self, client: KohaClient, loans: Loans, zone: ZoneInfo) -> None:
        self._client = client
        self._loans = loans
        self._zone = zone

    async def renew(self, patron_id: str, loan_ids: Sequence[str] | None) -> tuple[Renewal, ...]:
        """One result for each loan, in the order asked; see ``RenewsLoans``."""
        return await renew_own(self._loans, patron_id, loan_ids, self._post)

    async def _post(self, loan_id: str) -> Renewal:
        answer = await self._client.post(f"/v1/checkouts/{loan_id}/renewals")
        if answer.status == 201:
            checkout = KohaFields(answer.json(), "checkout")
            if checkout.identifier("checkout_id") != loan_id:
                raise UnexpectedAnswer("a renewal answered for another loan")
            return Renewed(loan_id, checkout.needed_moment("due_date", self._zone))
        fault = read_fault(answer)
        if fault.about_a_thing:
            return NoSuchLoan(loan_id)
        because = refused_renewal(fault)
        if because is None:
            raise fault.as_error("renewing a loan")
        return NotRenewed(loan_id, because)
