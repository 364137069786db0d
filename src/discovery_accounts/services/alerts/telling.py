"""What alerts found and no mail has told of yet: found, taken by one worker at a time, noted as told.

News are taken and noted in the transaction that writes the mail: a worker that dies before has told nothing, one that
dies after has told everything once. Of an account's news all are taken or none, so one run writes one mail.
"""

import json
import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, case, false, func, literal, or_, select, update
from sqlalchemy.orm import Session

from discovery_accounts.models import Account, Alert, AlertNews, AlertSlot, OutboxMessage, QueryMatch
from discovery_accounts.services.accounts import may_write_to_it
from discovery_accounts.services.alerts.slots import struck_at
from discovery_accounts.services.catalogue import RecordLine, record_titles
from discovery_accounts.services.house import House
from discovery_accounts.services.outbox import FAILED, ONCE_ONLY, WITHDRAWN

MOST_TITLES = 20
"""Of one alert in one mail; its page has the others."""
_SPARE = 3  # times as many records are read, because some may be gone from the catalogue

_TELL = (
    update(AlertNews.__table__)  # type: ignore[arg-type]
    .where(
        AlertNews.__table__.c.alert_id == bindparam("of_alert"),
        AlertNews.__table__.c.match_id == bindparam("of_match"),
    )
    .values(told_at=bindparam("at_time"), message_id=bindparam("by_message"))
)


@dataclass(frozen=True, slots=True)
class AlertPart:
    """What one alert has to tell: how many records, the newest by title; ``matches`` are the news it is made of."""

    alert_id: uuid.UUID
    name: str = field(repr=False)
    total: int
    records: tuple[RecordLine, ...] = field(repr=False)
    matches: tuple[int, ...]


Parts = tuple[AlertPart, ...]


def due_news(session: Session, account_id: uuid.UUID, now: datetime) -> Parts:
    """What is to be told to an account by now: news of alerts that tell by mail, are not paused, and whose time has
    come since. By the alerts' names."""
    return due_of(session, [account_id], now).get(account_id, ())


def due_of(session: Session, account_ids: Collection[uuid.UUID], now: datetime) -> Mapping[uuid.UUID, Parts]:
    """The same of several accounts at once."""
    query = (
        select(Alert.account_id, Alert.id, Alert.name, AlertNews.match_id)
        .join(AlertNews, AlertNews.alert_id == Alert.id)
        .where(Alert.account_id.in_(account_ids), *_due(session, now))
        .order_by(Alert.name, Alert.id, AlertNews.match_id.desc())
    )
    found: defaultdict[tuple[uuid.UUID, uuid.UUID, str], list[int]] = defaultdict(list)
    for account_id, alert_id, name, match_id in session.execute(query):
        found[account_id, alert_id, name].append(match_id)
    records = _records(session, {match for matches in found.values() for match in matches})
    lists = {key: _newest_first(records, matches) for key, matches in found.items()}
    wanted = {one for ids in lists.values() for one in ids[: MOST_TITLES * _SPARE]}
    titles = record_titles(session, wanted)
    parts: defaultdict[uuid.UUID, list[AlertPart]] = defaultdict(list)
    for (account_id, alert_id, name), ids in lists.items():
        shown = [titles[one] for one in ids[: MOST_TITLES * _SPARE] if one in titles][:MOST_TITLES]
        matches = tuple(found[account_id, alert_id, name])
        parts[account_id].append(AlertPart(alert_id, name, len(ids), tuple(shown), matches))
    return {account_id: tuple(some) for account_id, some in parts.items()}


def take(session: Session, account_ids: Collection[uuid.UUID], now: datetime) -> Mapping[uuid.UUID, Parts]:
    """As ``due_of``, locked: news of accounts with which another worker is busy are left to it."""
    mailed = select(Alert.account_id, Alert.id).where(Alert.account_id.in_(account_ids), Alert.by_email)
    mailed = mailed.order_by(Alert.id)
    free = session.execute(mailed.with_for_update(skip_locked=True, key_share=True, of=Alert)).all()
    all_of_them = session.execute(mailed).all()
    busy = {row.account_id for row in set(all_of_them) - set(free)}
    return due_of(session, {row.account_id for row in free} - busy, now)


