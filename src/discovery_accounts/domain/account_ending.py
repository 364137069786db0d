"""When an account ends: which warning is due, whether it may end now and, if it may not, why (rules 1.4).

An account is valid for so many calendar months after the last sign-in. It ends only when its last warning was delivered
at least a week before, or when there is no address to warn at. After that it can come back for a while.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

NOTICE = timedelta(days=7)
"""How long before the end the last warning must have been delivered, at least."""
GRACE = timedelta(days=14)
"""How long an account that ended comes back whole at a sign-in; then it is erased."""
TRY_AGAIN = timedelta(days=1)
"""After a warning that did not arrive."""
_CLAMPED = timedelta(days=3)
"""A month is at most three days shorter than another one: so far a day may move when months are added to it."""


class WarningState(StrEnum):
    """What became of a warning."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"
    NO_ADDRESS = "no_address"


class Because(StrEnum):
    """Why an account ended."""

    TIME = "time"
    ASKED = "asked"


class Reviews(StrEnum):
    """What becomes of a person's reviews when their account ends (rules 1.6)."""

    KEEP = "keep_anonymous"
    DELETE = "delete"


class Act(StrEnum):
    """What is to be done now; ``NOTE`` writes down that there is no address to warn at."""

    NOTHING = "nothing"
    WARN = "warn"
    NOTE = "note"
    END = "end"


class Kept(StrEnum):
    """Why an account whose time is over does not end now."""

    WARNING_WAITS = "the last warning is not delivered yet"
    WARNED_LATELY = "the last warning was delivered less than 7 days ago"
    WARNING_FAILED = "the last warning did not arrive and is sent again"


@dataclass(frozen=True, slots=True)
class Terms:
    """``months`` of validity, and the days before its end on which the person is warned."""

    months: int
    warn_days: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Warned:
    """A warning that was written: its state, and when that became known (when it was written, while it waits)."""

    state: WarningState
    since: datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """``days`` is which warning is due; ``kept`` why an account over its time stays for now. ``unreached``: it ends
    though its last warning did not arrive, for since then there is no address for another one."""

    act: Act
    days: int | None = None
    kept: Kept | None = None
    unreached: bool = False


def ends_at(last_sign_in_at: datetime, months: int) -> datetime:
    """The same day and time so many calendar months later; the month's last day where it has no such day."""
    return _moved(last_sign_in_at, months)


def told_end(last_sign_in_at: datetime, terms: Terms, now: datetime) -> datetime:
    """The end that a warning written ``now`` may promise: never less than a week away."""
    return max(ends_at(last_sign_in_at, terms.months), now + NOTICE)


def signed_in_before(now: datetime, terms: Terms) -> datetime:
    """Who signed in later than this is not to be warned yet. A few who signed in before it are not, either."""
    return _moved(now + timedelta(days=max(terms.warn_days)), -terms.months) + _CLAMPED


def is_of_this_end(written_at: datetime, last_sign_in_at: datetime, days: int, terms: Terms) -> bool:
    """Whether a warning of so many days was due when it was written. One that the settings of its time asked for, and
    those of now would not have yet, was about an earlier end: about this one nobody has been told."""
    return written_at >= ends_at(last_sign_in_at, terms.months) - timedelta(days=days)


def judge(
    last_sign_in_at: datetime,
    now: datetime,
    terms: Terms,
    warned: Mapping[int, Warned],
    *,
    reachable: bool,
) -> Verdict:
    """What is to be done with an account. ``warned`` are its warnings since the last sign-in, by their days;
    ``reachable``: there is an address that we may write to.

    Of several warnings that are due, because nothing ran for long, only the last one is written.
    """
    end = ends_at(last_sign_in_at, terms.months)
    due = [days for days in terms.warn_days if now >= end - timedelta(days=days)]
    if not due:
        return Verdict(Act.NOTHING)
    days = min(due)
    known = warned.get(days)
    if _is_to_be_written(known, now, reachable=reachable):
        return Verdict(Act.WARN if reachable else Act.NOTE, days)
    if now < end or known is None:
        return Verdict(Act.NOTHING)
    kept = _kept(known, now, reachable=reachable)
    if kept is not None:
        return Verdict(Act.NOTHING, kept=kept)
    return Verdict(Act.END, unreached=known.state is WarningState.FAILED)


def _is_to_be_written(known: Warned | None, now: datetime, *, reachable: bool) -> bool:
    if known is None:
        return True
    if not reachable:
        return False
    if known.state is WarningState.NO_ADDRESS:
        return True  # there is one now
    return known.state is WarningState.FAILED and now - known.since >= TRY_AGAIN


def _kept(known: Warned, now: datetime, *, reachable: bool) -> Kept | None:
    """``None``: it may end. A warning that waits is waited for even where the address was taken away since."""
    match known.state:
        case WarningState.DELIVERED:
            return None if now - known.since >= NOTICE else Kept.WARNED_LATELY
        case WarningState.WAITING:
            return Kept.WARNING_WAITS
        case _:
            return Kept.WARNING_FAILED if reachable else None


def _moved(moment: datetime, months: int) -> datetime:
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    month += 1
    return moment.replace(year=year, month=month, day=min(moment.day, monthrange(year, month)[1]))
