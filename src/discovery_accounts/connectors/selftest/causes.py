"""From a failure to its probable cause."""

from dataclasses import dataclass

from discovery_accounts.connectors.api import (
    BreakerOpen,
    CheckCause,
    DailyLimit,
    Incomplete,
    LibraryError,
    Overloaded,
    RateLimited,
    Refused,
    ServerFailure,
    TimedOut,
    Unreachable,
    Unsupported,
    WrongPatron,
)
from discovery_accounts.connectors.selftest.probe import Seen

_REDIRECTS = range(300, 400)
_NO_SUCH_ADDRESS = 404
_UNAVAILABLE = 503


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a step failed: ``found`` for IT, in short."""

    cause: CheckCause
    found: str


def why(error: Exception, last: Seen | None) -> Failure:
    """The probable cause of ``error``; ``last`` is the last answer that came in the same step, if any did."""
    if not isinstance(error, LibraryError):
        # the text of somebody else's exception may hold a card number
        return Failure(CheckCause.CONNECTOR_BUG, type(error).__name__)
    return Failure(_cause(error, last), _found(error, last))


_BY_KIND: tuple[tuple[type[LibraryError], CheckCause], ...] = (
    (WrongPatron, CheckCause.WRONG_PATRON),
    (Incomplete, CheckCause.LIST_INCOMPLETE),
    (TimedOut, CheckCause.NO_ANSWER_IN_TIME),
    (BreakerOpen, CheckCause.NO_ANSWER_IN_TIME),
    (DailyLimit, CheckCause.DAILY_LIMIT),
    (RateLimited, CheckCause.TOO_MANY_CALLS),
    (Overloaded, CheckCause.TOO_MANY_CALLS),
    (Unsupported, CheckCause.CONNECTOR_BUG),
)
"""What needs no second look; a kind before those it belongs to."""


def _cause(error: LibraryError, last: Seen | None) -> CheckCause:
    plain = next((cause for kind, cause in _BY_KIND if isinstance(error, kind)), None)
    if plain is not None:
        return plain
    match error:
        case Unreachable():
            return CheckCause.CONNECTION_BROKE if error.sent else CheckCause.CONNECTION_REFUSED
        case ServerFailure():
            maintained = error.status == _UNAVAILABLE
            return CheckCause.IN_MAINTENANCE if maintained else CheckCause.SERVER_FAILURE
        case Refused():
            return _of_refusal(error, last)
        case _:
            return CheckCause.NOT_OUR_SYSTEM if _is_elsewhere(error, last) else CheckCause.BROKEN_ANSWER


def _of_refusal(error: Refused, last: Seen | None) -> CheckCause:
    if error.rights:
        return CheckCause.RIGHTS_MISSING
    return CheckCause.NOT_OUR_SYSTEM if last is not None and last.is_page else CheckCause.KEY_REFUSED


def _is_elsewhere(error: LibraryError, last: Seen | None) -> bool:
    """Whether what answered is something else than the interface: a page, a way elsewhere, nothing there."""
    if error.status is not None and error.status in _REDIRECTS:
        return True
    return last is not None and (last.is_page or last.status == _NO_SUCH_ADDRESS)


def _found(error: LibraryError, last: Seen | None) -> str:
    told = error.detail or error.code
    if last is None or f"HTTP {last.status}" in told:
        return told
    kind = f", {last.kind}" if last.kind else ""
    return f"{told} (last answer: HTTP {last.status}{kind})"
