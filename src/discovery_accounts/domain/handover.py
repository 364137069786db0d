"""When a young patron's card is theirs to decide about (rules 3.6).

Only the moment is kept, not the date of birth: the first moment, in the library's own zone, of the day on
which the patron reaches the library's age. From then on links that somebody else had before wait for
the young person's yes, given within the notice before that day or at any time after it.
"""

from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from discovery_accounts.domain.cards import LinkState

NOTICE = timedelta(days=30)
"""How long before the day both sides are told, and the young person may answer."""


def hands_over_at(born_on: date, age: int, zone: tzinfo) -> datetime:
    """The first moment of the day on which somebody born then is ``age`` years old. Who was born on the last
    day of February in a leap year is a year older on the first of March."""
    try:
        day = born_on.replace(year=born_on.year + age)
    except ValueError:
        day = date(born_on.year + age, 3, 1)
    return datetime.combine(day, time(), zone)


def is_minor(at: datetime | None, now: datetime) -> bool:
    """Whether somebody else decides for the card's patron still; unknown counts as an adult."""
    return at is not None and now < at


def is_in_notice(at: datetime | None, now: datetime) -> bool:
    """Whether the day is near enough for both to be told, and not there yet."""
    return at is not None and at - NOTICE <= now < at


def state_of(
    stored: LinkState,
    *,
    holder: bool,
    since: datetime,
    confirmed_at: datetime | None,
    at: datetime | None,
    now: datetime,
) -> LinkState:
    """A link's state now: one from before the handover waits from that day on, unless the young person said
    yes. ``confirmed_at`` is when the holder last said yes to the link, ``at`` the handover."""
    if stored is not LinkState.ACTIVE or holder or at is None or now < at or since >= at:
        return stored
    answered = confirmed_at is not None and confirmed_at >= at - NOTICE
    return LinkState.ACTIVE if answered else LinkState.PENDING


class Stage(StrEnum):
    """What is to be told about a link: that the day comes, or that it is there."""

    AHEAD = "ahead"
    DAY = "day"


def to_tell(
    *,
    since: datetime,
    confirmed_at: datetime | None,
    told_at: datetime | None,
    at: datetime | None,
    now: datetime,
) -> Stage | None:
    """What is to be told now about somebody else's link that works; ``None`` when nothing, or it was told at
    ``told_at``. The telling of a day that proved to be wrong does not count for another one, and to whom the
    young person said yes already there is nothing to tell."""
    if at is None or now < at - NOTICE or since >= at:
        return None
    if confirmed_at is not None and confirmed_at >= at - NOTICE:
        return None
    if now < at:
        return Stage.AHEAD if told_at is None or told_at < at - NOTICE else None
    return Stage.DAY if told_at is None or told_at < at else None
