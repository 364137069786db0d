"""What every format of a file of favourites is written by."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from discovery_accounts.services.favourites.shapes import ItemRow, ListInfo

AddressOf = Callable[[ItemRow], str | None]
"""The address of a record's page, where the catalogue has one."""


def no_address(_item: ItemRow) -> None:
    return None


class Writer(Protocol):
    """Made for one file. The parts it gives, in the order of the calls, are the file."""

    def begin(self) -> str: ...

    def open_list(self, info: ListInfo) -> str: ...

    def item(self, row: ItemRow) -> str: ...

    def close_list(self) -> str: ...

    def end(self) -> str:
        """What only a whole file ends with."""
        ...


@dataclass(frozen=True, slots=True)
class FileKind:
    """``charset`` is left out where the type has none."""

    content_type: str
    ending: str


KINDS = {
    "json": FileKind("application/json", "json"),
    "ris": FileKind("application/x-research-info-systems", "ris"),
    "bibtex": FileKind("application/x-bibtex", "bib"),
    "csv": FileKind("text/csv", "csv"),
}
"""Formats of a file, by the word that asks for them."""
