"""What logins must remember between requests, as Protocols; services implement them over the database."""

from datetime import datetime
from typing import Protocol


class Replays(Protocol):
    """Words that are good once: ids of assertions and of logout tokens."""

    def first_time(self, kind: str, word: str, until: datetime) -> bool:
        """Whether ``word`` was never given before; from now on it was, at least until ``until`` (UTC)."""
        ...
