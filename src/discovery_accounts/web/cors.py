"""Letting pages of configured portals call the API from the browser (checklist W7).

Exact origins only, and never with cookies: such a page brings a bearer token of its own.
"""

from collections.abc import Collection

from pyramid.request import Request
from pyramid.response import Response

_METHODS = "GET, POST, PATCH, PUT, DELETE"
_HEADERS = "Authorization, Content-Type"
_EXPOSED = "Retry-After, X-Request-ID"
_REMEMBER = "600"  # seconds


def allow_portals(request: Request, response: Response, portal_origins: Collection[str]) -> None:
    """Tell the browser that the page which asks may read the answer, if it is a portal's."""
    response.headers["Vary"] = "Origin"
    origin = request.headers.get("Origin")
    if origin in portal_origins:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = _EXPOSED


def preflight(request: Request, portal_origins: Collection[str]) -> Response | None:
    """The answer to a browser that asks beforehand; ``None`` when it asks for somebody else's page."""
    if request.method != "OPTIONS" or request.headers.get("Origin") not in portal_origins:
        return None
    response = Response(status=204)
    response.headers["Access-Control-Allow-Methods"] = _METHODS
    response.headers["Access-Control-Allow-Headers"] = _HEADERS
    response.headers["Access-Control-Max-Age"] = _REMEMBER
    return response
