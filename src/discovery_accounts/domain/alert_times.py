"""When what alerts found is mailed: at an hour of a day, or as soon as it is found. Pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

WEEKDAYS = range(7)
"""0 is Monday."""


class Frequency(StrEnum):
    DAILY = "daily"
    WEEKLY = "weekly"
    INSTANT = "instant"


@dataclass(frozen=True, slots=True)
class SlotTimes:
    """``weekday`` counts for ``weekly`` only; neither it nor the hour for ``instant``. An hour that the clocks
    leave out in spring is the one after it; one that comes twice in autumn counts once."""

    frequency: Frequency
    weekday: int
    hour: int
    zone: ZoneInfo

    def struck_at(self, now: datetime) -> datetime:
        """The last time that was due, ``now`` at the latest: what was found until then may be told."""
        if self.frequency is Frequency.INSTANT:
            return now
        return next(moment for days in range(9) if (moment := self._days_from(now, -days)) and moment <= now)

    def next_after(self, now: datetime) -> datetime | None:
        """The first time after ``now``; ``None`` for ``instant``, which waits for no time."""
        if self.frequency is Frequency.INSTANT:
            return None
        return next(moment for days in range(9) if (moment := self._days_from(now, days)) and moment > now)

    def _days_from(self, now: datetime, days: int) -> datetime | None:
        day: date = now.astimezone(self.zone).date() + timedelta(days)
        if self.frequency is Frequency.WEEKLY and day.weekday() != self.weekday:
            return None
        return datetime.combine(day, time(self.hour), self.zone).astimezone(UTC)
