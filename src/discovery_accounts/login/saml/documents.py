"""The one careful way from the bytes of a message to its elements."""

import re
from datetime import UTC, datetime
from xml.etree.ElementTree import ParseError

from defusedxml import ElementTree as Defused
from defusedxml.common import DefusedXmlException
from lxml import etree

from discovery_accounts.login.saml.refused import Refused

LIMIT = 512 * 1024
"""Bytes of the largest message that is read; those of real identity providers have 5 to 40 KB."""

_ENCODING = re.compile(r"""<\?xml\s[^>]*?encoding\s*=\s*["']([^"']*)["']""")


def peek(document: bytes) -> dict[str, str]:
    """The attributes of the root of a message nobody verified. Raises ``Refused``."""
    if len(document) > LIMIT:
        raise Refused("too_big")
    try:
        return dict(Defused.fromstring(document, forbid_dtd=True).attrib)
    except DefusedXmlException:
        raise Refused("document_type") from None
    except (ParseError, ValueError, LookupError):
        raise Refused("unreadable") from None


def parse(document: bytes) -> etree._Element:
    """The root of a message. Refused is all that two readers could take for different things: document
    types, encodings, comments, processing instructions, relative names of namespaces."""
    peek(document)
    try:
        declared = _ENCODING.match(document.decode("utf-8"))
    except UnicodeDecodeError:
        raise Refused("encoding") from None
    if document[:3] == b"\xef\xbb\xbf" or (declared and declared[1].lower() != "utf-8"):
        raise Refused("encoding")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(document, parser)
    except etree.XMLSyntaxError:
        raise Refused("unreadable") from None
    if root.getprevious() is not None or root.getnext() is not None:
        raise Refused("comment")
    for node in root.iter():
        if not isinstance(node.tag, str):
            raise Refused("comment")
        if any(uri and ":" not in uri for uri in node.nsmap.values()):
            raise Refused("namespace")
    return root


def text_of(element: etree._Element | None) -> str:
    """The text of an element, without white space around it."""
    return (element.text or "").strip() if element is not None else ""


def moment(text: str | None) -> datetime | None:
    """An xs:dateTime of SAML, which is UTC. Raises ``Refused``."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text.strip())
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise Refused("bad_time") from None
