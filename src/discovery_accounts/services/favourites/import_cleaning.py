"""What a list can hold of what a file has: cut and cleaned rather than refused, as nothing may be lost for a note that
is too long. What was cut is told."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from itertools import islice

from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.favourites import (
    MOST_DESCRIPTION,
    MOST_NAME,
    MOST_NOTE,
    MOST_TAG,
    MOST_TAGS,
    check_cover,
    clean_lines,
    clean_name,
    clean_tags,
    read_ordering,
    sort_key,
    tag_key,
    write_ordering,
)
from discovery_accounts.domain.new_record import clean_text, read_moment
from discovery_accounts.domain.record_address import IMPORTED
from discovery_accounts.services.favourites.import_shapes import ReadItem, ReadList
from discovery_accounts.services.favourites.shapes import NewItem, Snapshot

MOST_FORMAT = 64
_TAGS_READ = 10 * MOST_TAGS


class NoItem(Exception):
    """It can't be a favourite. ``reason`` is a code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Cleaned:
    """``untitled``: the record's id stands for its title. ``cut``: something was too long, or no cover's address."""

    item: NewItem = field(repr=False)
    untitled: bool
    cut: bool


def cleaned_list(read: ReadList, unnamed: str) -> ReadList:
    """With a name in any case."""
    try:
        ordering = write_ordering(*read_ordering(read.ordering))
    except BadShape:
        ordering = "manual"
    description, _ = _lines(read.description, "description", MOST_DESCRIPTION)
    return ReadList(read.key, list_name(read.name, unnamed), description, read.public, ordering)


def list_name(given: str, unnamed: str) -> str:
    try:
        return clean_name(_label(given, MOST_NAME))
    except BadShape:
        return unnamed


def cleaned(read: ReadItem, now: datetime) -> Cleaned:
    """Raises ``NoItem``."""
    source, record_id = _known_by(read)
    title = clean_text(read.title or "")
    note, note_cut = _lines(read.note, "note", MOST_NOTE)
    tags, tags_cut = _tags(read.tags)
    cover, cover_cut = _cover(read.cover_url)
    at = read_moment(read.added_at) if read.added_at else None
    snapshot = Snapshot(
        source,
        record_id,
        title or record_id,
        clean_text(read.author or "") or None,
        read.year,
        clean_text(read.format or "")[:MOST_FORMAT].rstrip() or None,
        cover,
    )
    item = NewItem(snapshot, note, tags, min(at, now) if at is not None else None)
    return Cleaned(item, untitled=not title, cut=note_cut or tags_cut or cover_cut)


def _known_by(read: ReadItem) -> tuple[str, str]:
    """Source and id. A record that a file gives no id of is known by what it is, so that the same file adds it
    once."""
    source, record_id = (read.source or "").strip(), (read.record_id or "").strip()
    if record_id:
        return source or IMPORTED, record_id
    if not clean_text(read.title or ""):
        raise NoItem("no_title")
    # cut first: long runs of combining marks are put in order in a time that grows with the square of them
    what = "\n".join((sort_key(clean_text(read.title or "")), clean_text(read.author or ""), str(read.year)))
    return IMPORTED, blake2b(what.encode(), digest_size=16).hexdigest()


def _lines(given: str, name: str, most: int) -> tuple[str, bool]:
    """The text, and whether it had to be cut."""
    text = given[:most]
    return clean_lines(unicodedata.normalize("NFC", text)[:most], name, most), len(given) > most


def _tags(given: Iterable[str]) -> tuple[tuple[str, ...], bool]:
    found: dict[str, str] = {}
    some = tuple(islice(given, _TAGS_READ))
    cut = len(some) == _TAGS_READ
    for one in some:
        try:
            tags = clean_tags([_label(one.strip().lstrip("#"), MOST_TAG)])
        except BadShape:
            cut = True
            continue
        found.update((tag_key(tag), tag) for tag in tags if tag_key(tag) not in found)
        cut = cut or len(one.strip().lstrip("#")) > MOST_TAG
    tags = tuple(found.values())
    return tags[:MOST_TAGS], cut or len(tags) > MOST_TAGS


def _label(given: str, most: int) -> str:
    return clean_text(unicodedata.normalize("NFC", given[: 4 * most]))[:most].rstrip()


def _cover(given: str | None) -> tuple[str | None, bool]:
    try:
        return check_cover(given), False
    except BadShape:
        return None, True
