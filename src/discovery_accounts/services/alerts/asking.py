"""Asking people about alerts whose finds they have not looked at for long: they are told how to keep or end them.

Nothing ends by itself. Without an answer an alert goes on, and after the same time its owner is asked again.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from discovery_accounts.models import Account, Alert, AlertNews
from discovery_accounts.services import letters_alerts, outbox
from discovery_accounts.services.accounts import may_write_to, may_write_to_it
from discovery_accounts.services.alerts.stopping import keep_address, stop_address, stop_all_address
from discovery_accounts.services.house import House
from discovery_accounts.services.letters_alerts import AskedAbout

KIND = "alerts_asked"
"""Of messages in the outbox."""
_A_MONTH = timedelta(days=365.25 / 12)


@dataclass(frozen=True, slots=True)
class Asked:
    """``accounts`` were written to about ``alerts``; ``left`` accounts are for the next run. ``unreachable`` ones have
    no address that we may write to: their alerts go on."""

    accounts: int
    alerts: int
    left: int
    unreachable: int


def ask_unopened(house: House, now: datetime, limit: int, *, dry_run: bool = False) -> Asked:
    """One letter to each of at most ``limit`` accounts. Several runs at once write no letter twice."""
    wanted = _unopened(house, now)
    reachable = exists().where(Account.id == Alert.account_id, may_write_to_it())
    query = select(Alert.account_id).where(wanted, reachable).distinct()
    silent = select(func.count(Alert.account_id.distinct())).where(wanted, ~reachable)
    with house.database.reading() as session:
        total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
        unreachable = session.scalar(silent) or 0
        accounts = session.scalars(query.order_by(Alert.account_id).limit(limit)).all()
    if dry_run:
        return Asked(len(accounts), 0, total - len(accounts), unreachable)
    written = [_ask(house, account_id, now) for account_id in accounts]
    return Asked(sum(one > 0 for one in written), sum(written), total - len(accounts), unreachable)


def _unopened(house: House, now: datetime) -> ColumnElement[bool]:
    """Alerts that found something, that nobody looked at for the set time, and was not asked about in it. One
    that is paused until its owner says otherwise troubles nobody."""
    before = now - house.settings.alert_ask_months * _A_MONTH
    return and_(
        Alert.opened_at < before,
        or_(Alert.asked_at.is_(None), Alert.asked_at < before),
        or_(Alert.paused_at.is_(None), Alert.paused_until.is_not(None)),
        exists().where(AlertNews.alert_id == Alert.id),
    )


def _ask(house: House, account_id: uuid.UUID, now: datetime) -> int:
    """How many alerts the account was asked about."""
    mine = select(Alert).where(Alert.account_id == account_id, _unopened(house, now))
    with house.database.writing() as session:
        alerts = session.scalars(mine.order_by(Alert.id).with_for_update(skip_locked=True)).all()
        account = session.get(Account, account_id)
        address = may_write_to(account) if account is not None else None
        if not alerts or account is None or address is None:
            return 0
        _write(house, session, account, address, alerts, now)
        for alert in alerts:
            alert.asked_at = now
        return len(alerts)


def _write(
    house: House, session: Session, account: Account, address: str, alerts: Sequence[Alert], now: datetime
) -> None:
    about = [
        AskedAbout(alert.name, keep_address(house, alert.id), stop_address(house, alert.id))
        for alert in sorted(alerts, key=lambda one: (one.created_at, one.id))
    ]
    public_url = house.settings.public_url
    language = account.language or house.settings.languages[0]
    words = letters_alerts.asked(language, about, f"{public_url}/alerts")
    letter = outbox.Letter(
        KIND, address, words.subject, words.text, account.id, stop=stop_all_address(house, account.id)
    )
    outbox.write(session, house, letter, now)
