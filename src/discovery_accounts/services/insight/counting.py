"""Counting members by library, in the database. A member of a library is an account whose person is the holder of one
of its cards; whoever holds cards of two libraries is a member of both.

One query for all tables: what it reads is most of the database, and four would read it four times.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, case, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from discovery_accounts.domain.cards import LinkState
from discovery_accounts.models import Account, Alert, LibraryCard, Link
from discovery_accounts.services.insight.shapes import (
    ALERT_BANDS,
    CARD_BANDS,
    EARLIER,
    SIGN_IN_DAYS,
    Counted,
    Subject,
)

OF_MEMBERS = (Subject.SIGN_INS, Subject.JOINED, Subject.CARDS, Subject.ALERTS)


def count_members(session: Session, now: datetime, months: Sequence[datetime]) -> Mapping[Subject, Counted]:
    """How many by library and band, for each of ``OF_MEMBERS``. ``months`` are the beginnings of those that are told
    apart, the latest first."""
    found: dict[Subject, Counted] = {subject: {} for subject in OF_MEMBERS}
    for library, *bands, number in session.execute(_counted(now, months)):
        for subject, band in zip(OF_MEMBERS, bands, strict=True):
            cells = found[subject]
            cells[library, band] = cells.get((library, band), 0) + number
    return found


def months_until(now: datetime, number: int = 12) -> tuple[datetime, ...]:
    """The beginnings of the last months, the one under way first."""
    first = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    found = [first]
    while len(found) < number:
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return tuple(found)


def _counted(now: datetime, months: Sequence[datetime]) -> Select[Any]:
    live = select(Link.account_id, func.count().label("number")).where(Link.state != LinkState.ENDED.value)
    cards = live.group_by(Link.account_id).subquery()
    some = select(Alert.account_id, func.count().label("number")).group_by(Alert.account_id)
    alerts = some.subquery()
    members = _members()
    named = (
        select(
            members.c.library,
            _since(Account.last_sign_in_at, _days(now), "older").label("signed_in"),
            _since(Account.created_at, {at.strftime("%Y-%m"): at for at in months}, EARLIER).label("joined"),
            _up_to(cards.c.number, CARD_BANDS).label("cards"),
            _up_to(alerts.c.number, ALERT_BANDS).label("alerts"),
        )
        .select_from(members)
        .join(Account, Account.id == members.c.account_id)
        .outerjoin(cards, cards.c.account_id == members.c.account_id)
        .outerjoin(alerts, alerts.c.account_id == members.c.account_id)
        .where(Account.ended_at.is_(None))
        .subquery()
    )
    return select(*named.c, func.count()).group_by(*named.c)


def _members() -> Subquery:
    return (
        select(LibraryCard.library, Link.account_id)
        .join(Link, Link.card_id == LibraryCard.id)
        .where(Link.holder, Link.state != LinkState.ENDED.value)
        .distinct()
        .subquery()
    )


def _days(now: datetime) -> Mapping[str, datetime]:
    return {name: now - timedelta(days=days) for name, days in SIGN_IN_DAYS.items() if days is not None}


def _since(
    moment: InstrumentedAttribute[datetime], marks: Mapping[str, datetime], rest: str
) -> ColumnElement[Any]:
    """The first of ``marks`` that is not after ``moment``, by its name."""
    return case(*((moment >= since, literal(name)) for name, since in marks.items()), else_=rest)


def _up_to(number: ColumnElement[Any], bands: Mapping[str, int | None]) -> ColumnElement[Any]:
    counted = func.coalesce(number, 0)
    limits = ((counted <= most, literal(name)) for name, most in bands.items() if most is not None)
    return case(*limits, else_=list(bands)[-1])
