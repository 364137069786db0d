"""Whole numbers in the query of a call."""

from aiohttp import web

from discovery_accounts.simulator.alma import errors
from discovery_accounts.simulator.alma.answers import error
from discovery_accounts.simulator.refusing import RefusedError


def number_of(request: web.Request, name: str, default: int, most: int | None) -> int:
    """The number of that name; refuses what is none, or too large."""
    text = request.query.get(name, str(default))
    if not text.isdecimal():
        raise RefusedError(error(request, "402205", f"Input parameter {name} ({text}) is not numeric."))
    if most is not None and int(text) > most:
        raise RefusedError(errors.wrong_parameter(request, name, text, f"0-{most}"))
    return int(text)
