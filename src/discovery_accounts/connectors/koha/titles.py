"""Titles for lists that carry none: all works of a list in one call, never one call for each."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from discovery_accounts.connectors.api import LibraryError, Refused
from discovery_accounts.connectors.koha.asking import rows_of
from discovery_accounts.connectors.koha.client import KohaClient
from discovery_accounts.connectors.koha.editions import BIBLIO_TITLES, ITEM_TITLES, Batch, Choice
from discovery_accounts.connectors.koha.fields import KohaFields
from discovery_accounts.connectors.koha.records import title_of

_MOST = 100  # works in one call; further ones stay without a title


@dataclass(frozen=True, slots=True)
class Work:
    """What a list shows of a work."""

    title: str | None
    author: str | None = None
    record_id: str | None = None


NO_WORK = Work(None)


class Titles:
    """Looks works up. A list without titles is better than none: what fails here is left out."""

    def __init__(self, client: KohaClient) -> None:
        self._client = client
        self._items = Choice[Batch](ITEM_TITLES)
        self._biblios = Choice[Batch](BIBLIO_TITLES)

    async def of_items(self, item_ids: Iterable[int | None]) -> Mapping[int, Work]:
        """Works by the ids of their items. One call, none for nothing."""
        return await self._look_up(self._items, item_ids)

    async def of_biblios(self, biblio_ids: Iterable[int | None]) -> Mapping[int, Work]:
        """Works by their own ids. One call, none for nothing."""
        return await self._look_up(self._biblios, biblio_ids)

    async def _look_up(self, choice: Choice[Batch], ids: Iterable[int | None]) -> Mapping[int, Work]:
        wanted = sorted({one for one in ids if one is not None})[:_MOST]
        if not wanted:
            return {}
        for batch in choice.candidates():
            try:
                found = await self._ask(batch, wanted)
            except Refused:
                continue
            except LibraryError:
                return {}
            if found is not None:
                choice.understood(batch)
                return found
        return {}

    async def _ask(self, batch: Batch, wanted: list[int]) -> dict[int, Work] | None:
        """``None`` when this version does not understand."""
        # Ids of works say nothing of anybody, so the question may stand in the address.
        params = {"q": json.dumps({f"me.{batch.column}": wanted}), "_per_page": "-1"}
        answer = await self._client.get(batch.path, params, embed=batch.embed, optional=True)
        if answer.status in (401, 403):
            raise Refused("looking titles up")
        if answer.status != 200:
            return None
        found: dict[int, Work] = {}
        for row in rows_of(answer, "works", whole=False):
            number = row.number(batch.column)
            if number in wanted:
                found.setdefault(number, read_work(row.inner("biblio") if batch.embed else row))
        return found


def read_work(biblio: KohaFields) -> Work:
    """A work from its record; an empty one has no title."""
    number = biblio.number("biblio_id")
    return Work(title_of(biblio), biblio.text("author"), None if number is None else str(number))
