"""What a file of favourites holds, however it is written: lists, items and lines that are neither.

A reader gives these one after another; an item belongs to the list told of last. What they hold is as the file has
it: ``import_cleaning`` makes of it what a list can hold.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

MOST_SHOWN = 50
"""Broken lines that are told one by one; all are counted."""

OURS, FINNA, RIS, BIBTEX, CSV = "json", "finna", "ris", "bibtex", "csv"
"""The formats that can be read, by the words that calls and pages have for them."""


class BrokenFile(Exception):
    """Nothing of the file can be read. ``reason`` is a code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class ReadList:
    """``key`` tells two lists of one name apart within the file."""

    key: str = field(repr=False)
    name: str = field(repr=False)
    description: str = field(default="", repr=False)
    public: bool = False
    ordering: str = "manual"


@dataclass(frozen=True, slots=True)
class ReadItem:
    """``number`` counts the file's items from 1; in a CSV file it is the row, with the heading as row 1. Without
    ``record_id`` it is known by what it is: the same title, author and year are the same record."""

    number: int
    title: str | None = field(default=None, repr=False)
    source: str | None = field(default=None, repr=False)
    record_id: str | None = field(default=None, repr=False)
    author: str | None = field(default=None, repr=False)
    year: int | None = field(default=None, repr=False)
    format: str | None = field(default=None, repr=False)
    cover_url: str | None = field(default=None, repr=False)
    note: str = field(default="", repr=False)
    tags: tuple[str, ...] = field(default=(), repr=False)
    added_at: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Broken:
    """An item that could not be taken. ``reason`` is a code with words in ``web.favourite_transfer_words``; nothing
    of the item itself is told."""

    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something of the file that has no place here: ``searches``, and how many."""

    what: str
    count: int


Found = ReadList | ReadItem | Broken | LeftOut
Reading = Iterator[Found]
