"""PAIA's names of things: patron identifiers, which go into paths, and URIs, which go into bodies."""

import re
from dataclasses import dataclass

_PATRON = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@:+~-]{0,99}")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,30}:[!#-;=?-\[\]_a-z~]{1,500}")
_WORD = re.compile(r"[!#-;=?-\[\]_a-z~]{1,200}")


def is_patron_id(text: str) -> bool:
    """Whether it could be a patron identifier; nothing else ever gets into a path."""
    return _PATRON.fullmatch(text) is not None


def is_uri(text: str) -> bool:
    """Whether it is written as an URI."""
    return _URI.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Prefixes:
    """What stands before the ids of records and items in their URIs; empty where ids are URIs themselves."""

    edition: str = ""
    item: str = ""

    def edition_uri(self, record_id: str) -> str | None:
        """The URI of a record, or ``None`` for what can't be one."""
        return _with(self.edition, record_id)

    def item_uri(self, item_id: str) -> str | None:
        """The URI of an item, or ``None`` for what can't be one."""
        return _with(self.item, item_id)

    def record_id(self, uri: str | None) -> str | None:
        """The id of a record by its URI."""
        return None if uri is None else uri.removeprefix(self.edition) or uri

    def item_id(self, uri: str | None) -> str | None:
        """The id of an item by its URI."""
        return None if uri is None else uri.removeprefix(self.item) or uri


def _with(prefix: str, told: str) -> str | None:
    if not prefix:
        return told if is_uri(told) else None
    if told.startswith(prefix) and is_uri(told):
        return told
    return prefix + told if _WORD.fullmatch(told) else None
