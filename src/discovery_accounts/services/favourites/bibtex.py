"""BibTeX, for who writes in LaTeX. Letters stay as they are, in UTF-8: every engine of the last ten years reads
them; what LaTeX would take for its own signs is written so that it prints what stands in the list."""

import logging
import re
from collections.abc import Iterator
from hashlib import blake2b

from bibtexparser.entrypoint import parse_string, write_string
from bibtexparser.library import Library
from bibtexparser.middlewares import LatexDecodingMiddleware
from bibtexparser.middlewares.names import split_multiple_persons_names
from bibtexparser.model import Entry, Field

from discovery_accounts.domain.favourites import sort_key
from discovery_accounts.domain.new_record import clean_text, read_year
from discovery_accounts.services.favourites.export_shapes import AddressOf, no_address
from discovery_accounts.services.favourites.export_types import bibtex_type
from discovery_accounts.services.favourites.import_shapes import Broken, Reading, ReadItem
from discovery_accounts.services.favourites.ris import BETWEEN_AUTHORS
from discovery_accounts.services.favourites.shapes import ItemRow, ListInfo

# both write what they can't read to the log: that is what somebody has in a list
for _library in ("bibtexparser", "pylatexenc"):
    logging.getLogger(_library).setLevel(logging.CRITICAL + 1)

MOST_CHARACTERS = 200_000
"""Of one entry."""

_LATEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "#": r"\#",
    "$": r"\$",
    "%": r"\%",
    "&": r"\&",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "\n": r"\newline{}",
}
_PLAIN = {written: sign for sign, written in _LATEX.items()}
_OURS = re.compile("|".join(re.escape(written) for written in _PLAIN))
_PAIRS = re.compile(r"(?<=-)(?=-)|(?<=[`?!])(?=`)|(?<=')(?=')|(?<=<)(?=<)|(?<=>)(?=>)|(?<=,)(?=,)")
_BRACES = re.compile(r"(?<!\\)[{}]")
_AND = re.compile(r"\sand\s", re.IGNORECASE)
_ENTRY = re.compile(r"^[ \t]*@[ \t]*([A-Za-z]+)[ \t]*[{(]", re.MULTILINE)
_NO_ENTRY = {"comment", "string", "preamble"}
_SOURCE, _RECORD_ID, _FORMAT = "recordsource", "recordid", "recordformat"
"""Fields that are ours alone: LaTeX and reference managers leave unknown ones be."""


class BibtexWriter:
    """Lists are not told. A record has the same key in every file, ``waltari1945-k3v9qa2m``; one that stands in the
    file again, in another list, has a number behind it."""

    def __init__(self, address_of: AddressOf = no_address) -> None:
        self._address_of = address_of
        self._used: dict[str, int] = {}

    def begin(self) -> str:
        return ""

    def open_list(self, _info: ListInfo) -> str:
        return ""

    def item(self, row: ItemRow) -> str:
        key = citation_key(row)
        times = self._used[key] = self._used.get(key, 0) + 1
        fields = [Field(name, f"{{{value}}}") for name, value in self._fields(row) if value]
        entry = Entry(bibtex_type(row.format), f"{key}-{times}" if times > 1 else key, fields)
        return write_string(Library([entry]), unparse_stack=[]) + "\n"

    def close_list(self) -> str:
        return ""

    def end(self) -> str:
        return ""

    def _fields(self, row: ItemRow) -> tuple[tuple[str, str], ...]:
        address = clean_text(self._address_of(row) or "")
        return (
            ("author", " and ".join(map(_name, _split_authors(row.author)))),
            ("title", _written(row.title)),
            ("year", str(row.year) if row.year is not None else ""),
            ("note", _written(row.note)),
            ("keywords", ", ".join(map(_keyword, row.tags))),
            # an address is read by programs, which don't know LaTeX's signs in it
            ("url", address if not set(address) & set("{}\\") else ""),
            (_FORMAT, _written(row.format or "")),
            (_SOURCE, _written(row.source)),
            (_RECORD_ID, _written(row.record_id)),
        )


def citation_key(row: ItemRow) -> str:
    """From author and year, and a hash of what the record is known by, so that it stays the same."""
    name = re.sub("[^a-z]", "", sort_key((row.author or row.title).split(",")[0]))[:20]
    what = blake2b(f"{row.source}\n{row.record_id}".encode(), digest_size=5).digest()
    digits = "abcdefghijklmnopqrstuvwxyz234567"
    number = int.from_bytes(what)
    mark = "".join(digits[(number >> shift) & 31] for shift in range(0, 40, 5))
    return f"{name or 'record'}{row.year or ''}-{mark}"


