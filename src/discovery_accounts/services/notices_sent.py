"""What was written to a person: by their libraries, and by us."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from discovery_accounts.connectors.api import LibraryNotice, ListsNotices
from discovery_accounts.domain.access import Action
from discovery_accounts.domain.actor import Actor
from discovery_accounts.models import OutboxMessage
from discovery_accounts.services.house import House
from discovery_accounts.services.outbox import FAILED
from discovery_accounts.services.own_cards import CardPart, OwnCards

MOST = 200
"""Of ours; their rows go after ninety days anyway."""

Notices = tuple[LibraryNotice, ...]


@dataclass(frozen=True, slots=True)
class OwnMessage:
    """A message of ours. Its text is erased when it was sent; what it was about its ``kind`` tells. ``state`` is
    ``waiting``, ``sent``, ``failed`` or ``unknown``: nobody knows whether it arrived."""

    id: str
    kind: str
    channel: str
    at: datetime
    state: str


@dataclass(frozen=True, slots=True)
class Sent:
    libraries: tuple[CardPart[Notices], ...]
    ours: tuple[OwnMessage, ...]


class NoticesSent:
    def __init__(self, house: House) -> None:
        self._house = house

    def read(self, actor: Actor) -> Sent:
        """What libraries sent for the person's own cards, asked now, and what we sent to the account; the
        newest first in each. Texts of libraries are left out for somebody of whom we are not sure enough."""
        libraries = OwnCards(self._house).ask_all(
            actor, Action.SEE_OWN_DATA, ListsNotices, lambda one, patron_id: one.list_notices(patron_id)
        )
        if not actor.sees_all:
            libraries = tuple(_without_texts(part) for part in libraries)
        return Sent(libraries, self._ours(actor))

    def _ours(self, actor: Actor) -> tuple[OwnMessage, ...]:
        query = (
            select(OutboxMessage)
            .where(OutboxMessage.account_id == actor.account_id)
            .order_by(OutboxMessage.created_at.desc(), OutboxMessage.id)
            .limit(MOST)
        )
        with self._house.database.reading() as session:
            return tuple(
                OwnMessage(str(row.id), row.kind, row.channel, row.sent_at or row.created_at, _state(row))
                for row in session.scalars(query)
            )


def _state(row: OutboxMessage) -> str:
    """What came back was not delivered, though a mail server took it at first."""
    return FAILED if row.bounced_at is not None else row.state


def _without_texts(part: CardPart[Notices]) -> CardPart[Notices]:
    if part.told is None:
        return part
    return replace(part, told=tuple(replace(one, text=None) for one in part.told))
