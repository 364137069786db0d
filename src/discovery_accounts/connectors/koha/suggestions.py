"""What a patron suggests to buy, in Koha's list of suggestions."""

import json

from discovery_accounts.connectors.api import (
    NewSuggestion,
    NotAPatron,
    NotSuggested,
    Suggested,
    Suggestion,
    WrongPatron,
)
from discovery_accounts.connectors.koha.asking import rows_of
from discovery_accounts.connectors.koha.client import KohaClient
from discovery_accounts.connectors.koha.errors import read_fault
from discovery_accounts.connectors.koha.fields import KohaFields
from discovery_accounts.connectors.koha.ids import is_id
from discovery_accounts.connectors.koha.profiles import Profiles
from discovery_accounts.domain.suggestions import SuggestionReason, SuggestionState

STATES = {
    "ASKED": SuggestionState.ASKED,
    "CHECKED": SuggestionState.CHECKED,
    "ACCEPTED": SuggestionState.ACCEPTED,
    "ORDERED": SuggestionState.ORDERED,
    "AVAILABLE": SuggestionState.AVAILABLE,
    "REJECTED": SuggestionState.REJECTED,
}
"""Koha's own; libraries may add words of theirs."""

_OVER = frozenset({SuggestionState.AVAILABLE, SuggestionState.REJECTED})
_PATH = "/v1/suggestions"


class Suggestions:
    """Reads and makes suggestions."""

    def __init__(self, client: KohaClient, profiles: Profiles) -> None:
        self._client = client
        self._profiles = profiles

    async def all(self, patron_id: str) -> tuple[Suggestion, ...] | NotAPatron:
        """See ``TakesSuggestions``; the newest first. One call, and one more for a patron without any, to
        tell them from nobody."""
        if not is_id(patron_id):
            return NotAPatron()
        found = await self._listed(patron_id)
        if not found and isinstance(await self._profiles.record(patron_id), NotAPatron):
            return NotAPatron()
        return found

    async def add(self, patron_id: str, suggestion: NewSuggestion) -> Suggested | NotSuggested | NotAPatron:
        """See ``TakesSuggestions``. Two calls and the act: Koha itself takes suggestions of
        nobody, and the same one twice."""
        if not suggestion.title.strip():
            return NotSuggested(SuggestionReason.FIELD_MISSING, ("title",))
        record = await self._profiles.record(patron_id)
        if isinstance(record, NotAPatron):
            return record
        if any(_same(one, suggestion) for one in await self._listed(patron_id)):
            return NotSuggested(SuggestionReason.ALREADY_SUGGESTED)
        answer = await self._client.post(_PATH, _body(patron_id, suggestion, record.text("library_id")))
        if answer.status == 201:
            fields = KohaFields(answer.json(), "suggestion")
            _owned(fields, patron_id)
            return Suggested(fields.identifier("suggestion_id"))
        fault = read_fault(answer)
        if fault.status == 400 and fault.text:
            return NotSuggested(SuggestionReason.LIBRARY_SAYS_NO)
        raise fault.as_error("making a suggestion")

    async def _listed(self, patron_id: str) -> tuple[Suggestion, ...]:
        # In this list a patron can be asked for in a query only, and that compares whole numbers.
        params = {"q": json.dumps({"suggested_by": int(patron_id)}), "_per_page": "-1"}
        answer = await self._client.get(_PATH, params | {"_order_by": "-suggestion_date,-suggestion_id"})
        if answer.status != 200:
            raise read_fault(answer).as_error("listing suggestions")
        return tuple(_suggestion(row, patron_id) for row in rows_of(answer, "suggestions"))


def _suggestion(fields: KohaFields, patron_id: str) -> Suggestion:
    _owned(fields, patron_id)
    return Suggestion(
        fields.identifier("suggestion_id"),
        fields.text("title"),
        STATES.get(fields.text("status") or "", SuggestionState.OTHER),
        fields.text("author"),
        fields.day("suggestion_date"),
        fields.text("reason"),
    )


def _owned(fields: KohaFields, patron_id: str) -> None:
    if fields.number("suggested_by") != int(patron_id):
        raise WrongPatron("a suggestion of somebody else")


def _same(one: Suggestion, new: NewSuggestion) -> bool:
    def plain(text: str | None) -> str:
        return " ".join((text or "").casefold().split())

    again = plain(one.title) == plain(new.title) and plain(one.author) == plain(new.author)
    return again and one.state not in _OVER


def _body(patron_id: str, new: NewSuggestion, library_id: str | None) -> dict[str, object]:
    """Koha gives the day and the status itself."""
    told = {
        "title": new.title.strip(),
        "author": new.author,
        "publisher_code": new.publisher,
        "copyright_date": new.year,
        "isbn": new.isbn,
        "note": new.note,
        "library_id": library_id,
    }
    return {"suggested_by": int(patron_id)} | {name: value for name, value in told.items() if value}
