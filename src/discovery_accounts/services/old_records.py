"""Records that have served their time: what was mailed and run after ninety days."""

from datetime import datetime, timedelta

from discovery_accounts.models import JobRun, MaintenanceNotice, OutboxMessage
from discovery_accounts.services.house import House
from discovery_accounts.services.outbox import WAITING
from discovery_accounts.services.purging import Purged, purge

TRACES_LAST = timedelta(days=90)


def purge_mails(house: House, now: datetime, limit: int, *, dry_run: bool = False) -> Purged:
    """Rows of messages that were sent or given up; their text was erased at once."""
    over = (OutboxMessage.state != WAITING) & (OutboxMessage.created_at < now - TRACES_LAST)
    return purge(house, OutboxMessage.id, over, limit, dry_run)


def purge_runs(house: House, now: datetime, limit: int, *, dry_run: bool = False) -> Purged:
    return purge(house, JobRun.id, JobRun.started_at < now - TRACES_LAST, limit, dry_run)


def purge_maintenance(house: House, now: datetime, limit: int, *, dry_run: bool = False) -> Purged:
    """What patrons were told of maintenance, and when; that it was told stays in the audit."""
    return purge(house, MaintenanceNotice.id, MaintenanceNotice.ends_at < now - TRACES_LAST, limit, dry_run)
