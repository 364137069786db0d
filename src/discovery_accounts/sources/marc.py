"""From MARC 21 to the neutral record."""

import logging
import re
import warnings
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from lxml import etree
from pymarc import Field, Indicators, Leader, PymarcException, Record, Subfield
from pymarc.exceptions import BadSubfieldCodeWarning

from discovery_accounts.domain.new_record import BrokenRecord, NewRecord, read_record
from discovery_accounts.sources.audiences import audience_of_marc
from discovery_accounts.sources.documents import local_name, text_of
from discovery_accounts.sources.formats import format_of_marc
from discovery_accounts.sources.marc_options import MarcOptions, Place

# both repeat what is broken in a record
logging.getLogger("pymarc").setLevel(logging.CRITICAL)
warnings.filterwarnings("ignore", category=BadSubfieldCodeWarning)

NAMESPACE = "http://www.loc.gov/MARC21/slim"

_AUTHORS = ("100", "110", "111", "700", "710", "711")
_SUBJECTS = ("600", "610", "611", "630", "647", "648", "650", "651", "653", "655")
_ENDS = " \t/:;,=+"
_NO_LANGUAGES = ("zxx", "und", "mul", "mis")
_MOST_FIELDS = 5000


def from_element(element: etree._Element) -> Record:
    """A MARCXML ``record``, with or without its namespace. Raises ``BrokenRecord``."""
    record = Record()
    for count, child in enumerate(element):
        if count > _MOST_FIELDS:
            raise BrokenRecord("too many fields")
        name, tag = local_name(child), str(child.get("tag", ""))
        if name == "leader":
            record.leader = Leader(text_of(child).ljust(24)[:24])
        elif name == "controlfield" and tag:
            record.fields.append(Field(tag=tag, data=text_of(child)))
        elif name == "datafield" and tag and not Field(tag=tag).control_field:
            record.fields.append(_data_field(tag, child))
    return record


def from_chunk(chunk: bytes) -> Record:
    """A record in the exchange format (ISO 2709). Raises ``BrokenRecord``."""
    try:
        return Record(
            chunk,
            # many say MARC-8 and are UTF-8
            force_utf8=_is_utf8(chunk),
            hide_utf8_warnings=True,
            utf8_handling="replace",
        )
    except (PymarcException, BadSubfieldCodeWarning, ValueError, LookupError, TypeError, AttributeError):
        raise BrokenRecord("no MARC record") from None


def is_deleted(record: Record) -> bool:
    return str(record.leader)[5:6] == "d"


def control_number(record: Record) -> str:
    return next(iter(_controls(record, "001")), "").strip()


def to_record(record: Record, source: str, record_id: str, options: MarcOptions) -> NewRecord:
    """Raises ``BrokenRecord`` where there is no title or no id."""
    leader, field_008 = str(record.leader), next(iter(_controls(record, "008")), "")
    ages = tuple(
        value
        for field in _fields(record, ["521"])
        if field.indicators is not None and field.indicators.first == "1"
        for value in field.get_subfields("a")
    )
    told: dict[str, Any] = {
        "record_id": f"{options.id_prefix}{record_id}" if record_id else "",
        "title": _title(record),
        "authors": [_author(field) for field in _fields(record, _AUTHORS)],
        "subjects": list(_subjects(record)),
        "format": format_of_marc(leader, tuple(_controls(record, "007")), field_008),
        "languages": list(_languages(record, field_008)),
        "year": _year(record, field_008),
        "libraries": [*options.libraries, *_values(record, options.library_fields)],
        "branches": list(_values(record, options.branch_fields)),
        "audience": audience_of_marc(leader, field_008, ages),
        "isbn": list(_isbn(record)),
        "first_indexed": _made_on(field_008) if options.by_008 else None,
    }
    return read_record(told, source)


def _data_field(tag: str, element: etree._Element) -> Field:
    subfields = [
        Subfield(str(child.get("code", "")), text_of(child))
        for child in element
        if local_name(child) == "subfield" and child.get("code")
    ]
    first, second = (str(element.get(name, " ")) for name in ("ind1", "ind2"))
    return Field(tag=tag, indicators=Indicators(first, second), subfields=subfields)


