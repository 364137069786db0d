"""Koha's JSON queries (`q`), over rows of one patron joined with each of the attributes."""

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web

from discovery_accounts.simulator.koha.errors import error
from discovery_accounts.simulator.refusing import RefusedError

Row = Mapping[str, Any]


async def queries(request: web.Request) -> list[Any]:
    """Every query of the address, and the one in the body."""
    texts: list[str | bytes] = list(request.query.getall("q", []))
    body = await request.read()
    found = [_parsed(text) for text in (*texts, *([body] if body else []))]
    return [query for query in found if query]


def fits(query: Any, row: Row) -> bool:
    """Whether the row is meant: a list is "or", an object "and"."""
    if isinstance(query, list):
        return any(fits(part, row) for part in query)
    if not isinstance(query, dict):
        raise _invalid()
    return all(_condition(name, wanted, row) for name, wanted in query.items())


def _condition(name: str, wanted: Any, row: Row) -> bool:
    if name in ("-and", "-or"):
        return (all if name == "-and" else any)([fits(part, row) for part in wanted])
    name = name.removeprefix("me.")
    if name not in row:
        raise _invalid()
    if isinstance(wanted, list):
        return any(_condition(name, one, row) for one in wanted)
    if isinstance(wanted, dict):
        return all(_compare(operator, row[name], value) for operator, value in wanted.items())
    return _compare("=", row[name], wanted)


def _compare(operator: str, kept: Any, wanted: Any) -> bool:
    comparison = _OPERATORS.get(operator)
    if comparison is None:
        raise _invalid()
    if kept is None or wanted is None:
        return (kept is wanted) == (operator == "=")
    return comparison(collated(_text(kept)), collated(_text(wanted)))


def collated(text: str) -> str:
    """As the database compares: without case, accents, and blanks at the end."""
    apart = unicodedata.normalize("NFKD", text).casefold()
    return "".join(sign for sign in apart if not unicodedata.combining(sign)).rstrip()


def _like(kept: str, pattern: str) -> bool:
    signs = {"%": ".*", "_": "."}
    return re.fullmatch("".join(signs.get(one, re.escape(one)) for one in pattern), kept) is not None


_OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "=": str.__eq__,
    "!=": str.__ne__,
    "like": _like,
    "-like": _like,
}


def _text(value: Any) -> str:
    whole = isinstance(value, bool) or (isinstance(value, float) and value.is_integer())
    return str(int(value)) if whole else str(value)


def _parsed(text: str | bytes) -> Any:
    try:
        query = json.loads(text)
    except ValueError:
        raise _invalid() from None
    if not isinstance(query, dict | list):
        raise _invalid()
    return query


def _invalid() -> RefusedError:
    return RefusedError(error(400, "Invalid query", "invalid_query"))
