"""Paths that are the same on every page, or but for an id in them, made once: a page names thirty of them."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from pyramid.request import Request

MOST = 2000
"""Paths that are kept; where more would be, somebody tells another place for us at every request."""

_PLAIN = re.compile(r"(?!.*--)[A-Za-z0-9_-]+")
"""What stands in a path as it is, and is no place of ours in it."""


class Addresses:
    """Lives as long as the process; an application can be mounted at several places at once."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, ...], str] = {}

    def find(self, request: Request, what: str, make: Callable[..., str]) -> str:
        """The path of ``what`` where this request found us."""
        return self._path(request, what, (), make)

    def fill(self, request: Request, what: str, parts: Mapping[str, Any], make: Callable[..., str]) -> str:
        """The path of ``what`` with ``parts``, as ``make`` would give it, but ids are put into one that is known."""
        values = {name: str(value) for name, value in parts.items()}
        if any(name[0] == "_" or not _PLAIN.fullmatch(value) for name, value in values.items()):
            return str(make(what, **parts))
        path = self._path(request, what, tuple(parts), make)
        for name, value in values.items():
            path = path.replace(_place_of(name), value)
        return path

    def _path(self, request: Request, what: str, names: tuple[str, ...], make: Callable[..., str]) -> str:
        key = (request.environ.get("SCRIPT_NAME", ""), what, *names)
        found = self._found.get(key)
        if found is None:
            if len(self._found) >= MOST:
                self._found.clear()
            found = self._found[key] = str(make(what, **{name: _place_of(name) for name in names}))
        return found


def _place_of(name: str) -> str:
    """A word that no address has and no encoding changes."""
    return f"--place-of-{name}--"
