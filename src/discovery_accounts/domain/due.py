"""Due dates at a glance: overdue, today, soon, later."""

from datetime import date, datetime
from enum import StrEnum

SOON_DAYS = 3


class Urgency(StrEnum):
    OVERDUE = "overdue"
    TODAY = "today"
    SOON = "soon"
    LATER = "later"


def urgency(due_at: datetime, now: datetime) -> Urgency:
    """How urgent a loan is; days are counted in the zone that ``due_at`` carries. Both are aware."""
    if due_at <= now:
        return Urgency.OVERDUE
    days = days_until(due_at, now)
    if days == 0:
        return Urgency.TODAY
    return Urgency.SOON if days <= SOON_DAYS else Urgency.LATER


def days_until(due_at: datetime, now: datetime) -> int:
    """Whole calendar days from today to the due day in the library's zone; negative when past."""
    today: date = now.astimezone(due_at.tzinfo).date()
    return (due_at.date() - today).days
