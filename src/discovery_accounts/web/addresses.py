"""Paths that are the same on every page, made once: a page names thirty of them."""

from collections.abc import Callable

from pyramid.request import Request

MOST = 2000
"""Paths that are kept; where more would be, somebody tells another place for us at every request."""


class Addresses:
    """Lives as long as the process; an application can be mounted at several places at once."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], str] = {}

    def find(self, request: Request, what: str, make: Callable[[str], str]) -> str:
        """The path of ``what`` where this request found us."""
        key = (request.environ.get("SCRIPT_NAME", ""), what)
        found = self._found.get(key)
        if found is None:
            if len(self._found) >= MOST:
                self._found.clear()
            found = self._found[key] = str(make(what))
        return found
