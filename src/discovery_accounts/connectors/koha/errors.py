"""Koha's three shapes of an error, read in one place, and what they mean in neutral words.

``{"error": "…", "error_code": "…"}`` comes from Koha's own code, ``{"errors": [{"message", "path"}]}``
from the schema check, and a bare list of such rows when a query parameter is unknown. Texts are
matched against tables and never passed on: some repeat what was sent.
"""

import json
import re
from dataclasses import dataclass

from discovery_accounts.connectors.api import LibraryError, RateLimited, Refused, UnexpectedAnswer
from discovery_accounts.connectors.transport import HttpAnswer
from discovery_accounts.connectors.wire import retry_after

# Only what looks like a path of the schema or the name of a right is repeated in a message for IT.
_NAME = re.compile(r"[A-Za-z0-9_./-]{1,60}")


@dataclass(frozen=True, slots=True)
class Fault:
    """What an error answer says; ``text`` is empty when Koha's own code did not write it."""

    status: int
    text: str = ""
    code: str = ""
    paths: tuple[str, ...] = ()
    permissions: tuple[str, ...] = ()
    conflict: str = ""

    @property
    def about_a_thing(self) -> bool:
        """A 404 of Koha's own code: the thing asked for is absent. Any other 404 is a missing route."""
        return self.status == 404 and bool(self.text)

    def as_error(self, doing: str) -> LibraryError:
        """The failure for an answer that the operation does not know."""
        if self.status in (401, 403):
            lacks = f"; the API key lacks: {', '.join(self.permissions)}" if self.permissions else ""
            return Refused(f"{doing}: refused (HTTP {self.status}){lacks}", rights=self.permissions)
        at = f" at {', '.join(self.paths)}" if self.paths else ""
        return UnexpectedAnswer(f"{doing}: HTTP {self.status}{at}")


def read_fault(answer: HttpAnswer) -> Fault:
    """Reads any error answer; never raises, an unreadable body leaves only the status."""
    try:
        body = json.loads(answer.body)
    except (ValueError, RecursionError):
        return Fault(answer.status)
    if isinstance(body, str):  # a bare text, in a few places
        return Fault(answer.status, text=body)
    if isinstance(body, dict) and isinstance(body.get("error"), str):
        code = body.get("error_code")
        return Fault(
            answer.status,
            text=body["error"],
            code=code if isinstance(code, str) else "",
            conflict=_name(body.get("conflict")),
            permissions=_permissions(body.get("required_permissions")),
        )
    rows = body.get("errors") if isinstance(body, dict) else body
    return Fault(answer.status, paths=_paths(rows))


def rate_limited(answer: HttpAnswer) -> RateLimited:
    """A 429, with the seconds to wait where the library, or the proxy before it, told them."""
    return RateLimited("too many calls", retry_after=retry_after(answer.headers.get("retry-after")))


def _name(told: object) -> str:
    return told if isinstance(told, str) and _NAME.fullmatch(told) else ""


def _paths(rows: object) -> tuple[str, ...]:
    if not isinstance(rows, list):
        return ()
    paths = [row.get("path") for row in rows[:5] if isinstance(row, dict)]
    return tuple(path for path in paths if isinstance(path, str) and _NAME.fullmatch(path))


def _permissions(told: object) -> tuple[str, ...]:
    """``{"borrowers": "edit_borrowers"}``, nested or listed, as ``borrowers:edit_borrowers``."""
    if isinstance(told, list):
        return tuple(name for part in told for name in _permissions(part))
    if isinstance(told, dict):
        return tuple(
            f"{module}:{right}" if right else module
            for module, inner in told.items()
            if isinstance(module, str) and _NAME.fullmatch(module)
            for right in (_permissions(inner) or ("",))
        )
    return (told,) if isinstance(told, str) and _NAME.fullmatch(told) else ()
