"""Whether a warning arrived: handed to the mail server, and not come back.

It is noted beside the warning, because rows of messages are kept for ninety days only.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, or_, select, update

from discovery_accounts.domain.account_ending import WarningState
from discovery_accounts.models import AccountWarning, OutboxMessage
from discovery_accounts.services.house import House
from discovery_accounts.services.outbox import FAILED, SENT, UNKNOWN, WITHDRAWN

_W, _M = AccountWarning, OutboxMessage
_GIVEN_UP = (FAILED, WITHDRAWN)
_AT_ONCE = 1000


def outcome(row: Row[*tuple[Any, ...]]) -> tuple[WarningState, datetime] | None:
    """What became of a warning, and since when, out of its row and its message's (``message_state``, ``sent_at``,
    ``bounced_at``, ``on_its_way``); ``None`` where nothing came of it that is not noted."""
    if row.state == WarningState.DELIVERED and row.bounced_at is not None:
        return WarningState.FAILED, row.bounced_at
    if row.state != WarningState.WAITING:
        return None
    if row.bounced_at is not None:
        return WarningState.FAILED, row.bounced_at
    if row.message_state == SENT:
        return WarningState.DELIVERED, max(row.sent_at, row.at)  # where a run was ahead of its time
    if row.message_state in (None, *_GIVEN_UP) or (row.message_state == UNKNOWN and not row.on_its_way):
        return WarningState.FAILED, row.at
    return None


def settle(house: House) -> int:
    """Note of all warnings what became of them; of how many."""
    count = 0
    while found := _some(house):
        count += found
    return count


def _some(house: House) -> int:
    with house.database.writing() as session:
        rows = session.execute(_UNSETTLED.limit(_AT_ONCE).with_for_update(skip_locked=True, of=_W)).all()
        changes = [
            {"id": row.id, "state": found[0].value, "settled_at": found[1]}
            for row in rows
            if (found := outcome(row)) is not None
        ]
        if changes:
            session.execute(update(_W), changes)
    return len(changes)


_UNSETTLED = (
    select(
        _W.id,
        _W.at,
        _W.state,
        _M.state.label("message_state"),
        _M.sent_at,
        _M.bounced_at,
        _M.sealed.is_not(None).label("on_its_way"),
    )
    .outerjoin(_M, _M.id == _W.message_id)
    .where(
        or_(
            and_(
                _W.state == WarningState.WAITING.value,
                or_(
                    _M.id.is_(None),
                    _M.state.in_((SENT, *_GIVEN_UP)),
                    _M.bounced_at.is_not(None),
                    and_(_M.state == UNKNOWN, _M.sealed.is_(None)),
                ),
            ),
            and_(_W.state == WarningState.DELIVERED.value, _M.bounced_at.is_not(None)),
        )
    )
)