def _split_authors(author: str | None) -> list[str]:
    return [one for one in (author or "").split(BETWEEN_AUTHORS) if one]


def _name(author: str) -> str:
    """One author. Braces keep a name with “and” in it together, and one that ends in a comma from being taken apart."""
    whole = _AND.search(f" {author} ") or author.endswith(",")
    return f"{{{_written(author)}}}" if whole else _written(author)


def _keyword(tag: str) -> str:
    return f"{{{_written(tag)}}}" if set(tag) & set(",;") else _written(tag)


def _written(text: str) -> str:
    """Pairs that fonts would draw as one sign are parted by an empty group."""
    return _PAIRS.sub("{}", "".join(_LATEX.get(sign, sign) for sign in text))


def read_bibtex(text: str) -> Reading:
    """Entry by entry, so that a broken one breaks no other."""
    decoding = _Decoding()
    for number, entry in enumerate(_entries(text), start=1):
        if len(entry) > MOST_CHARACTERS:
            yield Broken(number, "too_long")
            continue
        try:
            found = parse_string(entry).entries
            item = _item(number, found[0], decoding) if found else None
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
            item = None
        yield item or Broken(number, "not_readable")


def _entries(text: str) -> Iterator[str]:
    """From one ``@book{`` at the beginning of a line to the next. What is none of these is a comment in BibTeX."""
    starts = list(_ENTRY.finditer(text))
    for index, start in enumerate(starts):
        end = starts[index + 1].start() if index + 1 < len(starts) else len(text)
        if start[1].lower() not in _NO_ENTRY:
            yield text[start.start() : end]


def _item(number: int, entry: Entry, decoding: "_Decoding") -> ReadItem:
    told = {name.lower(): str(field.value) for name, field in entry.fields_dict.items()}
    plain = {name: decoding.plain(value) for name, value in told.items() if name not in {"author", "editor"}}
    ours = bool(plain.get(_SOURCE) and plain.get(_RECORD_ID))
    names = split_multiple_persons_names(told.get("author") or told.get("editor") or "")
    keywords = _separate(told.get("keywords", ""))
    return ReadItem(
        number,
        title=plain.get("title") or plain.get("booktitle"),
        source=plain[_SOURCE] if ours else None,
        record_id=plain[_RECORD_ID] if ours else None,
        author=BETWEEN_AUTHORS.join(filter(None, map(decoding.plain, names))) or None,
        year=read_year(plain.get("year") or plain.get("date", "")),
        format=plain.get(_FORMAT)
        or (None if entry.entry_type.lower() == "misc" else entry.entry_type.lower()),
        note=plain.get("note") or plain.get("annote", ""),
        tags=tuple(filter(None, map(decoding.plain, keywords))),
    )


def _separate(keywords: str) -> list[str]:
    """At commas and semicolons outside of braces; an escaped brace is none."""
    parts, depth, begin = [], 0, 0
    for sign in re.finditer(r"\\.|[{},;]", keywords):
        if sign[0] in {",", ";"} and depth == 0:
            parts.append(keywords[begin : sign.start()])
            begin = sign.end()
        depth += (sign[0] == "{") - (sign[0] == "}")
    return [*parts, keywords[begin:]]


class _Decoding:
    """What LaTeX would print. What we wrote ourselves is taken back sign by sign; anything else is for pylatexenc."""

    def __init__(self) -> None:
        self._middleware = LatexDecodingMiddleware()

    def plain(self, written: str) -> str:
        written = written.strip()
        rest = _OURS.sub("", written)
        if "\\" not in rest and "$" not in rest:
            bare = _BRACES.sub("", _OURS.sub(lambda found: _HELD[found[0]], written))
            return bare.translate(_RELEASED)
        entry = Entry("misc", "k", [Field("title", written)])
        [decoded] = self._middleware.transform(Library([entry])).entries
        return str(decoded.fields_dict["title"].value).strip()


# signs that were written stand apart from those of the markup until that is gone, as what no text can hold
_HELD = {written: chr(0xFDD0 + index) for index, written in enumerate(_PLAIN)}
_RELEASED = {ord(held): _PLAIN[written] for written, held in _HELD.items()}
