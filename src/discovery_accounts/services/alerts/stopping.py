"""Addresses in mails by which their reader acts without signing in: ends mails, keeps an alert (RFC 8058).

Each can be worked out again from what it is about, so every mail carries the same one and the database has at most
its hash. Looking at what one is about changes nothing (checklist A2).
"""

import hmac
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from discovery_accounts.models import Account, Alert
from discovery_accounts.services import events
from discovery_accounts.services.house import House
from discovery_accounts.services.tokens import token_hash

_ID = 32  # hex digits of an id at the start of what names an account or an alert itself


@dataclass(frozen=True, slots=True)
class About:
    """What an address in a mail is about: an alert's name, ``None`` for all alerts of an account."""

    name: str | None = field(repr=False)


def stop_token(house: House, alert_id: uuid.UUID) -> str:
    """The secret that ends the mails of one alert; ``Alert.stop_hash`` is of it."""
    return house.vault.keyed_hash("alert stop", alert_id.hex)


def stop_hash(house: House, alert_id: uuid.UUID) -> str:
    return token_hash(stop_token(house, alert_id))


def stop_address(house: House, alert_id: uuid.UUID) -> str:
    return f"{house.settings.public_url}/alerts/stop/{stop_token(house, alert_id)}"


def stop_all_address(house: House, account_id: uuid.UUID) -> str:
    """Ends the mails of all alerts of an account."""
    return f"{house.settings.public_url}/alerts/stop-all/{_named(house, 'alerts stop', account_id)}"


def keep_address(house: House, alert_id: uuid.UUID) -> str:
    """Says that an alert is still wanted."""
    return f"{house.settings.public_url}/alerts/keep/{_named(house, 'alert keep', alert_id)}"


class MailActs:
    """What readers of mails may do; each answers ``None`` where the address is none of ours."""

    def __init__(self, house: House) -> None:
        self._house = house

    def about(self, token: str) -> About | None:
        """What ``stop`` would end."""
        with self._house.database.reading() as session:
            alert = self._find(session, token)
            return None if alert is None else About(alert.name)

    def stop(self, token: str) -> About | None:
        """End the mails of one alert. One that has no feed either is paused: it would tell nobody."""
        with self._house.database.writing() as session:
            alert = self._find(session, token)
            if alert is None:
                return None
            _end(session, [alert], self._house.now())
            return About(alert.name)

    def about_all(self, token: str) -> About | None:
        with self._house.database.reading() as session:
            return None if self._account(session, token) is None else About(None)

    def stop_all(self, token: str) -> About | None:
        with self._house.database.writing() as session:
            account_id = self._account(session, token)
            if account_id is None:
                return None
            end_all_mails(session, account_id, self._house.now())
            return About(None)

    def about_keeping(self, token: str) -> About | None:
        with self._house.database.reading() as session:
            alert = self._kept(session, token)
            return None if alert is None else About(alert.name)

    def keep(self, token: str) -> About | None:
        """The alert counts as looked at now, so nobody asks about it for a long time."""
        with self._house.database.writing() as session:
            alert = self._kept(session, token)
            if alert is None:
                return None
            alert.opened_at, alert.asked_at = self._house.now(), None
            return About(alert.name)

    def _find(self, session: Session, token: str) -> Alert | None:
        return session.scalars(select(Alert).where(Alert.stop_hash == token_hash(token))).one_or_none()

    def _account(self, session: Session, token: str) -> uuid.UUID | None:
        account_id = _checked(self._house, "alerts stop", token)
        return account_id if account_id and session.get(Account, account_id) is not None else None

    def _kept(self, session: Session, token: str) -> Alert | None:
        alert_id = _checked(self._house, "alert keep", token)
        return session.get(Alert, alert_id) if alert_id else None


def end_all_mails(session: Session, account_id: uuid.UUID, now: datetime) -> None:
    """No alert of the account tells by mail any more."""
    mailed = select(Alert).where(Alert.account_id == account_id, Alert.by_email)
    _end(session, session.scalars(mailed.order_by(Alert.id).with_for_update()).all(), now)


def _end(session: Session, alerts: Sequence[Alert], now: datetime) -> None:
    for alert in alerts:
        if alert.by_email:
            end_mails(alert, now)
            events.record(
                session, events.ALERT_MAILS_ENDED, now, account_id=alert.account_id, alert=str(alert.id)
            )


def end_mails(alert: Alert, now: datetime) -> None:
    alert.by_email = False
    if not alert.by_feed:
        alert.paused_at, alert.paused_until = alert.paused_at or now, None


def _named(house: House, purpose: str, row_id: uuid.UUID) -> str:
    return row_id.hex + house.vault.keyed_hash(purpose, row_id.hex)


def _checked(house: House, purpose: str, token: str) -> uuid.UUID | None:
    """The id in the secret, if the secret is ours."""
    try:
        row_id = uuid.UUID(hex=token[:_ID])
    except ValueError:
        return None
    ours = _named(house, purpose, row_id)
    return row_id if hmac.compare_digest(ours.encode(), token.encode("utf-8", "surrogatepass")) else None
