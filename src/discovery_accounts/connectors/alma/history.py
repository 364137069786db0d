"""Loans of the past, as far as the institution has not made them anonymous."""

from discovery_accounts.connectors.alma.client import AlmaClient
from discovery_accounts.connectors.alma.errors import NO_SUCH_USER, read_fault
from discovery_accounts.connectors.alma.fields import AlmaFields
from discovery_accounts.connectors.alma.identities import by_patron_id, one_owner
from discovery_accounts.connectors.alma.settings import AlmaSettings
from discovery_accounts.connectors.api import MOST_PAST_LOANS, HistoryPage, NotAPatron, PastLoan


class History:
    """Reads returned loans."""

    def __init__(self, client: AlmaClient, settings: AlmaSettings) -> None:
        self._client = client
        self._settings = settings

    async def page(self, patron_id: str, offset: int) -> HistoryPage | NotAPatron:
        """One call."""
        who = by_patron_id(self._settings, patron_id)
        if not who.possible:
            return NotAPatron()
        params = who.params | {
            "loan_status": "Complete",
            "order_by": "return_date",
            "direction": "DESC",
            "limit": str(MOST_PAST_LOANS),
            "offset": str(max(offset, 0)),
        }
        answer = await self._client.get(f"{who.path}/loans", params)
        if answer.status != 200:
            fault = read_fault(answer)
            if fault.code in NO_SUCH_USER:
                return NotAPatron()
            raise fault.as_error("listing past loans")
        listed = AlmaFields(answer.json(), "loans")
        rows = listed.rows("item_loan")
        one_owner(self._settings, patron_id, (row.text("user_id") for row in rows), "past loans")
        total = listed.count("total_record_count")
        after = max(offset, 0) + len(rows)
        return HistoryPage(
            tuple(self._past(row) for row in rows), total, after if rows and after < total else None
        )

    def _past(self, row: AlmaFields) -> PastLoan:
        title, volume = row.title("title"), row.text("description")
        return PastLoan(
            row.needed("loan_id"),
            f"{title}. {volume}" if title and volume else title,
            row.title("author"),
            row.text("mms_id"),
            row.moment("loan_date", self._settings.timezone),
            row.moment("return_date", self._settings.timezone),
        )
