"""Who asks: an account in a session, cut loose from the request and the database."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from discovery_accounts.domain.strength import Strength


@dataclass(frozen=True, slots=True)
class Actor:
    """``proved_at`` is when the person last gave proof of identity in this session, ``strength`` how sure
    that made us, ``stepped_up_at`` when they last gave a one-time code besides."""

    account_id: uuid.UUID
    session_id: uuid.UUID
    kind: str
    login: str
    proved_at: datetime
    language: str | None
    name: str | None = None
    strength: Strength = Strength.NORMAL
    stepped_up_at: datetime | None = None
    login_name: str | None = None
    mail_returns: bool = False
    """Whether mail to the account's address came back, so that nothing is sent there."""

    @property
    def sees_all(self) -> bool:
        """Whether personal data is shown whole, not masked (rules 4.6)."""
        return self.strength.at_least(Strength.NORMAL) or self.stepped_up_at is not None

    def is_fresh(self, now: datetime, minutes: int) -> bool:
        """Whether the proof is recent enough for adding and removing things that matter."""
        return now - self.proved_at <= timedelta(minutes=minutes)
