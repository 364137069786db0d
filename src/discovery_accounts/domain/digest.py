"""What is worth telling of a card in a mail, and when that mail is written: rules of the digest, pure.

A fact is told once. What is more urgent tells the less urgent with it: of a loan that is overdue nobody needs to
hear afterwards that it is due soon.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from discovery_accounts.domain.due import Urgency, days_until, urgency
from discovery_accounts.domain.renewal import NotRenewable

MOST_DAYS_AHEAD = 30
HOURS = range(24)


class News(StrEnum):
    """What a line of a digest tells, the most urgent first. The last three are about the card itself."""

    OVERDUE = "overdue"
    NOT_RENEWABLE = "not_renewable"
    DUE_SOON = "due_soon"
    READY = "ready"
    PIN_CHANGED = "pin_changed"
    GONE = "gone"
    UNASKED = "unasked"


OF_CARD = frozenset({News.PIN_CHANGED, News.GONE, News.UNASKED})
"""Told once, until the card can be read again."""

_TELLS_TOO = {
    News.OVERDUE: (News.NOT_RENEWABLE, News.DUE_SOON),
    News.NOT_RENEWABLE: (News.DUE_SOON,),
}
_FOR_NOW = {
    NotRenewable.TOO_SOON,
    NotRenewable.FEES,
    NotRenewable.CARD_BLOCKED,
    NotRenewable.CARD_EXPIRED,
    NotRenewable.OVERDUE,
    NotRenewable.RENEWED_AUTOMATICALLY,
}
"""Reasons that pass, or that need nobody to do anything."""


def told_with(news: News) -> tuple[News, ...]:
    """``news`` itself, and what needs not be told any more once it was."""
    return (news, *_TELLS_TOO.get(news, ()))


def is_stuck(renewable: bool | None, because: str | None) -> bool:
    """Whether the library said that a loan can't be renewed, for a reason that stays."""
    return renewable is False and because not in {reason.value for reason in _FOR_NOW}


def news_of_loan(due_at: datetime, days_ahead: int, stuck: bool, now: datetime) -> News | None:
    """What there is to tell of a loan; ``days_ahead`` counts calendar days in the zone of ``due_at``."""
    if urgency(due_at, now) is Urgency.OVERDUE:
        return News.OVERDUE
    if days_until(due_at, now) > days_ahead:
        return None
    return News.NOT_RENEWABLE if stuck else News.DUE_SOON


@dataclass(frozen=True, slots=True)
class Times:
    """At which hour of ``zone`` digests go out, and from which hour until which nothing is sent. ``minute``
    spreads the accounts of one hour over it."""

    hour: int
    minute: int
    quiet_from: int | None
    quiet_until: int | None
    zone: ZoneInfo

    def next_after(self, now: datetime) -> datetime:
        """The first time after ``now`` at which a digest is due. An hour that the clocks leave out in spring is
        the one after it; one that comes twice in autumn counts once."""
        today = now.astimezone(self.zone).date()
        return next(
            moment for days in range(3) if (moment := self._on(today + timedelta(days), self.hour)) > now
        )

    def is_quiet(self, now: datetime) -> bool:
        return is_within(now.astimezone(self.zone).hour, self.quiet_from, self.quiet_until)

    def quiet_ends(self, now: datetime) -> datetime:
        """When the quiet hours in which ``now`` is are over; spread over the hour, like all digests."""
        assert self.quiet_until is not None
        today = now.astimezone(self.zone).date()
        return next(
            moment
            for days in range(3)
            if (moment := self._on(today + timedelta(days), self.quiet_until)) > now
        )

    def _on(self, day: date, hour: int) -> datetime:
        local = datetime.combine(day, time(hour, self.minute), self.zone)
        return local.astimezone(UTC)


def is_within(hour: int, start: int | None, end: int | None) -> bool:
    """Whether an hour is in ``[start, end)``, which may go over midnight; no bounds, or equal ones: never."""
    if start is None or end is None or start == end:
        return False
    if start < end:
        return start <= hour < end
    return hour >= start or hour < end
