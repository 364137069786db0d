"""Who asks: an account in a session, cut loose from the request and the database."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Actor:
    """``proved_at`` is when the person last gave proof of identity in this session."""

    account_id: uuid.UUID
    session_id: uuid.UUID
    kind: str
    login: str
    proved_at: datetime
    language: str | None
    name: str | None = None

    def is_fresh(self, now: datetime, minutes: int) -> bool:
        """Whether the proof is recent enough for adding and removing things that matter."""
        return now - self.proved_at <= timedelta(minutes=minutes)
