"""Messages that wait though they should have left, and why: for ``run send-mail``, ``logins check`` and staff."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from discovery_accounts.models import OutboxMessage
from discovery_accounts.services.house import House
from discovery_accounts.services.outbox import EMAIL, SMS, WAITING

LATE = timedelta(minutes=15)
"""A message that waits longer was tried in vain, or nobody runs the job that sends."""

_NO_JOB = "is the job run? start discovery-accounts schedule, or: discovery-accounts run send-mail"
_ADVICE = {
    EMAIL: "does the server of accounts.mail_url answer, with this user and password? See “Mail” in docs/operate.md",
    SMS: "does the service of accounts.sms_url answer, with this sms_secret? See docs/configuration.md",
}


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits on one channel; ``error`` is a code, ``None`` where it was not tried yet."""

    channel: str
    error: str | None
    waiting: int
    oldest: datetime

    @property
    def advice(self) -> str:
        """What IT can do about it, in English."""
        return _ADVICE[self.channel] if self.error else _NO_JOB


def backlogs(house: House, now: datetime) -> tuple[Backlog, ...]:
    """What could not be sent when it was tried, or waits for longer than ``LATE``; most first."""
    count, oldest = func.count(), func.min(OutboxMessage.created_at)
    query = (
        select(OutboxMessage.channel, OutboxMessage.error, count, oldest)
        .where(OutboxMessage.state == WAITING)
        .group_by(OutboxMessage.channel, OutboxMessage.error)
        .order_by(count.desc(), OutboxMessage.channel)
    )
    with house.database.reading() as session:
        found = [Backlog(*row) for row in session.execute(query)]
    return tuple(one for one in found if one.error or now - one.oldest > LATE)
