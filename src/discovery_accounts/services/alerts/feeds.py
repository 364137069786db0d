"""What a feed reader is told at the address of an alert's feed: what was found lately, also while it is paused.

Reading a feed is no sign-in (rules 1.4) and is noted nowhere.
"""

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import exists, select

from discovery_accounts.config.settings import RateLimit
from discovery_accounts.models import Account, Alert
from discovery_accounts.services.alerts.found import matches_of
from discovery_accounts.services.alerts.shapes import Match
from discovery_accounts.services.house import House
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.throttles import Throttles, network_of
from discovery_accounts.services.tokens import token_hash

MOST_TOLD = 100
WRONG = RateLimit(60, 900)
"""How many wrong secrets one network may try."""


@dataclass(frozen=True, slots=True)
class AlertFeed:
    """``matches`` are the newest ones; ``changed_at`` is when the feed last became another."""

    alert_id: uuid.UUID
    name: str = field(repr=False)
    language: str
    matches: tuple[Match, ...] = field(repr=False)
    changed_at: datetime


class AlertFeeds:
    def __init__(self, house: House) -> None:
        self._house = house

    def read(self, token: str, address: str | None) -> AlertFeed:
        """Raises ``Problem``: ``not_found`` for whatever is no secret of a feed, ``too_many_attempts`` for who
        tries many."""
        live = exists().where(Account.id == Alert.account_id, Account.ended_at.is_(None))
        query = select(Alert).where(Alert.feed_hash == token_hash(token), Alert.by_feed, live)
        with self._house.database.reading() as session:
            alert = session.scalars(query).one_or_none()
            if alert is not None:
                matches = matches_of(session, alert.id, None, MOST_TOLD).matches
        if alert is None:
            Throttles(self._house).count_asking("alert_feed", WRONG, network_of(address))
            raise Problem(Code.NOT_FOUND)
        changed_at = max([alert.changed_at, *(one.matched_at for one in matches)])
        return AlertFeed(alert.id, alert.name, alert.language, matches, changed_at)
