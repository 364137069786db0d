"""Cards in the database: found by library and patron id, kept up to date from what the library tells."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from discovery_accounts.connectors.api import PatronRecord
from discovery_accounts.domain.card_number import last_four
from discovery_accounts.domain.handover import hands_over_at
from discovery_accounts.domain.standing import Block, BlockCode, Standing
from discovery_accounts.models import LibraryCard
from discovery_accounts.services.gone_cards import mark_back
from discovery_accounts.services.house import House
from discovery_accounts.vault.vault import CannotUnseal, Sealed


def number_lookup(house: House, library: str, card_number: str) -> str:
    """The keyed hash by which a card is found from a typed number, whatever the case of its letters."""
    return house.vault.keyed_hash("card number", library, card_number.casefold())


def find_or_make(
    session: Session, house: House, library: str, patron_id: str, card_number: str
) -> LibraryCard:
    """The row of a patron record; made, or given its present number, in the caller's transaction."""
    query = select(LibraryCard).where(LibraryCard.library == library, LibraryCard.patron_id == patron_id)
    card = session.scalars(query.with_for_update(key_share=True)).one_or_none()
    if card is None:
        card = LibraryCard(
            id=uuid.uuid4(), library=library, patron_id=patron_id, created_at=house.now(), number_lookup=""
        )
        _write_number(house, card, card_number)
        session.add(card)
        session.flush()
    else:
        set_number(house, card, card_number)
        mark_back(card, house.now())
    return card


def set_number(house: House, card: LibraryCard, card_number: str) -> bool:
    """Keep the number that is valid now; whether it is another one than before.

    A number that can't be opened any more (its key was lost) is sealed anew.
    """
    same = card.number_lookup == number_lookup(house, card.library, card_number)
    if not same or not _opens(house, card):
        _write_number(house, card, card_number)
    return not same


def _opens(house: House, card: LibraryCard) -> bool:
    try:
        number_of(house, card)
    except CannotUnseal:
        return False
    return True


def number_of(house: House, card: LibraryCard) -> str:
    """The card number in clear; for speaking to the card's own library only."""
    sealed = Sealed(card.number_sealed, card.number_key_id)
    return house.vault.unseal_text(sealed, number_binding(card.library, card.id))


def number_binding(library: str, card_id: uuid.UUID) -> tuple[str, str, str]:
    """What a sealed number is bound to."""
    return ("card number", library, str(card_id))


def take_over(house: House, card: LibraryCard, record: PatronRecord, at: datetime) -> bool:
    """Keep what the library tells of the patron; whether the number is another one than before."""
    card.standing = record.standing.value
    card.blocks = write_blocks(record.blocks)
    card.expires_on = record.expires_on
    card.read_at = at
    mark_back(card, at)
    _note_handover(house, card, record, at)
    return bool(record.card_number) and set_number(house, card, str(record.card_number))


def _note_handover(house: House, card: LibraryCard, record: PatronRecord, now: datetime) -> None:
    """When a young patron's card is handed over; of who is an adult already when first seen nothing is kept."""
    library = house.libraries.get(card.library)
    if library is None or record.born_on is None:
        return
    decides = card.hands_over_at is not None and card.hands_over_at <= now
    if decides and card.handover_age != library.handover_age:
        return  # who decides already goes on deciding: a higher age brings back no link that waits
    at = hands_over_at(record.born_on, library.handover_age, library.timezone)
    if at > now or card.hands_over_at is not None:
        card.hands_over_at, card.handover_age = at, library.handover_age


def write_blocks(blocks: tuple[Block, ...]) -> list[dict[str, str | None]]:
    return [{"code": block.code.value, "text": block.text} for block in blocks]


def read_blocks(stored: list[Any] | None) -> tuple[Block, ...]:
    """Reasons as stored; a code that is no longer known becomes the library's own words."""
    known = {code.value for code in BlockCode}
    return tuple(
        Block(
            BlockCode(block["code"]) if block["code"] in known else BlockCode.LIBRARY_SAYS, block.get("text")
        )
        for block in stored or ()
    )


def read_standing(stored: str | None) -> Standing | None:
    return Standing(stored) if stored else None


def _write_number(house: House, card: LibraryCard, card_number: str) -> None:
    sealed = house.vault.seal(card_number, number_binding(card.library, card.id))
    card.number_sealed, card.number_key_id = sealed.ciphertext, sealed.key_id
    card.number_lookup = number_lookup(house, card.library, card_number)
    card.number_last4 = last_four(card_number)
