"""Holds of a Koha patron: all of them in one call, and one that is the patron's own."""

from discovery_accounts.connectors.api import (
    Hold,
    LibraryError,
    NotAPatron,
    UnexpectedAnswer,
    WrongPatron,
)
from discovery_accounts.connectors.koha.asking import ask_first, rows_of
from discovery_accounts.connectors.koha.branches import Branches
from discovery_accounts.connectors.koha.client import KohaClient
from discovery_accounts.connectors.koha.editions import HOLD_EMBEDS, HOLDS, Choice, Listing
from discovery_accounts.connectors.koha.errors import read_fault
from discovery_accounts.connectors.koha.fields import KohaFields
from discovery_accounts.connectors.koha.hold_records import read_hold
from discovery_accounts.connectors.koha.ids import is_id
from discovery_accounts.connectors.koha.settings import KohaSettings
from discovery_accounts.connectors.koha.titles import NO_WORK, Titles, read_work


class Holds:
    """Reads holds; what this version of Koha understands is found out once and remembered."""

    def __init__(self, client: KohaClient, titles: Titles, settings: KohaSettings) -> None:
        self._client = client
        self._titles = titles
        self._settings = settings
        self._branches = Branches(client)
        self._listings = Choice[Listing](HOLDS)
        self._embeds = Choice[str](HOLD_EMBEDS)

    async def all(self, patron_id: str) -> tuple[Hold, ...] | NotAPatron:
        """See ``ListsHolds``. One call; older versions take one more for all titles."""
        if not is_id(patron_id):
            return NotAPatron()
        answered = await ask_first(
            self._client, self._listings, patron_id, "listing holds", {"_per_page": "-1"}
        )
        if answered is None:
            return NotAPatron()
        rows = rows_of(answered.answer, "holds")
        for row in rows:
            _belongs(row, patron_id)
        return await self._named(rows, "biblio" in answered.row.embed)

    async def _named(self, rows: list[KohaFields], embedded: bool) -> tuple[Hold, ...]:
        if embedded:
            return tuple(
                read_hold(
                    row,
                    read_work(row.inner("biblio")),
                    row.inner("pickup_library").text("name"),
                    self._settings,
                )
                for row in rows
            )
        works = await self._titles.of_biblios(row.number("biblio_id") for row in rows)
        names = await self._branches.names() if rows else {}
        return tuple(
            read_hold(
                row,
                works.get(row.number("biblio_id") or 0, NO_WORK),
                names.get(row.text("pickup_library_id") or ""),
                self._settings,
            )
            for row in rows
        )

    async def owned(self, patron_id: str, hold_id: str) -> KohaFields | None:
        """The hold if the patron has it now."""
        if not (is_id(patron_id) and is_id(hold_id)):
            return None
        params = {"hold_id": hold_id, "patron_id": patron_id, "_match": "exact"}
        failure: LibraryError = UnexpectedAnswer("reading a hold")
        for embed in self._embeds.candidates():
            answer = await self._client.get("/v1/holds", params, embed=embed)
            if answer.status == 200:
                self._embeds.understood(embed)
                return _only(rows_of(answer, "holds"), patron_id, hold_id)
            failure = read_fault(answer).as_error("reading a hold")
            if answer.status != 400:
                break
        raise failure


def _only(rows: list[KohaFields], patron_id: str, hold_id: str) -> KohaFields | None:
    for row in rows:
        _belongs(row, patron_id)
        if row.identifier("hold_id") != hold_id:
            raise UnexpectedAnswer("a question for one hold found others")
    return rows[0] if rows else None


def _belongs(row: KohaFields, patron_id: str) -> None:
    if row.identifier("patron_id") != patron_id:
        raise WrongPatron("a list of holds holds one of somebody else")
