"""PAIA's answers: JSON, and errors of one shape."""

from aiohttp import web

from discovery_accounts.simulator.rendering import to_json

CODES = {
    "invalid_request": 422,
    "invalid_grant": 401,
    "invalid_client": 401,
    "insufficient_scope": 403,
    "access_denied": 403,
    "not_found": 404,
    "internal_error": 500,
    "not_implemented": 501,
    "service_unavailable": 503,
}


def answer(value: object, status: int = 200) -> web.Response:
    """A JSON answer."""
    headers = {"X-PAIA-Version": "1.3.4"}
    return web.Response(
        body=to_json(value),
        status=status,
        headers=headers,
        content_type="application/json",
        charset="utf-8",
    )


def error(word: str, description: str = "") -> web.Response:
    """A refusal in the standard's words."""
    status = CODES[word]
    refusal = answer({"error": word, "code": status, "error_description": description or word}, status)
    refusal.headers["WWW-Authenticate"] = 'Bearer realm="PAIA"'
    return refusal
