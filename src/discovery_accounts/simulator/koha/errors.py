"""Koha's error bodies: a text, a list of schema faults, or a bare array, depending on who refuses."""

from aiohttp import web

from discovery_accounts.simulator.rendering import to_json


def answer(value: object, status: int = 200) -> web.Response:
    """A JSON answer."""
    return web.Response(body=to_json(value), status=status, content_type="application/json", charset="utf-8")


def error(status: int, text: str, code: str | None = None) -> web.Response:
    """`{"error": text}`, with `error_code` where Koha gives one."""
    return answer({"error": text, "error_code": code} if code else {"error": text}, status)


def conflict(name: str) -> web.Response:
    """A value that somebody else has."""
    return answer({"error": "Duplicate ID", "conflict": name}, 409)


def not_found(what: str) -> web.Response:
    """A record that does not exist."""
    return error(404, f"{what} not found", "not_found")


def wrong_value(path: str, message: str) -> web.Response:
    """A parameter or body that does not fit the schema."""
    return answer({"errors": [{"message": message, "path": path}], "status": 400}, 400)


def no_such_address(status: int = 404) -> web.Response:
    """An address or method that this Koha does not have."""
    message = "Not Found." if status == 404 else "Method Not Allowed."
    return answer({"errors": [{"message": message, "path": "/"}], "status": status}, status)
