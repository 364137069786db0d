"""An account that ended comes back whole when its person signs in before it is erased (rules 1.4)."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from discovery_accounts.models import Account, AccountWarning
from discovery_accounts.services import events


def restore(session: Session, account: Account, now: datetime) -> bool:
    """In the transaction of the sign-in, with the account's row locked; whether it had ended. Nothing was removed
    meanwhile but its sessions."""
    if account.ended_at is None:
        return False
    account.ended_at = account.ended_because = account.reviews_at_end = None
    session.execute(delete(AccountWarning).where(AccountWarning.account_id == account.id))
    events.record(session, events.ACCOUNT_RESTORED, now, account_id=account.id)
    return True