def note_told(session: Session, told: Sequence[tuple[uuid.UUID, Sequence[AlertPart]]], now: datetime) -> None:
    """``told`` are messages, by their ids, and what stands in them."""
    rows = [
        {"of_alert": part.alert_id, "of_match": match, "at_time": now, "by_message": message_id}
        for message_id, parts in told
        for part in parts
        for match in part.matches
    ]
    if rows:
        session.connection().execute(_TELL, rows)


def accounts_due(session: Session, now: datetime, after: uuid.UUID | None, count: int) -> Sequence[uuid.UUID]:
    """Accounts that can be written to and have something to be told, in the order of their ids."""
    query = (
        select(Alert.account_id)
        .join(Account, Account.id == Alert.account_id)
        .where(may_write_to_it(), _has_news(session, now))
    )
    if after is not None:
        query = query.where(Alert.account_id > after)
    return session.scalars(query.group_by(Alert.account_id).order_by(Alert.account_id).limit(count)).all()


def count_without_address(session: Session, now: datetime) -> int:
    """Accounts whose news are on their pages alone."""
    query = select(func.count(Alert.account_id.distinct())).join(Account, Account.id == Alert.account_id)
    return session.scalar(query.where(~may_write_to_it(), _has_news(session, now))) or 0


def free_untold(house: House, now: datetime) -> None:
    """What stood in a mail that was withdrawn was not told, and is told at once; what stood in one that could not be
    sent, at its alert's next time."""
    for state, values in ((WITHDRAWN, {}), (FAILED, {"at": now})):
        lost = select(OutboxMessage.id).where(OutboxMessage.kind.in_(ONCE_ONLY), OutboxMessage.state == state)
        in_them = AlertNews.message_id.in_(lost)
        with house.database.reading() as session:
            if session.scalar(select(AlertNews.alert_id).where(in_them).limit(1)) is None:
                continue
        with house.database.writing() as session:
            session.execute(
                update(AlertNews)
                .where(in_them)
                .values(told_at=None, message_id=None, **values)
                .execution_options(synchronize_session=False)
            )


def _has_news(session: Session, now: datetime) -> ColumnElement[bool]:
    news = select(AlertNews.alert_id).where(AlertNews.alert_id == Alert.id, *_due(session, now))
    return news.correlate(Alert).exists()


def _due(session: Session, now: datetime) -> tuple[ColumnElement[bool], ...]:
    kind = AlertNews.at.type
    struck = {slot.id: literal(struck_at(slot, now), kind) for slot in session.scalars(select(AlertSlot))}
    since = case(struck, value=Alert.slot_id) if struck else None
    paused = and_(Alert.paused_at.is_not(None), or_(Alert.paused_until.is_(None), Alert.paused_until > now))
    in_time = false() if since is None else AlertNews.at <= since
    return (AlertNews.told_at.is_(None), Alert.by_email.is_(True), ~paused, in_time)


def _records(session: Session, match_ids: Collection[int]) -> Mapping[int, list[int]]:
    found: dict[int, list[int]] = {}
    ordered = sorted(match_ids)
    for start in range(0, len(ordered), 500):
        query = select(QueryMatch.id, QueryMatch.records)
        for match_id, records in session.execute(
            query.where(QueryMatch.id.in_(ordered[start : start + 500]))
        ):
            found[match_id] = json.loads(records)
    return found


def _newest_first(records: Mapping[int, list[int]], matches: Sequence[int]) -> list[int]:
    """Each record once, those of the last match first, as that lists them."""
    return list(dict.fromkeys(one for match in matches for one in reversed(records.get(match, []))))
