"""Loans by PAIA: out of the one list, and renewed together, each with an answer of its own."""

from collections.abc import Sequence

from discovery_accounts.connectors.api import (
    LibraryError,
    Loan,
    NoSuchLoan,
    NotAPatron,
    NotRenewed,
    Refused,
    Renewal,
    RenewalUnknown,
    Renewed,
)
from discovery_accounts.connectors.paia.documents import (
    Document,
    Status,
    answer_about,
    read_documents,
)
from discovery_accounts.connectors.paia.library import PaiaLibrary
from discovery_accounts.connectors.paia.records import read_loan
from discovery_accounts.domain.renewal import NotRenewable


class LoanVerbs(PaiaLibrary):
    """``ListsLoans`` and ``RenewsLoans``."""

    async def list_loans(self, patron_id: str) -> tuple[Loan, ...] | NotAPatron:
        """See ``ListsLoans``. One call: PAIA knows no pages."""
        documents = await self._documents(patron_id)
        if isinstance(documents, NotAPatron):
            return documents
        zone, prefixes = self._settings.timezone, self._settings.prefixes
        loans = [read_loan(one, zone, prefixes) for one in documents if one.status is Status.HELD]
        return tuple(sorted(loans, key=lambda loan: (loan.due_at, loan.loan_id)))

    async def renew_loans(self, patron_id: str, loan_ids: Sequence[str] | None) -> tuple[Renewal, ...]:
        """See ``RenewsLoans``. Two calls: the list, for whose they are, and all that are to be renewed; a third
        where the answer tells no date."""
        if loan_ids is not None and not loan_ids:
            return ()
        documents = await self._documents(patron_id)
        listed = () if isinstance(documents, NotAPatron) else documents
        held = {one.key: one for one in listed if one.status is Status.HELD}
        wanted = tuple(held if loan_ids is None else dict.fromkeys(loan_ids))
        results = await self._renew(patron_id, [held[key] for key in wanted if key in held])
        return tuple(results.get(key, NoSuchLoan(key)) for key in wanted)

    async def _renew(self, patron_id: str, own: list[Document]) -> dict[str, Renewal]:
        if not own:
            return {}
        try:
            answer = await self._client.act(patron_id, "renew", [dict(one.names) for one in own])
            if isinstance(answer, NotAPatron):
                return {}
            told = read_documents(answer, patron_id)
        except LibraryError as failure:
            if not failure.sent or isinstance(failure, Refused):
                raise
            return {one.key: RenewalUnknown(one.key) for one in own}
        results = {one.key: self._result(one.key, answer_about(told, one.names)) for one in own}
        undated = [key for key, result in results.items() if result is None]
        dates = await self._dates(patron_id) if undated else {}
        for key in undated:
            results[key] = dates.get(key, RenewalUnknown(key))
        return {key: result for key, result in results.items() if result is not None}

    def _result(self, key: str, answer: Document | None) -> Renewal | None:
        """What the server says of one loan; ``None`` where it renewed it and tells no date."""
        if answer is None:
            return RenewalUnknown(key)
        if answer.refused:
            return NotRenewed(key, NotRenewable.LIBRARY_SAYS_NO)
        if answer.status is Status.NO_RELATION:
            return NoSuchLoan(key)
        fields = answer.fields
        due_at = fields.moment("endtime", self._settings.timezone) or fields.moment(
            "duedate", self._settings.timezone
        )
        return None if due_at is None else Renewed(key, due_at)

    async def _dates(self, patron_id: str) -> dict[str, Renewal]:
        """When the loans are due now; nothing where that can't be asked: what was renewed stays so."""
        try:
            documents = await self._fresh_documents(patron_id)
        except LibraryError:
            return {}
        if isinstance(documents, NotAPatron):
            return {}
        zone, prefixes = self._settings.timezone, self._settings.prefixes
        loans = [read_loan(one, zone, prefixes) for one in documents if one.status is Status.HELD]
        return {loan.loan_id: Renewed(loan.loan_id, loan.due_at) for loan in loans}
