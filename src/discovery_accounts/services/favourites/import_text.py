"""From the bytes of a file to its text, and which format that is in."""

import codecs
import re

from discovery_accounts.services.favourites.import_shapes import BIBTEX, CSV, OURS, RIS, BrokenFile

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    # before UTF-16, whose mark theirs begins with
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OLD = "cp1252"
"""What programs wrote on Windows before UTF-8; the letters of ISO 8859-1 are the same in it."""
_LOOKED_AT = 20_000
_RIS = re.compile(r"^TY  ?-", re.MULTILINE)
_BIBTEX = re.compile(r"^[ \t]*@[ \t]*[A-Za-z]+[ \t]*[{(]", re.MULTILINE)
_HEADING = re.compile(r"\b(title|record_id)\b", re.IGNORECASE)


def text_of(data: bytes) -> str:
    """Raises ``BrokenFile``: ``empty``, ``not_text``."""
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8")
    try:
        text = _decoded(data, encoding)
    except ValueError:
        raise BrokenFile("not_text") from None
    if "\0" in text:  # UTF-16 without its mark, or no text at all
        raise BrokenFile("not_text")
    if not text.strip():
        raise BrokenFile("empty")
    return text


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        if encoding != "utf-8" or data.lstrip()[:1] == b"{":  # JSON is never in an old encoding
            raise
        return data.decode(_OLD)


def format_of(text: str) -> str:
    """Told by how it begins, not by its name: programs call these files as they like. Raises ``BrokenFile``
    ``unknown_format``."""
    begin = text[:_LOOKED_AT].lstrip("\ufeff \t\r\n")
    if begin.startswith(("{", "[")):
        return OURS
    if _RIS.search(begin):
        return RIS
    if _HEADING.search(begin.partition("\n")[0]) and not begin.startswith("@"):
        return CSV
    if _BIBTEX.search(begin):
        return BIBTEX
    raise BrokenFile("unknown_format")
