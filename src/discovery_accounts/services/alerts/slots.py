"""The few times at which mails of alerts go out, shared by all alerts."""

import uuid
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from discovery_accounts.domain.alert_times import Frequency, SlotTimes
from discovery_accounts.domain.cards import LinkState
from discovery_accounts.models import Alert, AlertSlot, Digest, LibraryCard, Link
from discovery_accounts.services.house import House
from discovery_accounts.services.upserts import insert_missing

DEFAULT_HOUR = 7
_NONE = -1
"""Of a weekday or an hour that does not count."""


def slot_for(session: Session, frequency: Frequency, weekday: int | None, hour: int, timezone: str) -> int:
    """The id of the slot of these times, made where there is none yet. ``weekday`` counts for ``weekly`` only."""
    instant = frequency is Frequency.INSTANT
    weekly = frequency is Frequency.WEEKLY and weekday is not None
    values = {
        "frequency": frequency.value,
        "weekday": weekday if weekly else _NONE,
        "hour": _NONE if instant else hour,
        "timezone": "" if instant else timezone,
    }
    query = select(AlertSlot.id).filter_by(**values)
    found = session.scalar(query)
    if found is None:
        insert_missing(session, AlertSlot, [values])
        found = session.scalars(query).one()
    return found


def times_of(slot: AlertSlot) -> SlotTimes:
    zone = ZoneInfo(slot.timezone or "UTC")
    return SlotTimes(Frequency(slot.frequency), slot.weekday, slot.hour, zone)


def struck_at(slot: AlertSlot, now: datetime) -> datetime:
    """The last time the slot's mails were due: ``now`` for ``instant``."""
    return times_of(slot).struck_at(now)


def hour_and_zone(house: House, session: Session, account_id: uuid.UUID) -> tuple[int, str]:
    """When an account's mails are due: at the hour of its digest, else at ``DEFAULT_HOUR``, by the clock of its
    first card's library."""
    digest = session.execute(
        select(Digest.hour, Digest.timezone).where(Digest.account_id == account_id)
    ).one_or_none()
    if digest is not None:
        return digest.hour, digest.timezone
    libraries = session.scalars(
        select(LibraryCard.library)
        .join(Link, Link.card_id == LibraryCard.id)
        .where(Link.account_id == account_id, Link.state != LinkState.ENDED.value)
        .order_by(Link.since, Link.id)
    ).all()
    known = [house.libraries[name] for name in libraries if name in house.libraries]
    some = [*known, *house.libraries.values()]
    return DEFAULT_HOUR, some[0].timezone.key if some else "Europe/Helsinki"


def move_slots(house: House, session: Session, account_id: uuid.UUID) -> None:
    """Mail an account's alerts at the hour that is its own by now, after its digest's hour was changed."""
    hour, zone = hour_and_zone(house, session, account_id)
    query = (
        select(Alert, AlertSlot)
        .join(AlertSlot, AlertSlot.id == Alert.slot_id)
        .where(Alert.account_id == account_id, AlertSlot.frequency != Frequency.INSTANT.value)
    )
    for alert, slot in session.execute(query).all():
        if (slot.hour, slot.timezone) != (hour, zone):
            alert.slot_id = slot_for(session, Frequency(slot.frequency), slot.weekday, hour, zone)
