"""The schema of ``account.json`` (JSON Schema 2020-12), made of the register: the two can't differ."""

from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Date, Integer, LargeBinary, Uuid
from sqlalchemy.types import TypeEngine

from discovery_accounts.models.base import UtcDateTime
from discovery_accounts.services.own_data.parts import Part
from discovery_accounts.services.own_data.reading import NUMBER, names_of
from discovery_accounts.services.own_data.register import PARTS

FORMAT = "discovery-accounts-account"
VERSION = 1
_TEXT = {"type": "string"}
_MOMENT = {"type": "string", "format": "date-time"}


def archive_schema() -> dict[str, Any]:
    """What ``account.json`` is like. Readers allow for more than is described here; a later ``version`` may differ."""
    properties: dict[str, Any] = {
        "format": {"const": FORMAT},
        "version": {"const": VERSION},
        "made_at": _MOMENT,
        "portal": {"type": "string", "format": "uri"},
    }
    for part in PARTS:
        row = {"$ref": f"#/$defs/{part.name}"}
        properties[part.name] = row if part.one else {"type": "array", "items": row}
    properties["left_out"] = {
        "type": "object",
        "description": "What is stored, too, by table and column, and why it is not here.",
        "additionalProperties": _TEXT,
    }
    properties["complete"] = {
        "const": True,
        "description": "The last value: a file that broke off has none.",
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "What is stored about one person",
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
        "$defs": {part.name: _row(part) for part in PARTS},
    }


def _row(part: Part) -> dict[str, Any]:
    names = names_of(part)
    return {
        "type": "object",
        "description": part.title,
        "properties": {name: _value(part, name) for name in names},
        "required": list(names),
        "additionalProperties": False,
    }


def _value(part: Part, name: str) -> dict[str, Any]:
    if name == NUMBER:
        return {"type": ["string", "null"]}
    column = part.table.columns.get(name)
    if column is None or name in part.more:
        return {"type": ["string", "integer", "null"]}
    shape = _shape(column.type)
    return {**shape, "type": [shape["type"], "null"]} if column.nullable and "type" in shape else shape


def _shape(kind: TypeEngine[Any]) -> dict[str, Any]:
    if isinstance(kind, LargeBinary):
        raise TypeError("bytes are not told")
    if isinstance(kind, UtcDateTime):
        return dict(_MOMENT)
    if isinstance(kind, JSON):
        return {}
    for found, shape in (
        (Date, {"type": "string", "format": "date"}),
        (Uuid, {"type": "string", "format": "uuid"}),
        (Boolean, {"type": "boolean"}),
        (Integer | BigInteger, {"type": "integer"}),
    ):
        if isinstance(kind, found):
            return dict(shape)
    return dict(_TEXT)
