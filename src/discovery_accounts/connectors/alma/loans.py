"""Loans of an Alma user: all of them in few calls, and one with its renewability."""

from functools import partial

from discovery_accounts.connectors.alma.client import AlmaClient
from discovery_accounts.connectors.alma.errors import GENERAL_ERROR, LOAN_GONE, NO_SUCH_USER, read_fault
from discovery_accounts.connectors.alma.fields import AlmaFields
from discovery_accounts.connectors.alma.identities import Identity, by_patron_id, is_number, one_owner, same
from discovery_accounts.connectors.alma.records import read_loan
from discovery_accounts.connectors.alma.settings import PRIMARY_ID, AlmaSettings
from discovery_accounts.connectors.api import Loan, NoSuchLoan, NotAPatron
from discovery_accounts.connectors.paging import Part, read_all

_LIMIT = 100  # the most Alma gives at a time


class Loans:
    """Reads loans."""

    def __init__(self, client: AlmaClient, settings: AlmaSettings) -> None:
        self._client = client
        self._settings = settings

    async def all(self, patron_id: str) -> tuple[Loan, ...] | NotAPatron:
        """Every loan of the patron once, the next due first. Raises ``WrongPatron``."""
        who = by_patron_id(self._settings, patron_id)
        if not who.possible:
            return NotAPatron()
        try:
            rows = await read_all(partial(self._part, who), _LIMIT)
        except _NoUserError:
            return NotAPatron()
        one_owner(self._settings, patron_id, (row.owner for row in rows), "loans")
        return tuple(row.loan for row in rows)

    async def one(self, patron_id: str, loan_id: str) -> Loan | NoSuchLoan:
        """One loan of the patron, with ``renewable`` true or false.

        Alma documents neither an error of its own for a loan that is not there nor renewability
        of a single loan; where its answer leaves either open, or whose loan it is, the list decides.
        """
        found = await self._single(patron_id, loan_id)
        if isinstance(found, NoSuchLoan) or (found is not None and found.renewable is not None):
            return found
        return await self._from_list(patron_id, loan_id)

    async def owned(self, patron_id: str, loan_id: str) -> Loan | NoSuchLoan:
        """The loan if the patron has it now; whose it is, the list decides where the answer does not."""
        found = await self._single(patron_id, loan_id)
        return await self._from_list(patron_id, loan_id) if found is None else found

    async def _single(self, patron_id: str, loan_id: str) -> Loan | NoSuchLoan | None:
        """The loan from its own address; ``None`` where that leaves open whether the patron has it.

        Nothing says that Alma looks at the user in that address, so only an owner that can be compared
        makes it the patron's. Where another identifier is permanent there is none, and no call.
        """
        who = by_patron_id(self._settings, patron_id)
        if not (who.possible and is_number(loan_id)):
            return NoSuchLoan(loan_id)
        if self._settings.permanent_id != PRIMARY_ID:
            return None
        params = who.params | {"expand": "renewable"}
        answer = await self._client.get(f"{who.path}/loans/{loan_id}", params)
        if answer.status == 200:
            row = read_loan(AlmaFields(answer.json(), "item_loan"), self._settings.timezone)
            if row.loan.loan_id != loan_id or not row.still_out:
                return NoSuchLoan(loan_id)
            if row.owner is None:
                return None
            return row.loan if same(row.owner, patron_id) else NoSuchLoan(loan_id)
        fault = read_fault(answer)
        if fault.code == GENERAL_ERROR:
            return None
        if fault.code in LOAN_GONE:
            return NoSuchLoan(loan_id)
        raise fault.as_error("reading a loan")

    async def _from_list(self, patron_id: str, loan_id: str) -> Loan | NoSuchLoan:
        loans = await self.all(patron_id)
        listed = () if isinstance(loans, NotAPatron) else loans
        return next((loan for loan in listed if loan.loan_id == loan_id), NoSuchLoan(loan_id))

    async def _part(self, who: Identity, offset: int, limit: int) -> Part:
        params = who.params | {
            "limit": str(limit),
            "offset": str(offset),
            "order_by": "due_date",
            "expand": "renewable",
        }
        answer = await self._client.get(f"{who.path}/loans", params)
        if answer.status != 200:
            fault = read_fault(answer)
            raise _NoUserError if fault.code in NO_SUCH_USER else fault.as_error("listing loans")
        fields = AlmaFields(answer.json(), "loans")
        rows = tuple(read_loan(row, self._settings.timezone) for row in fields.rows("item_loan"))
        return Part(rows, fields.count("total_record_count"))


class _NoUserError(Exception):
    """Alma has no such user."""
