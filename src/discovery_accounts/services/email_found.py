"""The one patron whom an address belongs to, as text to be sealed, and as the claim it becomes."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from discovery_accounts.connectors.api import PatronRecord
from discovery_accounts.domain.email_address import usable
from discovery_accounts.domain.standing import BlockCode, Standing
from discovery_accounts.domain.strength import Strength
from discovery_accounts.login.card import KIND as CARD
from discovery_accounts.login.claim import Claim, ProvedCard
from discovery_accounts.services.card_rows import read_blocks, write_blocks

_ENDED = {BlockCode.CARD_EXPIRED, BlockCode.INACTIVE}


def is_active(record: PatronRecord) -> bool:
    """Whether the patron's membership is in force. One who may not borrow for the moment is active: they may
    look, as with card and PIN."""
    return record.standing is not Standing.EXPIRED and not any(
        block.code in _ENDED for block in record.blocks
    )


def mail_address(record: PatronRecord) -> str | None:
    """The address on file, if a mail can be sent there."""
    return usable(record.email)


def write_found(library: str, record: PatronRecord) -> dict[str, Any]:
    return {
        "library": library,
        "patron_id": record.patron_id,
        "card_number": record.card_number,
        "standing": record.standing.value,
        "blocks": write_blocks(record.blocks),
        "expires_on": record.expires_on.isoformat() if record.expires_on else None,
        "email": record.email,
        "phone": record.phone,
    }


def read_found(found: Mapping[str, Any]) -> Claim:
    """It opens the account of the card, as the card and its PIN do, but proves less (rules 4.6)."""
    record = PatronRecord(
        patron_id=found["patron_id"],
        card_number=found["card_number"],
        standing=Standing(found["standing"]),
        blocks=read_blocks(found["blocks"]),
        expires_on=date.fromisoformat(found["expires_on"]) if found["expires_on"] else None,
        email=found["email"],
        phone=found["phone"],
    )
    card = ProvedCard(found["library"], record.patron_id, found["card_number"], None, record)
    return Claim(CARD.name, found["library"], record.patron_id, card, strength=Strength.WEAK)
