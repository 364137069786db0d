"""Renewing at an Alma institution: one call for each loan, and what its answers mean."""

from collections.abc import Sequence
from functools import partial

from discovery_accounts.connectors.alma.client import AlmaClient
from discovery_accounts.connectors.alma.errors import CANNOT_RENEW, LOAN_GONE, read_fault
from discovery_accounts.connectors.alma.fields import AlmaFields
from discovery_accounts.connectors.alma.identities import Identity, by_patron_id
from discovery_accounts.connectors.alma.loans import Loans
from discovery_accounts.connectors.alma.reasons import renewal_reason
from discovery_accounts.connectors.alma.records import read_loan
from discovery_accounts.connectors.alma.settings import AlmaSettings
from discovery_accounts.connectors.api import (
    NoSuchLoan,
    NotRenewed,
    RateLimited,
    Refused,
    Renewal,
    Renewed,
    UnexpectedAnswer,
)
from discovery_accounts.connectors.renewing import renew_own

# Over a limit Alma does nothing, nor without a right of our key.
_UNDONE = (Refused, RateLimited)


class Renewals:
    """Renews loans that are the patron's own."""

    def __init__(self, client: AlmaClient, loans: Loans, settings: AlmaSettings) -> None:
        self._client = client
        self._loans = loans
        self._settings = settings

    async def renew(self, patron_id: str, loan_ids: Sequence[str] | None) -> tuple[Renewal, ...]:
        """One result for each loan, in the order asked; see ``RenewsLoans``."""
        post = partial(self._post, by_patron_id(self._settings, patron_id))
        return await renew_own(self._loans, patron_id, loan_ids, post, _UNDONE)

    async def _post(self, who: Identity, loan_id: str) -> Renewal:
        answer = await self._client.post(f"{who.path}/loans/{loan_id}", who.params | {"op": "renew"})
        if answer.status == 200:
            row = read_loan(AlmaFields(answer.json(), "item_loan"), self._settings.timezone)
            if row.loan.loan_id != loan_id:
                raise UnexpectedAnswer("a renewal answered for another loan")
            return Renewed(loan_id, row.loan.due_at)
        fault = read_fault(answer)
        if fault.code in LOAN_GONE:
            return NoSuchLoan(loan_id)
        if fault.code in CANNOT_RENEW:
            return NotRenewed(loan_id, renewal_reason(fault.text))
        raise fault.as_error("renewing a loan")
