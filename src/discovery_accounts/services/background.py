"""An account whose cards a job reads, or a program with a secret address: somebody asks for it, nobody is signed in.

Such an actor sees what the account's links may show, as on its pages, but can do nothing that asks for a fresh
sign-in or a session: a card whose PIN is given in each session only stays unread. Being read by one is no sign-in
(rules 1.4), but a use of the link that the card's holder may see (rules 3.1).
"""

import uuid
from datetime import UTC, datetime

from discovery_accounts.domain.actor import Actor

JOB = "job"
NOBODYS_SESSION = uuid.UUID(int=0)


def standing_for(account_id: uuid.UUID, language: str | None = None) -> Actor:
    """The account itself, without a session."""
    return Actor(
        account_id=account_id,
        session_id=NOBODYS_SESSION,
        kind=JOB,
        login=JOB,
        proved_at=datetime.min.replace(tzinfo=UTC),
        language=language,
    )
