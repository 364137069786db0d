"""Alma's default format: the same records as in JSON, as small well-formed XML."""

from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement, tostring

ERROR_NAMESPACE = "http://com/exlibris/urm/general/xmlbeans"


def to_xml(root: str, record: Mapping[str, object], namespace: str | None = None) -> bytes:
    """A record as XML. `{"value", "desc"}` becomes text with an attribute; counts become attributes."""
    element = Element(root, {"xmlns": namespace} if namespace else {})
    _fill(element, record)
    document: bytes = tostring(element, encoding="UTF-8", xml_declaration=True)
    return document


def _fill(element: Element, record: Mapping[str, object]) -> None:
    for name, value in record.items():
        if name == "total_record_count":
            element.set(name, str(value))
        elif isinstance(value, list):
            parent = SubElement(element, f"{name}s") if name.startswith("user_") else element
            for one in value:
                _add(parent, name, one)
        elif value is not None:
            _add(element, name, value)


def _add(parent: Element, name: str, value: object) -> None:
    child = SubElement(parent, name)
    if isinstance(value, Mapping):
        if set(value) <= {"value", "desc", "name"}:
            child.text = _text(value.get("value"))
            if value.get("desc") is not None:
                child.set("desc", _text(value["desc"]))
        else:
            _fill(child, value)
    else:
        child.text = _text(value)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
