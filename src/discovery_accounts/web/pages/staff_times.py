"""Moments that staff type into a form: ``datetime-local``, without a zone."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.web.visit import Visit

_YEARS = range(2000, 2101)


def typed_moment(visit: Visit, name: str, zone: ZoneInfo, *, needed: bool = False) -> datetime | None:
    """The moment in that field, which is the time of ``zone``. Raises ``BadShape`` ``missing`` or ``bad_format``."""
    typed = visit.form(name).strip()
    if not typed:
        if needed:
            raise BadShape(name, "missing")
        return None
    try:
        moment = datetime.fromisoformat(typed)
    except ValueError:
        raise BadShape(name, "bad_format") from None
    if moment.year not in _YEARS or moment.tzinfo is not None:
        raise BadShape(name, "bad_format")
    return moment.replace(tzinfo=zone).astimezone(UTC)
