"""Ending the reading of a request early, with the answer that the imitated library gives to it."""

from collections.abc import Awaitable, Callable, Iterable
from functools import wraps

from aiohttp import web

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class RefusedError(Exception):
    """Ends the reading of a request; `response` says what was wrong with it."""

    def __init__(self, response: web.Response) -> None:
        super().__init__("refused")
        self.response = response


def answering_refusals(routes: Iterable[web.RouteDef]) -> list[web.RouteDef]:
    """The same addresses, whose handlers may raise `RefusedError`."""
    return [web.RouteDef(route.method, route.path, _strict(route.handler), route.kwargs) for route in routes]


def _strict(handler: _Handler) -> _Handler:
    """Answers what was found wrong with a request while reading it."""

    @wraps(handler)
    async def run(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except RefusedError as refused:
            return refused.response

    return run
