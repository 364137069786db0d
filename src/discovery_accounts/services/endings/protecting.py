"""Accounts that do not end by time: staff say which, and why."""

import uuid
from enum import StrEnum
from typing import Any

from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.models import Account
from discovery_accounts.services import events
from discovery_accounts.services.house import House
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.row_locks import NO_KEY


class ProtectReason(StrEnum):
    """Not free text: that would hold what the audit must not."""

    PERSON_ASKED = "person_asked"
    LEGAL_HOLD = "legal_hold"
    SERVICE = "service"


def protect(house: House, account_id: uuid.UUID, reason: str) -> bool:
    """Keep an account from ending by time; whether it did so far. Raises ``BadShape``, ``Problem`` ``not_found``."""
    if reason not in list(ProtectReason):
        raise BadShape("reason", "unknown")
    return _set(house, account_id, reason)


def unprotect(house: House, account_id: uuid.UUID) -> bool:
    """Let it end by time again; whether it was protected. Raises ``Problem`` ``not_found``."""
    return _set(house, account_id, None)


def _set(house: House, account_id: uuid.UUID, reason: str | None) -> bool:
    now = house.now()
    with house.database.writing() as session:
        account = session.get(Account, account_id, with_for_update=NO_KEY)
        if account is None:
            raise Problem(Code.NOT_FOUND)
        changed = account.protected_because != reason
        account.protected_because = reason
        account.protected_at = (account.protected_at or now) if reason else None
        if changed:
            word = events.ACCOUNT_PROTECTED if reason else events.ACCOUNT_UNPROTECTED
            detail: dict[str, Any] = {"reason": reason} if reason else {}
            events.record(session, word, now, account_id=account_id, by="staff", **detail)
    return changed
