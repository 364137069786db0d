"""The chain, page by page: each seal with its event as it stands now, opened where there is still a key."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import groupby
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from discovery_accounts.models import Event, EventSeal, LibraryCard, PersonKey
from discovery_accounts.services.audit_chain.digest import Hidden, Open, binding, read_hidden
from discovery_accounts.services.audit_chain.person_keys import unwrap
from discovery_accounts.services.house import House
from discovery_accounts.vault.vault import CannotUnseal

PAGE = 500


class Agrees(StrEnum):
    """Whether an event says what was sealed. ``UNREADABLE``: its person was erased, and with them the key."""

    YES = "yes"
    NO = "no"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Linked:
    """One seal; ``event`` is ``None`` and ``claims`` too where the event is gone. ``claims`` is the seal that the
    event says it has."""

    sequence: int
    previous: str
    digest: str
    sealed: bytes = field(repr=False)
    event: Open | None
    claims: int | None
    hidden: Hidden | None = field(repr=False)
    agrees: Agrees
    key_id: uuid.UUID | None = None
    """The key of the person that opens it."""


def page_after(house: House, after: int, last: int, house_key: bytes) -> Sequence[Linked]:
    """The seals of the next numbers up to ``last``, at most ``PAGE`` of them; fewer where some are missing."""
    with house.database.reading() as session:
        return read_page(session, house, after, last, house_key)


def read_page(session: Session, house: House, after: int, last: int, house_key: bytes) -> Sequence[Linked]:
    """As ``page_after``, in a transaction that is open."""
    # one statement: between two, somebody's erasure could take the key of an event that was read with a name
    query = (
        select(EventSeal, Event, PersonKey)
        .outerjoin(Event, Event.id == EventSeal.event_id)
        .outerjoin(PersonKey, PersonKey.account_id == Event.account_id)
        .where(EventSeal.sequence > after, EventSeal.sequence <= min(last, after + PAGE))
        .order_by(EventSeal.sequence, PersonKey.id)
        .execution_options(populate_existing=True)
    )
    opener = _Opener(house, house_key)
    read = [opener.read(tuple(rows)) for _, rows in groupby(session.execute(query).all(), _sequence)]
    return list(_with_cards(session, read))


def _sequence(row: Any) -> int:
    number: int = row.EventSeal.sequence
    return number


@dataclass(frozen=True, slots=True)
class _Read:
    """A seal before the cards were looked at that are gone; ``gone`` is the one this depends on."""

    linked: Linked
    gone: uuid.UUID | None


class _Opener:
    """Opens seals; each key is taken from the vault once a page."""

    def __init__(self, house: House, house_key: bytes) -> None:
        self._house = house
        self._house_key = house_key
        self._keys: dict[uuid.UUID, bytes | None] = {}

    def read(self, rows: Sequence[Any]) -> _Read:
        seal, event = rows[0].EventSeal, rows[0].Event
        if event is None:
            return _Read(_linked(seal, None, None, Agrees.NO), None)
        keys = [row.PersonKey for row in rows if row.PersonKey is not None]
        hidden, key_id = self._open(seal, event, keys)
        if hidden is None:
            agrees = Agrees.NO if event.account_id is not None else Agrees.UNREADABLE
            return _Read(_linked(seal, event, None, agrees), None)
        same = Hidden(hidden.account_id, event.card_id, event.detail).written()
        without_card = Hidden(hidden.account_id, None, hidden.detail).written()
        card_gone = event.card_id is None and hidden.card_id is not None and same == without_card
        fits = card_gone or same == hidden.written()
        linked = _linked(seal, event, hidden, Agrees.YES if fits else Agrees.NO, key_id)
        return _Read(linked, hidden.card_id if card_gone else None)

    def _open(
        self, seal: EventSeal, event: Event, keys: list[PersonKey]
    ) -> tuple[Hidden | None, uuid.UUID | None]:
        if event.account_id is None:
            return self._try(seal, self._house_key), None
        for row in keys:
            if row.id not in self._keys:
                self._keys[row.id] = unwrap(self._house, row)
            hidden = self._try(seal, self._keys[row.id])
            if hidden is not None:
                return hidden, row.id
        return None, None

    def _try(self, seal: EventSeal, key: bytes | None) -> Hidden | None:
        return None if key is None else open_seal(self._house, key, seal)


def open_seal(house: House, key: bytes, seal: EventSeal) -> Hidden | None:
    """What is in a seal, ``None`` where this is not its key."""
    try:
        return read_hidden(
            house.vault.unseal_with(key, seal.sealed, binding(seal.event_id, seal.sequence)).decode()
        )
    except CannotUnseal:
        return None


def _linked(
    seal: EventSeal,
    event: Event | None,
    hidden: Hidden | None,
    agrees: Agrees,
    key_id: uuid.UUID | None = None,
) -> Linked:
    told = None if event is None else Open(seal.event_id, event.at, event.word, event.library, event.detail)
    claims = None if event is None else event.sequence
    return Linked(
        seal.sequence, seal.previous, seal.digest, seal.sealed, told, claims, hidden, agrees, key_id
    )


def _with_cards(session: Session, read: Sequence[_Read]) -> Iterator[Linked]:
    """An event loses its card when the card goes; where the card is there, somebody else took it away."""
    asked = {one.gone for one in read if one.gone is not None}
    there: set[uuid.UUID] = set()
    if asked:
        there = set(session.scalars(select(LibraryCard.id).where(LibraryCard.id.in_(asked))))
    for one in read:
        if one.gone in there:
            yield replace(one.linked, agrees=Agrees.NO)
        else:
            yield one.linked
