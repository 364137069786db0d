"""Waiting for a PIN check that another reading, perhaps in another process, is making just now."""

import time
import uuid
from collections.abc import Sequence

from sqlalchemy import select

from discovery_accounts.domain.cards import CredentialState
from discovery_accounts.models import Credential
from discovery_accounts.services.account_cards import AccountCard
from discovery_accounts.services.house import House
from discovery_accounts.services.showing import PinVerdict

_LOOK_EVERY = 0.05  # seconds; no transaction is open between two looks


def await_checks(house: House, cards: Sequence[AccountCard], ends: float) -> dict[uuid.UUID, PinVerdict]:
    """Whether each PIN stands, as soon as its check is written down; ``UNKNOWN`` at ``ends`` (monotonic)."""
    verdicts = {card.link_id: PinVerdict.UNKNOWN for card in cards}
    before = {card.link_id: card.pin.checked_at if card.pin else None for card in cards}
    open_checks = set(verdicts)
    while open_checks:
        query = select(
            Credential.link_id, Credential.state, Credential.checked_at, Credential.claimed_at
        ).where(Credential.link_id.in_(open_checks))
        with house.database.reading() as session:
            rows = session.execute(query).all()
        open_checks = set()
        for row in rows:
            if row.state == CredentialState.GOOD.value and row.checked_at != before[row.link_id]:
                verdicts[row.link_id] = PinVerdict.STANDS
            elif row.state == CredentialState.GOOD.value and row.claimed_at is not None:
                open_checks.add(row.link_id)
        if not open_checks or time.monotonic() + _LOOK_EVERY >= ends:
            break
        time.sleep(_LOOK_EVERY)
    return verdicts
