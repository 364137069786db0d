"""What is read of SAML metadata, and the one careful way of reading it.

Metadata is somebody else's file of many megabytes: it is read as a stream, what was read is dropped
at once, and no document type, no entity and no address in it is ever followed.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar
from xml.parsers import expat

from lxml import etree

from discovery_accounts.login.saml.namespaces import MD

LIST, ENTITY, PROVIDER = f"{MD}EntitiesDescriptor", f"{MD}EntityDescriptor", f"{MD}IDPSSODescriptor"

_HEAD = 64 * 1024  # bytes read at a time while looking for the root
_DURATION = re.compile(
    r"P(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,5})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,8})(?:\.\d+)?S)?)?"
)


class MetadataRefused(Exception):
    """The document is not taken. ``code`` is stable (``unsigned``, ``signature``, ``expired``, …); ``detail``
    is for IT and never quotes the document."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Entity:
    """One identity provider. ``names`` is by language, in the person's words (mdui:DisplayName, else the
    organisation's); ``scopes`` are the domains it may speak for; ``hidden`` keeps it out of lists.

    ``valid_until`` is the earliest of its own and of everything it stood in, as is ``lasts`` (cacheDuration).
    """

    entity_id: str
    xml: bytes = field(repr=False)
    names: Mapping[str, str]
    scopes: tuple[str, ...] = ()
    hidden: bool = False
    valid_until: datetime | None = None
    lasts: timedelta | None = None


def elements(path: Path) -> Iterator[tuple[str, etree._Element]]:
    """Start and end of every element. Who reads clears what it has read. Raises ``MetadataRefused``."""
    refuse_document_type(path)
    try:
        with path.open("rb") as file:
            # comments are not part of what is signed: a text is whole whatever stands between its parts
            yield from etree.iterparse(
                file,
                events=("start", "end"),
                resolve_entities=False,
                no_network=True,
                load_dtd=False,
                remove_comments=True,
                remove_pis=True,
                huge_tree=False,
            )
    except etree.XMLSyntaxError as error:
        raise MetadataRefused("not_xml", f"line {error.lineno}") from None


def forget(element: etree._Element) -> None:
    """Drop what has been read, so that memory stays flat however long the document is."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def refuse_document_type(path: Path) -> None:
    """Raise ``MetadataRefused`` for a document type or another encoding than UTF-8, before any entity could work."""
    parser = expat.ParserCreate()
    state = {"root": False}

    def declared(_version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() != "utf-8":
            raise MetadataRefused("encoding", "not UTF-8")

    def typed(*_what: object) -> None:
        raise MetadataRefused("document_type")

    def started(*_what: object) -> None:
        state["root"] = True

    parser.XmlDeclHandler, parser.StartDoctypeDeclHandler, parser.StartElementHandler = (
        declared,
        typed,
        started,
    )
    with path.open("rb") as file:
        try:
            while not state["root"] and (some := file.read(_HEAD)):
                if some[:2] in (b"\xff\xfe", b"\xfe\xff"):
                    raise MetadataRefused("encoding", "not UTF-8")
                parser.Parse(some, False)
        except expat.ExpatError as error:
            # faults behind the root are for the reader; before it there is nothing to read
            if not state["root"]:
                raise MetadataRefused("not_xml", f"line {error.lineno}") from None


def moment(text: str | None) -> datetime | None:
    """An xs:dateTime; SAML's are UTC when they say nothing. Raises ``MetadataRefused``."""
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text.strip())
        return found.astimezone(UTC) if found.tzinfo is not None else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise MetadataRefused("bad_time") from None


def duration(text: str | None) -> timedelta | None:
    """An xs:duration; a year has 365 days and a month 30. Raises ``MetadataRefused``."""
    if text is None:
        return None
    match = _DURATION.fullmatch(text.strip())
    if match is None or not any(match.groups()):
        raise MetadataRefused("bad_time")
    years, months, days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return timedelta(days=365 * years + 30 * months + days, hours=hours, minutes=minutes, seconds=seconds)


_T = TypeVar("_T", datetime, timedelta)


def earliest(*some: _T | None) -> _T | None:
    """The least of those that are there."""
    return min((one for one in some if one is not None), default=None)
