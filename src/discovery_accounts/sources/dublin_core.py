"""From Dublin Core, as every OAI-PMH server gives it, to the neutral record."""

import re
from collections.abc import Mapping

from lxml import etree

from discovery_accounts.domain.language_code import language_codes
from discovery_accounts.domain.new_record import NewRecord, read_record
from discovery_accounts.sources.documents import local_name, text_of
from discovery_accounts.sources.formats import format_by_name

NAMESPACE = "http://www.openarchives.org/OAI/2.0/oai_dc/"
_ISBN = re.compile(r"(?i)(?:urn:)?isbn[:\s]*([0-9Xx][0-9Xx\- ]{8,20})")


def to_record(
    element: etree._Element, source: str, record_id: str, libraries: tuple[str, ...] = ()
) -> NewRecord:
    """An ``oai_dc:dc`` element. Raises ``BrokenRecord`` where there is no title or no id."""
    told: dict[str, list[str]] = {}
    for child in element:
        text = text_of(child).strip()
        if text:
            told.setdefault(local_name(child), []).append(text)
    return read_record(
        {
            "record_id": record_id,
            "title": next(iter(told.get("title", ())), None),
            "authors": [*told.get("creator", ()), *told.get("contributor", ())],
            "subjects": told.get("subject", ()),
            "format": format_by_name(tuple(told.get("type", ()))),
            "languages": language_codes(told.get("language", [])),
            "year": next(iter(told.get("date", ())), None),
            "libraries": libraries,
            "isbn": _isbn(told),
        },
        source,
    )


def _isbn(told: Mapping[str, list[str]]) -> list[str]:
    found = (_ISBN.search(text[:200]) for text in told.get("identifier", ()))
    bare = [re.sub(r"[^0-9X]", "", match[1].upper()) for match in found if match]
    return [isbn for isbn in bare if len(isbn) in (10, 13)]
