"""The audit as lines of JSON, for keeping it elsewhere: each event with its place in the chain."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, TypeVarTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from discovery_accounts.models import Event, EventSeal
from discovery_accounts.services import events
from discovery_accounts.services.house import House

PAGE = 500
Ts = TypeVarTuple("Ts")


def export_lines(
    house: House, since: datetime | None = None, until: datetime | None = None, **who: str
) -> Iterator[str]:
    """Sealed events of this time, both ends included, in the order of the chain; one line each, without its end.
    Pages are read as the lines are taken. That it was exported is written down when the first line is asked for, and
    by whom: ``who``."""
    _write_down(house, since, until, who)
    after = 0
    while True:
        with house.database.reading() as session:
            page = _page(session, after, since, until)
        yield from (_line(seal, event) for seal, event in page)
        if len(page) < PAGE:
            return
        after = page[-1][0].sequence


def count_lines(house: House, since: datetime | None = None, until: datetime | None = None) -> int:
    """How many lines ``export_lines`` would give now."""
    events_then = select(func.count()).select_from(Event).join(EventSeal, Event.id == EventSeal.event_id)
    with house.database.reading() as session:
        return session.scalar(_within(events_then, since, until)) or 0


def _page(
    session: Session, after: int, since: datetime | None, until: datetime | None
) -> list[tuple[EventSeal, Event]]:
    query = select(EventSeal, Event).join(Event, Event.id == EventSeal.event_id)
    query = query.where(EventSeal.sequence > after).order_by(EventSeal.sequence).limit(PAGE)
    return [(seal, event) for seal, event in session.execute(_within(query, since, until))]


def _within(query: Select[*Ts], since: datetime | None, until: datetime | None) -> Select[*Ts]:
    if since is not None:
        query = query.where(Event.at >= since)
    if until is not None:
        query = query.where(Event.at <= until)
    return query


def _line(seal: EventSeal, event: Event) -> str:
    return json.dumps(
        {
            "sequence": seal.sequence,
            "event": str(event.id),
            "at": event.at.isoformat().replace("+00:00", "Z"),
            "word": event.word,
            "library": event.library,
            "account": None if event.account_id is None else str(event.account_id),
            "card": None if event.card_id is None else str(event.card_id),
            "detail": event.detail or {},
            "previous": seal.previous,
            "digest": seal.digest,
        },
        ensure_ascii=False,
    )


def _write_down(house: House, since: datetime | None, until: datetime | None, who: Mapping[str, Any]) -> None:
    asked = " ".join(name for name, value in (("since", since), ("until", until)) if value is not None)
    with house.database.writing() as session:
        events.record(session, events.AUDIT_EXPORTED, house.now(), by=asked or "all", **who)