def _is_utf8(chunk: bytes) -> bool:
    try:
        chunk.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not chunk.isascii()


def _controls(record: Record, tag: str) -> Iterator[str]:
    for field in record.get_fields(tag):
        if field.control_field and isinstance(field.data, str):
            yield field.data


def _fields(record: Record, tags: Iterable[str]) -> Iterator[Field]:
    for tag in tags:
        for field in record.get_fields(tag):
            if not field.control_field:
                yield field


def _values(record: Record, places: tuple[Place, ...]) -> Iterator[str]:
    for tag, code in places:
        for field in _fields(record, [tag]):
            yield from field.get_subfields(code)


def _title(record: Record) -> str:
    """245 $a, $b, $n and $p as they stand, without the punctuation before what is left out and without marks of
    what is not filed."""
    for field in _fields(record, ["245"]):
        text = " ".join(one.value for one in field.subfields if one.code in "abnp")
        if bare := _without_end(_NOT_FILED.sub("", text)):
            return bare
    return ""


_NOT_FILED = re.compile("[\x88\x89\x98\x9c]")
"""Control characters around words that are not filed, in records from MARC 21 and elsewhere."""


def _author(field: Field) -> str:
    codes = "ab" if field.tag.endswith("10") else "an" if field.tag.endswith("11") else "abc"
    return _without_end(" ".join(one.value for one in field.subfields if one.code in codes))


def _subjects(record: Record) -> Iterator[str]:
    """Each heading with its subdivisions as one text; terms of 653, which are no headings, one by one."""
    for field in _fields(record, _SUBJECTS):
        if field.tag == "653":
            yield from map(_without_end, field.get_subfields("a"))
            continue
        head = " ".join(one.value for one in field.subfields if one.code in "abcdt")
        parts = [head, *(one.value for one in field.subfields if one.code in "vxyz")]
        yield " -- ".join(filter(None, map(_without_end, parts)))


def _languages(record: Record, field_008: str) -> Iterator[str]:
    found = [field_008[35:38]]
    for field in _fields(record, ["041"]):
        for value in field.get_subfields("a", "d"):
            # older records write several codes into one subfield
            bare = value.strip()
            found += [bare[at : at + 3] for at in range(0, min(len(bare), 60), 3)]
    for code in found:
        code = code.lower()
        if len(code) == 3 and code.isascii() and code.isalpha() and code not in _NO_LANGUAGES:
            yield code


def _year(record: Record, field_008: str) -> str | None:
    made = list(_fields(record, ["264"]))
    published = [field for field in made if field.indicators is not None and field.indicators.second == "1"]
    for field in [*published, *_fields(record, ["260"]), *made]:
        for value in field.get_subfields("c"):
            if re.search(r"\d{4}", value):
                return value
    return field_008[7:11] or None


def _isbn(record: Record) -> Iterator[str]:
    for field in _fields(record, ["020"]):
        for value in field.get_subfields("a"):
            first = (value.split() or [""])[0]
            bare = re.sub(r"[^0-9Xx]", "", first).upper()
            if len(bare) in (10, 13):
                yield bare


def _made_on(field_008: str) -> datetime | None:
    """008/00–05 as ``yymmdd``; what would be in the future is of the century before."""
    text = field_008[:6]
    if not (len(text) == 6 and text.isascii() and text.isdigit()):
        return None
    year = 2000 + int(text[:2])
    try:
        day = datetime(year if year < 2070 else year - 100, int(text[2:4]), int(text[4:6]), tzinfo=UTC)
    except ValueError:
        return None
    return day


def _without_end(text: str) -> str:
    """Without the punctuation that parts it from what follows (ISBD), and without a full stop after a word."""
    bare = text.strip().rstrip(_ENDS)
    last = bare.rsplit(maxsplit=1)[-1] if bare else ""
    if bare.endswith(".") and not bare.endswith("...") and len(last) > 3 and "." not in last[:-1]:
        bare = bare[:-1].rstrip(_ENDS)
    return bare
