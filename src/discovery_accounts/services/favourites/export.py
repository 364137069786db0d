"""Favourites as a file: one list or all of them, written while it is sent, however many items they have."""

import logging
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from discovery_accounts.domain.actor import Actor
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.services.favourites.bibtex import BibtexWriter
from discovery_accounts.services.favourites.csv_file import CsvWriter
from discovery_accounts.services.favourites.export_json import JsonWriter
from discovery_accounts.services.favourites.export_rows import items_of
from discovery_accounts.services.favourites.export_shapes import (
    KINDS,
    AddressOf,
    FileKind,
    Writer,
    no_address,
)
from discovery_accounts.services.favourites.lists import Favourites
from discovery_accounts.services.favourites.ris import RisWriter
from discovery_accounts.services.favourites.shapes import ListInfo
from discovery_accounts.services.house import House
from discovery_accounts.telemetry.log import event

log = logging.getLogger(__name__)

_PART = 32 * 1024
"""Bytes, about, that are given at a time: a server sends each part by itself."""


@dataclass(frozen=True, slots=True)
class Wish:
    """``list_id`` ``None`` is all lists. ``separator`` is of CSV; ``address_of`` of RIS and BibTeX."""

    format: str
    list_id: uuid.UUID | None = None
    separator: str = ","
    address_of: AddressOf = no_address


@dataclass(frozen=True, slots=True)
class Export:
    """``parts`` are the file, made as they are taken; they can be taken once."""

    kind: FileKind
    parts: Iterator[bytes]


class Exports:
    def __init__(self, house: House) -> None:
        self._house = house

    def start(self, actor: Actor, wish: Wish) -> Export:
        """Raises ``Problem`` ``not_found``, ``BadShape`` about ``format``, before anything is given."""
        if wish.format not in KINDS:
            raise BadShape("format", "unknown")
        favourites = Favourites(self._house)
        if wish.list_id is not None:
            lists: tuple[ListInfo, ...] = (favourites.show(actor, wish.list_id),)
        else:
            lists = tuple(sorted(favourites.lists(actor), key=lambda one: (one.created_at, one.id)))
        return Export(KINDS[wish.format], self._parts(lists, self._writer(wish)))

    def _writer(self, wish: Wish) -> Writer:
        match wish.format:
            case "json":
                return JsonWriter(self._house.now())
            case "ris":
                return RisWriter(wish.address_of)
            case "bibtex":
                return BibtexWriter(wish.address_of)
            case _:
                return CsvWriter(wish.separator)

    def _parts(self, lists: tuple[ListInfo, ...], writer: Writer) -> Iterator[bytes]:
        """Never ends as if it were whole: what goes wrong is raised to the server, which breaks the connection."""
        waiting: list[str] = []
        size = 0
        try:
            for text in self._texts(lists, writer):
                waiting.append(text)
                size += len(text)
                if size >= _PART:
                    yield "".join(waiting).encode()
                    waiting, size = [], 0
        except Exception:
            event(log, "favourites.export_broke_off", level=logging.ERROR, exc_info=True)
            raise
        yield "".join(waiting).encode()

    def _texts(self, lists: tuple[ListInfo, ...], writer: Writer) -> Iterator[str]:
        yield writer.begin()
        for info in lists:
            yield writer.open_list(info)
            for row in items_of(self._house, info.id):
                yield writer.item(row)
            yield writer.close_list()
        yield writer.end()
