"""Rows of alerts, found and read into records."""

import uuid
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from discovery_accounts.domain.alert_times import Frequency
from discovery_accounts.models import Alert, AlertNews, AlertSlot, QueryMatch
from discovery_accounts.services.alerts.shapes import AlertInfo
from discovery_accounts.services.house import House
from discovery_accounts.services.tokens import token_hash


def infos(
    house: House, session: Session, account_id: uuid.UUID, now: datetime, alert_id: uuid.UUID | None = None
) -> tuple[AlertInfo, ...]:
    """An account's alerts, the newest first, or the one asked for."""
    query = select(Alert, AlertSlot).join(AlertSlot, AlertSlot.id == Alert.slot_id)
    query = query.where(Alert.account_id == account_id).order_by(Alert.created_at.desc(), Alert.id)
    found = (
        select(AlertNews.alert_id, func.sum(QueryMatch.total), func.max(AlertNews.at))
        .join(QueryMatch, QueryMatch.id == AlertNews.match_id)
        .join(Alert, Alert.id == AlertNews.alert_id)
        .where(Alert.account_id == account_id)
        .group_by(AlertNews.alert_id)
    )
    if alert_id is not None:
        query, found = query.where(Alert.id == alert_id), found.where(Alert.id == alert_id)
    totals = {row_id: (total, at) for row_id, total, at in session.execute(found)}
    return tuple(
        _info(house, alert, slot, totals.get(alert.id, (0, None)), now)
        for alert, slot in session.execute(query)
    )


def _info(house: House, alert: Alert, slot: AlertSlot, found: tuple[int, Any], now: datetime) -> AlertInfo:
    frequency = Frequency(slot.frequency)
    paused = is_paused(alert, now)
    return AlertInfo(
        id=alert.id,
        name=alert.name,
        query=alert.query,
        filters={name: tuple(values) for name, values in alert.filters.items()},
        frequency=frequency,
        weekday=slot.weekday if frequency is Frequency.WEEKLY else None,
        language=alert.language,
        by_email=alert.by_email,
        by_feed=alert.by_feed,
        created_at=alert.created_at,
        opened_at=alert.opened_at,
        paused=paused,
        paused_until=alert.paused_until if paused else None,
        found=int(found[0]),
        found_at=found[1],
        feed=feed_token(house, alert.id, alert.feed_version) if alert.by_feed else None,
    )


def masked(info: AlertInfo) -> AlertInfo:
    """Without what the person is interested in (rules 4.6)."""
    return replace(info, name="", query="", filters={}, feed=None, masked=True)


def is_paused(alert: Alert, now: datetime) -> bool:
    return alert.paused_at is not None and (alert.paused_until is None or alert.paused_until > now)


def own_alert(account_id: uuid.UUID, alert_id: uuid.UUID) -> Select[Alert]:
    """The account's own alert, locked; another's is none."""
    return select(Alert).where(Alert.id == alert_id, Alert.account_id == account_id).with_for_update()


def feed_token(house: House, alert_id: uuid.UUID, version: int) -> str:
    """The secret of a feed's address. It can be worked out again, so that the address can be shown again; the
    database has its hash only."""
    return house.vault.keyed_hash("alert feed", alert_id.hex, str(version))


def feed_hash(house: House, alert_id: uuid.UUID, version: int) -> str:
    return token_hash(feed_token(house, alert_id, version))
