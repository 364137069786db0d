"""Reading XML from strangers: nothing is fetched, declared or expanded, and no end is taken for another."""

import re

from lxml import etree

from discovery_accounts.sources.api import SourceFailed

# C0 controls but tab, line feed and carriage return can't be in XML 1.0, neither as they are nor by number
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_BY_NUMBER = re.compile(rb"&#(?:x0*([0-9a-fA-F]{1,8})|0*([0-9]{1,9}));")


def parse_answer(content: bytes) -> etree._Element:
    """The root of a document. Characters that XML can't have are left out, for one record in a hundred thousand has
    them; a document that is cut off, nested too deeply or has a DTD is refused. Raises ``SourceFailed``."""
    try:
        root = _parse(content)
    except etree.XMLSyntaxError:
        try:
            root = _parse(_cleaned(content))
        except (etree.XMLSyntaxError, ValueError):
            raise SourceFailed("not_xml") from None
    refuse_dtd(root)
    return root


def refuse_dtd(root: etree._Element) -> None:
    """Raises ``SourceFailed`` where the document declares anything: no answer of a catalogue does."""
    if root.getroottree().docinfo.internalDTD is not None:
        raise SourceFailed("dtd_refused")


def local_name(element: etree._Element) -> str:
    """The name without its namespace; empty for comments and instructions."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def text_of(element: etree._Element | None) -> str:
    """All text within, as it stands."""
    return "" if element is None else "".join(str(part) for part in element.itertext())


def _parse(content: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False
    )
    return etree.fromstring(content, parser)


def _cleaned(content: bytes) -> bytes:
    text = content.decode("utf-8", "replace").encode()
    return _BY_NUMBER.sub(_allowed, _CONTROL.sub(b"", text))


def _allowed(found: re.Match[bytes]) -> bytes:
    number = int(found[1], 16) if found[1] else int(found[2])
    good = number in (9, 10, 13) or 0x20 <= number < 0xD800 or 0xE000 <= number < 0xFFFE
    return found[0] if good or 0x10000 <= number <= 0x10FFFF else b""
