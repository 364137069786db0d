"""Messages that wait though they should have left, and why: for ``run send-mail``, ``logins check`` and staff."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from discovery_accounts.models import OutboxMessage
from discovery_accounts.services.house import House
from discovery_accounts.services.outbox import EMAIL, SMS, UNKNOWN, still_here

LATE = timedelta(minutes=15)
"""A message that waits longer was tried in vain, or nobody runs the job that sends."""
DOUBTED_FOR = timedelta(days=7)
"""How long messages are told of of which nobody knows whether they arrived."""

_NO_JOB = "is the job run? start discovery-accounts schedule, or: discovery-accounts run send-mail"
_DOUBT = (
    "the program or the connection broke off while the mail server was taking them; its log tells more, by the "
    "Message-ID. They are not sent again"
)
_ADVICE = {
    EMAIL: "does the server of accounts.mail_url answer, with this user and password? See “Mail” in docs/operate.md",
    SMS: "does the service of accounts.sms_url answer, with this sms_secret? See docs/configuration.md",
}


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits on one channel; ``error`` is a code, ``None`` where it was not tried yet. ``in_doubt``: they do not
    wait, nobody knows whether they arrived."""

    channel: str
    error: str | None
    waiting: int
    oldest: datetime
    in_doubt: bool = False

    @property
    def advice(self) -> str:
        """What IT can do about it, in English."""
        if self.in_doubt:
            return _DOUBT
        return _ADVICE[self.channel] if self.error else _NO_JOB


def backlogs(house: House, now: datetime) -> tuple[Backlog, ...]:
    """What could not be sent when it was tried, or waits for longer than ``LATE``; most first."""
    count, oldest = func.count(), func.min(OutboxMessage.created_at)
    query = (
        select(OutboxMessage.channel, OutboxMessage.error, count, oldest)
        .where(*still_here())
        .group_by(OutboxMessage.channel, OutboxMessage.error)
        .order_by(count.desc(), OutboxMessage.channel)
    )
    with house.database.reading() as session:
        found = [Backlog(*row) for row in session.execute(query)]
    return tuple(one for one in found if one.error or now - one.oldest > LATE)


def doubts(house: House, now: datetime) -> tuple[Backlog, ...]:
    """Messages of the last days that may or may not have arrived."""
    count, oldest = func.count(), func.min(OutboxMessage.created_at)
    query = (
        select(OutboxMessage.channel, count, oldest)
        .where(
            OutboxMessage.state == UNKNOWN,
            OutboxMessage.sealed.is_(None),
            OutboxMessage.created_at > now - DOUBTED_FOR,
        )
        .group_by(OutboxMessage.channel)
        .order_by(OutboxMessage.channel)
    )
    with house.database.reading() as session:
        found = session.execute(query).all()
    return tuple(Backlog(channel, None, number, since, in_doubt=True) for channel, number, since in found)
