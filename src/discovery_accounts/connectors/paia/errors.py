"""PAIA's error answers, and what they mean in neutral words.

An ``error`` is one of a short list of words; ``error_description`` is for people, in any language, and is
neither read nor passed on: it may repeat what was sent.
"""

import json
import re
from dataclasses import dataclass

from discovery_accounts.connectors.api import LibraryError, RateLimited, Refused, UnexpectedAnswer
from discovery_accounts.connectors.transport import HttpAnswer
from discovery_accounts.connectors.wire import retry_after

# Only what looks like one of the standard's words is repeated in a message for IT.
_WORD = re.compile(r"[a-z_]{1,40}", re.ASCII)
_STATUS = re.compile(r"[45][0-9]{2}", re.ASCII)
_WRONG_PIN = frozenset({"access_denied", "invalid_grant"})  # of PAIA's own table, and of OAuth's


@dataclass(frozen=True, slots=True)
class Fault:
    """What an error answer says; ``error`` is empty when it was not PAIA that answered."""

    status: int
    error: str = ""

    @property
    def nobody(self) -> bool:
        """There is no such patron. A 404 without the word is a missing address."""
        return self.status == 404 and self.error == "not_found"

    @property
    def wrong_pin(self) -> bool:
        """Of a login with somebody's password: the password is refused, and not we."""
        return self.status in (400, 401, 403) and self.error in _WRONG_PIN

    @property
    def unfit(self) -> bool:
        """Something in the request does not do: of a new PIN that it won't have it."""
        return self.status in (400, 422) and self.error == "invalid_request"

    def as_error(self, doing: str, scope: str = "") -> LibraryError:
        """The failure for an answer that the operation does not know; ``scope`` is what it takes."""
        said = f"HTTP {self.status}" + (f", {self.error}" if self.error else "")
        if self.error == "insufficient_scope" and scope:
            return Refused(f"{doing}: refused ({said}); the token lacks the scope {scope}", rights=(scope,))
        if self.status in (401, 403):
            return Refused(f"{doing}: refused ({said})")
        return UnexpectedAnswer(f"{doing}: {said}")


def read_fault(answer: HttpAnswer) -> Fault:
    """Reads any error answer; never raises, an unreadable body leaves only the status. Servers may say 200 and
    have the status as ``code`` in the body."""
    try:
        body = json.loads(answer.body)
    except (ValueError, RecursionError):
        return Fault(answer.status)
    if not isinstance(body, dict):
        return Fault(answer.status)
    error, code = body.get("error"), str(body.get("code"))
    status = int(code) if answer.status == 200 and _STATUS.fullmatch(code) else answer.status
    return Fault(status, error if isinstance(error, str) and _WORD.fullmatch(error) else "")


def rate_limited(answer: HttpAnswer) -> RateLimited:
    """A 429, with the seconds to wait where they were told."""
    return RateLimited("too many calls", retry_after=retry_after(answer.headers.get("retry-after")))
