"""Counting members by library, in the database. A member of a library is an account whose person is the holder of one
of its cards; whoever holds cards of two libraries is a member of both."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, Subquery, case, func, literal, select
from sqlalchemy.orm import Session

from discovery_accounts.domain.cards import LinkState
from discovery_accounts.models import Account, Alert, LibraryCard, Link
from discovery_accounts.services.insight.shapes import (
    ALERT_BANDS,
    CARD_BANDS,
    EARLIER,
    SIGN_IN_DAYS,
    Counted,
)


def by_last_sign_in(session: Session, now: datetime) -> Counted:
    marks = [(name, now - timedelta(days=days)) for name, days in SIGN_IN_DAYS.items() if days is not None]
    band = case(*((Account.last_sign_in_at >= since, literal(name)) for name, since in marks), else_="older")
    return _counted(session, _members(), band)


def by_month_of_joining(session: Session, months: tuple[datetime, ...]) -> Counted:
    """``months`` are the beginnings of those that are told apart, the latest first."""
    names = ((Account.created_at >= since, literal(since.strftime("%Y-%m"))) for since in months)
    return _counted(session, _members(), case(*names, else_=EARLIER))


def by_linked_cards(session: Session) -> Counted:
    live = select(Link.account_id, func.count().label("number")).where(Link.state != LinkState.ENDED.value)
    return _by_number(session, live.group_by(Link.account_id).subquery(), CARD_BANDS)


def by_alerts(session: Session) -> Counted:
    alerts = select(Alert.account_id, func.count().label("number")).group_by(Alert.account_id)
    return _by_number(session, alerts.subquery(), ALERT_BANDS)


def months_until(now: datetime, number: int = 12) -> tuple[datetime, ...]:
    """The beginnings of the last months, the one under way first."""
    first = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    found = [first]
    while len(found) < number:
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return tuple(found)


def _members() -> Subquery:
    return (
        select(LibraryCard.library, Link.account_id)
        .join(Link, Link.card_id == LibraryCard.id)
        .where(Link.holder, Link.state != LinkState.ENDED.value)
        .distinct()
        .subquery()
    )


def _by_number(session: Session, numbers: Subquery, bands: Mapping[str, int | None]) -> Counted:
    number = func.coalesce(numbers.c.number, 0)
    limits = ((number <= most, literal(name)) for name, most in bands.items() if most is not None)
    members = _members()
    joined = members.outerjoin(numbers, numbers.c.account_id == members.c.account_id)
    return _counted(session, members, case(*limits, else_=list(bands)[-1]), joined)


def _counted(
    session: Session, members: Subquery, band: ColumnElement[Any], joined: FromClause | None = None
) -> Counted:
    source = (members if joined is None else joined).join(Account, Account.id == members.c.account_id)
    named = select(members.c.library, band.label("band")).select_from(source)
    inner = named.where(Account.ended_at.is_(None)).subquery()
    query: Select[Any] = select(inner.c.library, inner.c.band, func.count()).group_by(
        inner.c.library, inner.c.band
    )
    return {(library, name): number for library, name, number in session.execute(query)}
