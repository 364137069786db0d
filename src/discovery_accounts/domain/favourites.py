"""What a favourites list may hold: how names, notes, tags and covers are cleaned, what lists are ordered by.

Notes and names are plain text: whoever shows them escapes them (checklist W8).
"""

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from urllib.parse import urlsplit

from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.labels import clean_label

MOST_NAME, MOST_DESCRIPTION, MOST_NOTE = 200, 5000, 10_000
"""Characters."""
MOST_TAG, MOST_TAGS = 64, 50
"""Characters of a tag; tags of an item."""
MOST_COVER = 1000
"""Characters of a cover's address."""
STEP = 1024
"""Between the positions of two items that were added one after the other."""

_SORTED_BY = 120
_BREAKS = re.compile(r"\r\n?|[\u0085\u2028\u2029\x0b\x0c]")
_UNSEEN = {"Cc", "Cf", "Cs"}
_JOINERS = {"\u200c", "\u200d", "\n"}
_LETTERS = str.maketrans(
    {"å": "zza", "ä": "zzb", "æ": "zzb", "ö": "zzc", "ø": "zzc", "đ": "d", "ð": "d", "þ": "th", "ł": "l"}
)
_BETWEEN = re.compile(r"[\W_]+")


class Order(StrEnum):
    """What the items of a list are ordered by; ``manual`` is by hand."""

    MANUAL = "manual"
    TITLE = "title"
    AUTHOR = "author"
    YEAR = "year"
    ADDED = "added"


def read_ordering(text: str) -> tuple[Order, bool]:
    """An order and whether it is the other way round, written ``title`` or ``-title``. Raises ``BadShape``."""
    try:
        return Order(text.removeprefix("-")), text.startswith("-")
    except ValueError:
        raise BadShape("ordering", "unknown") from None


def write_ordering(order: Order, descending: bool) -> str:
    return f"-{order.value}" if descending else order.value


def clean_name(typed: str) -> str:
    """On one line, without unseen characters. Raises ``BadShape`` about ``name``."""
    return clean_label(typed, "name", MOST_NAME)


def clean_lines(typed: str, field: str, most: int) -> str:
    """Text of several lines: line breaks stay, what can't be seen goes. Raises ``BadShape`` ``too_long``."""
    if len(typed) > 2 * most:
        raise BadShape(field, "too_long")
    text = _BREAKS.sub("\n", unicodedata.normalize("NFC", typed)).replace("\t", " ")
    seen = "".join(one for one in text if one in _JOINERS or unicodedata.category(one) not in _UNSEEN)
    cleaned = "\n".join(line.rstrip() for line in seen.split("\n")).strip()
    if len(cleaned) > most:
        raise BadShape(field, "too_long")
    return cleaned


def clean_note(typed: str) -> str:
    """Raises ``BadShape`` about ``note``."""
    return clean_lines(typed, "note", MOST_NOTE)


def clean_description(typed: str) -> str:
    """Raises ``BadShape`` about ``description``."""
    return clean_lines(typed, "description", MOST_DESCRIPTION)


def clean_tags(typed: Iterable[str]) -> tuple[str, ...]:
    """Each tag once, as it was first written, without its ``#``; empty ones are left out. Raises ``BadShape``
    about ``tags``."""
    found: dict[str, str] = {}
    for one in typed:
        if one.strip().lstrip("#").strip():
            tag = clean_label(one.strip().lstrip("#"), "tags", MOST_TAG)
            found.setdefault(tag_key(tag), tag)
    if len(found) > MOST_TAGS:
        raise BadShape("tags", "too_many")
    if any(len(key) > MOST_TAG for key in found):
        raise BadShape("tags", "too_long")
    return tuple(found.values())


def tag_key(tag: str) -> str:
    """By which a tag is found and unique: case and blanks don't matter, å and a are two letters."""
    return " ".join(unicodedata.normalize("NFC", tag.casefold()).split())


def check_cover(address: str | None) -> str | None:
    """The address of a picture, over http or https only. Raises ``BadShape`` about ``cover_url``."""
    if address is None or not address.strip():
        return None
    cleaned = address.strip()
    if len(cleaned) > MOST_COVER:
        raise BadShape("cover_url", "too_long")
    if not all("\x20" < one < "\x7f" for one in cleaned) or set(cleaned) & set("\\\"<>`{}|^'"):
        raise BadShape("cover_url", "bad_characters")
    try:
        parts = urlsplit(cleaned)
        well = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        well = False
    if not well or "@" in parts.netloc:
        raise BadShape("cover_url", "bad_address")
    return cleaned


def sort_key(text: str | None) -> str:
    """What titles and authors are ordered by: small letters without marks, å, ä (æ) and ö (ø) after z."""
    small = unicodedata.normalize("NFC", (text or "").casefold()).translate(_LETTERS)
    bare = "".join(one for one in unicodedata.normalize("NFKD", small) if not unicodedata.combining(one))
    return _BETWEEN.sub(" ", bare).strip()[:_SORTED_BY].rstrip()


def between(before: int | None, after: int | None) -> int | None:
    """A position between two others, of which either may be missing; ``None`` where there is no room."""
    if after is None:
        return (before or 0) + STEP
    middle = ((before or 0) + after) // 2
    return middle if (before or 0) < middle < after else None
