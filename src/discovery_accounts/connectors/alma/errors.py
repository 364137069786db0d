"""Alma's errors: a code in an envelope, usually with HTTP 400, and whatever its gateway sends.

What a code means depends on what was asked, so operations look it up in tables of their own.
Texts are matched and never passed on: they repeat identifiers.
"""

import json
import re
from dataclasses import dataclass

from discovery_accounts.connectors.api import LibraryError, Refused, UnexpectedAnswer
from discovery_accounts.connectors.transport import HttpAnswer

NO_SUCH_USER = frozenset({"401861", "401890"})
PIN_REFUSED = NO_SUCH_USER | {"401866"}
LOAN_GONE = NO_SUCH_USER | {"401823"}
REQUEST_GONE = NO_SUCH_USER | {"401694", "401907"}
# Fees have a code of their own for users that are not there.
FEES_OF_NOBODY = NO_SUCH_USER | {"401651"}
PASSWORD_REFUSED = "500038"  # noqa: S105 - a code of an error
CANNOT_RENEW = frozenset({"401822", "60340"})
GENERAL_ERROR = "401652"
EXISTS = "401851"
NOT_DELETED = "401850"
DAILY_THRESHOLD = "DAILY_THRESHOLD"

# The last is about the profile that says what the API may do in the institution.
_KEY_REFUSED = frozenset({"UNAUTHORIZED", "FORBIDDEN", "60258"})
_XML_CODE = re.compile(rb"<(?:\w+:)?errorCode>\s*(\w{1,40})\s*</")
_CODE = re.compile(r"\w{1,40}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Fault:
    """What an error answer says; ``code`` is empty when there was no envelope."""

    status: int
    code: str = ""
    text: str = ""

    @property
    def refuses_us(self) -> bool:
        """Whether it is about our key. A code of digits is about the operation, whatever the status."""
        return self.code in _KEY_REFUSED or (self.status in (401, 403) and not self.code.isdigit())

    def as_error(self, doing: str) -> LibraryError:
        """The failure for an answer that the operation does not know."""
        told = f", {self.code}" if self.code else ""
        if self.refuses_us:
            return Refused(
                f"{doing}: Alma refuses the API key, or it lacks a right (HTTP {self.status}{told})"
            )
        return UnexpectedAnswer(f"{doing}: HTTP {self.status}{told}")


def is_done(answer: HttpAnswer) -> bool:
    """Whether Alma did what has no answer to show. A page of some gateway with 200 is no such thing."""
    return answer.status == 204 or (answer.status == 200 and not answer.body.strip())


def read_fault(answer: HttpAnswer) -> Fault:
    """Reads any error answer by its content type; never raises."""
    kind = answer.headers.get("content-type", "")
    if "xml" in kind:
        found = _XML_CODE.search(answer.body)
        return Fault(answer.status, found[1].decode("ascii", "replace") if found else "")
    try:
        body = json.loads(answer.body)
        first = body["errorList"]["error"][0]
        code, text = str(first["errorCode"]), first.get("errorMessage")
    except (ValueError, RecursionError, KeyError, IndexError, TypeError, AttributeError):
        return Fault(answer.status)
    known = code if _CODE.fullmatch(code) else ""
    return Fault(answer.status, known, text if isinstance(text, str) else "")
