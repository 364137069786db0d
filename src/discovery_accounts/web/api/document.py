"""The API's description, the folder ``description``: the one place that says what is asked and answered.

Calls and schemas have a file for each subject, put together here. A YAML anchor is known in its own file only.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

DESCRIPTION = files(__package__).joinpath("description")
PATHS = (
    "sessions",
    "own_data",
    "memberships",
    "cards",
    "digital_card",
    "invitations",
    "viewers",
    "loans",
    "feeds",
    "holds_and_fees",
    "favourite_transfer",
    "history",
    "profile",
    "messages",
    "reminders",
    "favourites",
    "reviews",
    "alerts",
    "description",
)
SCHEMAS = (
    "words",
    "requests",
    "accounts",
    "own_data",
    "memberships",
    "cards",
    "digital_card",
    "invitations",
    "viewers",
    "loans",
    "feeds",
    "holds_and_fees",
    "favourite_transfer",
    "history",
    "profile",
    "messages",
    "reminders",
    "favourites",
    "reviews",
    "alerts",
    "problems",
)
"""The files of the folders ``paths`` and ``schemas``, in the order in which readers see what they describe."""

METHODS = ("get", "put", "post", "patch", "delete")

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Operation:
    """One call. ``method`` is in capitals, ``path`` a template relative to the server: ``/cards/{card}``."""

    method: str
    path: str
    operation_id: str


def openapi_document(server_url: str) -> dict[str, Any]:
    """The document with the address under which the API is mounted, e.g. ``/library/api/v1``."""
    document = _loaded()
    server = {**document["servers"][0], "url": server_url}
    return {**document, "servers": [server]}


def operations() -> tuple[Operation, ...]:
    """Every call that is described, in the document's order."""
    return tuple(
        Operation(method.upper(), path, described["operationId"])
        for path, item in _loaded()["paths"].items()
        for method, described in item.items()
        if method in METHODS
    )


def resolved_operations() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """By operation id what is described of each call, every reference replaced by what it points to."""
    document = _loaded()
    for item in document["paths"].values():
        shared = item.get("parameters", [])
        for method, described in item.items():
            if method in METHODS:
                whole = {**described, "parameters": [*shared, *described.get("parameters", [])]}
                yield described["operationId"], _resolved(whole, document)


def parameters_schema(parameters: Iterable[Mapping[str, Any]], place: str) -> dict[str, Any]:
    """The parameters in ``place`` (``path`` or ``query``) as one object, to be checked like a body."""
    there = {each["name"]: each for each in parameters if each["in"] == place}
    return {
        "type": "object",
        "properties": {name: each["schema"] for name, each in there.items()},
        "required": [name for name, each in there.items() if each.get("required")],
    }


def closed(schema: Any) -> Any:
    """The schema with no more in its objects than is described: readers must allow for more, we don't."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    result = {key: closed(value) for key, value in schema.items()}
    if isinstance(schema.get("properties"), dict):
        result.setdefault("additionalProperties", False)
    return result


def _resolved(node: Any, document: Mapping[str, Any]) -> Any:
    """``node`` without references. What stands beside a reference wins over what it points to."""
    if isinstance(node, list):
        return [_resolved(item, document) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        beside = {key: value for key, value in node.items() if key != "$ref"}
        node = {**_target(node["$ref"], document), **beside}
    return {key: _resolved(value, document) for key, value in node.items()}


def _target(reference: str, document: Mapping[str, Any]) -> Mapping[str, Any]:
    """What ``#/components/schemas/Card`` points to; the document refers to nothing outside itself."""
    found: Any = document
    for name in reference.removeprefix("#/").split("/"):
        found = found[name]
    return dict(found)


@cache
def _loaded() -> dict[str, Any]:
    """Read once a process; nobody changes it."""
    return {
        **_read("head"),
        "paths": merged({name: _read(f"paths/{name}") for name in PATHS}),
        "components": {
            **_read("components"),
            "schemas": merged({name: _read(f"schemas/{name}") for name in SCHEMAS}),
        },
    }


def merged(parts: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """What all the files describe. Raises ``ValueError`` when two of them describe the same name."""
    whole: dict[str, Any] = {}
    for file, part in parts.items():
        if twice := sorted(whole.keys() & part.keys()):
            raise ValueError(f"{file}.yaml describes again: {', '.join(twice)}")
        whole |= part
    return whole


def _read(name: str) -> dict[str, Any]:
    text = DESCRIPTION.joinpath(f"{name}.yaml").read_text("utf-8")
    part: dict[str, Any] = yaml.load(text, _LOADER)  # noqa: S506 - both loaders are the safe ones
    return part
