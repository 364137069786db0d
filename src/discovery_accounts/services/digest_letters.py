"""Digests as letters for the outbox, with what must be known of them: links they tell of, what they have told."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from discovery_accounts.connectors.gateway import Want
from discovery_accounts.domain.cards import Scope
from discovery_accounts.models import Reminder
from discovery_accounts.services import letters_alert_digest, letters_digest
from discovery_accounts.services.alerts.stopping import stop_all_address
from discovery_accounts.services.alerts.telling import AlertPart
from discovery_accounts.services.digest_news import Line
from discovery_accounts.services.digest_rows import stop_token
from discovery_accounts.services.house import House
from discovery_accounts.services.outbox import ALERTS, DIGEST, Letter, at_once
from discovery_accounts.services.upserts import insert_missing

STOP_ALL = "?alerts=too"
"""Behind the address that ends reminders: of a mail that tells of alerts, too, all of that is ended."""
_NEEDS = {Want.LOANS: Scope.LOANS, Want.HOLDS: Scope.HOLDS}
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Reader:
    """Who a digest is for."""

    account_id: uuid.UUID
    address: str = field(repr=False)
    language: str | None


def of_cards(
    house: House, reader: Reader, told: Sequence[Line], news: Sequence[AlertPart], now: datetime
) -> Letter:
    """About cards, and what alerts found beside."""
    stop = f"{house.settings.public_url}/reminders/stop/{stop_token(house, reader.account_id)}"
    stops = letters_digest.Stops(stop, stop_all_address(house, reader.account_id))
    words = letters_digest.digest(house, _language(house, reader), told, news, stops, now)
    return Letter(
        DIGEST,
        reader.address,
        words.subject,
        words.text,
        reader.account_id,
        about=tuple({line.card.link_id for line in told}),
        needs=_needs(told),
        stop=stop + (STOP_ALL if news else ""),
        not_before=at_once(now),
        html=words.html,
    )


def of_alerts(house: House, reader: Reader, news: Sequence[AlertPart], now: datetime) -> Letter:
    stop = stop_all_address(house, reader.account_id)
    words = letters_alert_digest.alert_digest(house, _language(house, reader), news, stop)
    return Letter(
        ALERTS,
        reader.address,
        words.subject,
        words.text,
        reader.account_id,
        stop=stop,
        not_before=at_once(now),
        html=words.html,
    )


def note_reminded(
    session: Session, lines: Sequence[Line], message_id: uuid.UUID | None, now: datetime
) -> None:
    """What a message tells of cards, so that it is not told again."""
    rows = [
        {
            "id": uuid.uuid4(),
            "link_id": line.card.link_id,
            "fact": fact,
            "kind": line.news.value,
            "message_id": message_id,
            "told_at": now,
        }
        for line in lines
        for fact in line.facts
    ]
    for start in range(0, len(rows), _AT_ONCE):
        insert_missing(session, Reminder, rows[start : start + _AT_ONCE])


def _language(house: House, reader: Reader) -> str:
    return reader.language or house.settings.languages[0]


def _needs(lines: Sequence[Line]) -> dict[uuid.UUID, frozenset[Scope]]:
    needs: dict[uuid.UUID, frozenset[Scope]] = {}
    for line in lines:
        scope = frozenset({_NEEDS[line.want]}) if line.want is not None else frozenset()
        needs[line.card.link_id] = needs.get(line.card.link_id, frozenset()) | scope
    return needs
