"""Purchase requests of a user."""

from functools import partial
from typing import Any

from discovery_accounts.connectors.alma.client import AlmaClient
from discovery_accounts.connectors.alma.errors import NO_SUCH_USER, read_fault
from discovery_accounts.connectors.alma.fields import AlmaFields
from discovery_accounts.connectors.alma.identities import Identity, by_patron_id, one_owner
from discovery_accounts.connectors.alma.settings import AlmaSettings
from discovery_accounts.connectors.api import (
    NewSuggestion,
    NotAPatron,
    NotSuggested,
    Suggested,
    Suggestion,
)
from discovery_accounts.connectors.listing import Page, read_every
from discovery_accounts.domain.suggestions import SuggestionReason, SuggestionState

_LIMIT = 100  # the most Alma gives at a time
# Codes of the table PurchaseRequestStatus, of which institutions hide some and add none.
_STATES: dict[str, SuggestionState] = {
    "NEW": SuggestionState.ASKED,
    "IN_REVIEW": SuggestionState.CHECKED,
    "INREVIEW": SuggestionState.CHECKED,
    "DEFERRED": SuggestionState.CHECKED,
    "APPROVED": SuggestionState.ACCEPTED,
    "REJECTED": SuggestionState.REJECTED,
}
# A printed book. What the library buys in the end, its staff decide.
_FORMAT, _BOOK = "P", "BOOK"
# What Alma has against a purchase request itself.
_REFUSED = frozenset({"60270", "60280", "60331", "60340", "40166410"})


class Suggestions:
    """Lists and makes purchase requests."""

    def __init__(self, client: AlmaClient, settings: AlmaSettings) -> None:
        self._client = client
        self._settings = settings

    async def all(self, patron_id: str) -> tuple[Suggestion, ...] | NotAPatron:
        """One call for every 100."""
        who = by_patron_id(self._settings, patron_id)
        if not who.possible:
            return NotAPatron()
        try:
            rows = await read_every(
                partial(self._page, who), _LIMIT, lambda row: row.needed("request_id"), "purchase requests"
            )
        except _NoUserError:
            return NotAPatron()
        owners = (row.code("requester") for row in rows)
        one_owner(self._settings, patron_id, owners, "purchase requests")
        return tuple(_suggestion(row) for row in rows)

    async def _page(self, who: Identity, offset: int, limit: int) -> Page[AlmaFields]:
        params = who.params | {"limit": str(limit), "offset": str(offset)}
        answer = await self._client.get(f"{who.path}/purchase-requests", params)
        if answer.status != 200:
            fault = read_fault(answer)
            raise _NoUserError if fault.code in NO_SUCH_USER else fault.as_error("listing purchase requests")
        listed = AlmaFields(answer.json(), "purchase_requests")
        return Page(tuple(listed.rows("purchase_request")), listed.count("total_record_count"))

    async def make(self, patron_id: str, suggestion: NewSuggestion) -> Suggested | NotSuggested | NotAPatron:
        """One call."""
        who = by_patron_id(self._settings, patron_id)
        if not who.possible:
            return NotAPatron()
        if not suggestion.title.strip():
            return NotSuggested(SuggestionReason.FIELD_MISSING, ("title",))
        path = f"{who.path}/purchase-requests"
        answer = await self._client.act("POST", path, who.params, _body(suggestion))
        if answer.status in (200, 201):
            made = AlmaFields(answer.json(), "purchase_request")
            one_owner(self._settings, patron_id, [made.code("requester")], "purchase requests")
            return Suggested(made.text("request_id"))
        fault = read_fault(answer)
        if fault.code in NO_SUCH_USER:
            return NotAPatron()
        if fault.code in _REFUSED:
            return NotSuggested(SuggestionReason.LIBRARY_SAYS_NO)
        raise fault.as_error("making a purchase request")


def _body(wanted: NewSuggestion) -> dict[str, Any]:
    work = {
        "citation_type": {"value": _BOOK},
        "title": wanted.title,
        "author": wanted.author,
        "publisher": wanted.publisher,
        "publication_year": None if wanted.year is None else str(wanted.year),
        "isbn": wanted.isbn,
    }
    told = {name: value for name, value in work.items() if value}
    comment = {"comment": wanted.note} if wanted.note else {}
    return {"format": {"value": _FORMAT}, "resource_metadata": told} | comment


def _suggestion(row: AlmaFields) -> Suggestion:
    work, rejected = row.inner("resource_metadata"), row.inner("reject_reason")
    return Suggestion(
        row.needed("request_id"),
        work.title("title"),
        _STATES.get((row.code("status") or "").upper(), SuggestionState.OTHER),
        work.title("author"),
        row.day("created_date"),
        rejected.text("desc") or rejected.text("value"),
    )


class _NoUserError(Exception):
    """Alma has no such user."""
