"""When a stored PIN must be checked again, and when it must not be (rules 2.4)."""

from datetime import datetime, timedelta

STALE_FOR = timedelta(hours=24)
"""How long the last good answer may be shown, dated, when the PIN or the loans can't be checked."""

CLAIM_FOR = timedelta(seconds=30)
"""How long one reading may hold the right to check a PIN before another reading may take it over."""

_PAUSES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15))


def is_due(checked_at: datetime | None, reverify_minutes: int, now: datetime) -> bool:
    """Whether the last check is older than the library's setting; 0 minutes means every reading."""
    return checked_at is None or now - checked_at >= timedelta(minutes=reverify_minutes)


def pause_after_silence(unanswered: int) -> timedelta:
    """How long to leave a PIN alone after ``unanswered`` checks (1 or more) that were sent but got no answer.

    The library may have counted each as a refusal, and it may lock the card: so not at once again.
    """
    return _PAUSES[min(unanswered, len(_PAUSES)) - 1]
