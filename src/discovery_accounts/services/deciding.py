"""The holder's word on who sees a card: yes, so much, no more, nobody else. Each in the caller's transaction,
where the card and the link are locked; signed in or by a letter it comes to the same (rules 3.2 to 3.4).

``by`` is the account that decides, ``None`` for who answers by a letter without one.
"""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.cards import EndedBy, LinkState, Scope, read_scopes, write_scopes
from discovery_accounts.domain.linking import Refused, check_scopes
from discovery_accounts.models import LibraryCard, Link
from discovery_accounts.services import events, notices
from discovery_accounts.services.house import House
from discovery_accounts.services.link_states import state_now
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.unlinking import end_links

Scopes = Collection[Scope] | None


def approve(session: Session, house: House, link: Link, scopes: Scopes, by: uuid.UUID | None) -> None:
    """The holder's yes, to a link that waits or to one that would wait from the handover on. ``scopes``
    left out: those that were asked for. Raises ``BadShape``, ``Problem`` ``linking_not_allowed``."""
    now = house.now()
    waited = state_now(link, now) is LinkState.PENDING
    if link.state == LinkState.PENDING.value:
        _check_allowed(house, link)
    link.ended_by = None
    if scopes is not None:
        change_scopes(house, link, scopes)
    link.state = LinkState.ACTIVE.value
    link.confirmed_at = now
    _record(session, house, events.LINK_APPROVED, link.card, by, link=str(link.id), scopes=link.scopes)
    if waited:
        notices.link_was_approved(session, house, link)


def change_scopes(house: House, link: Link, scopes: Collection[Scope]) -> None:
    """What the link may do from now on; what is kept of more than that can't be read any more, and what
    waits to be sent is not sent. Raises ``BadShape``, also for a link of somebody who holds the card too."""
    chosen = check_scopes(scopes)
    if link.holder:
        raise BadShape("scopes", "of_holder")
    if read_scopes(link.scopes) - chosen:
        link.answer_key = house.vault.new_data_key()
        _note_limit(link)
    link.scopes = write_scopes(chosen)


def change_end(link: Link, until: datetime | None) -> None:
    """The moment at which the link is over. Raises ``BadShape`` for who holds the card too."""
    if link.holder:
        raise BadShape("until", "of_holder")
    if until is not None and (link.until is None or until < link.until):
        _note_limit(link)
    link.until = until


def _note_limit(link: Link) -> None:
    """Whose link may do less than they took can't get the rest by removing the card and adding it again: it
    waits for the holder's yes then, as after a no."""
    link.ended_by = link.ended_by or EndedBy.HOLDER.value


def note_change(session: Session, house: House, link: Link, by: uuid.UUID | None) -> None:
    until = link.until.isoformat(timespec="seconds") if link.until else None
    _record(
        session,
        house,
        events.LINK_CHANGED,
        link.card,
        by,
        link=str(link.id),
        scopes=link.scopes,
        until=until,
    )


def end(session: Session, house: House, links: Sequence[Link], by: uuid.UUID | None, *, silent: bool) -> None:
    """The links end now; their owners are told that they did, never by whom, and not at all if ``silent``.
    The caller then calls ``answers.forget``."""
    end_links(session, house, links, EndedBy.HOLDER, acted=by, silent=silent)
    if not silent:
        for link in links:
            notices.link_was_ended(session, house, link)


def allow_linking(
    session: Session, house: House, card: LibraryCard, by: uuid.UUID | None, *, allowed: bool
) -> None:
    """Whether anybody may link the card from now on; ends nothing that is there."""
    if allowed is (card.linking_refused_at is None):
        return
    card.linking_refused_at = None if allowed else house.now()
    word = events.LINKING_ALLOWED if allowed else events.LINKING_FORBIDDEN
    _record(session, house, word, card, by)


def _check_allowed(house: House, link: Link) -> None:
    """A yes does not help against staff and the library's rules."""
    library = house.libraries.get(link.card.library)
    if link.card.linking_blocked_at is not None or link.account.linking_blocked_at is not None:
        raise Problem(Code.LINKING_NOT_ALLOWED, detail=Refused.STAFF.value)
    if library is not None and not library.linking:
        raise Problem(Code.LINKING_NOT_ALLOWED, detail=Refused.LIBRARY.value)


def _record(
    session: Session, house: House, word: str, card: LibraryCard, by: uuid.UUID | None, **detail: Any
) -> None:
    if by is None:
        detail["way"] = "letter"
    events.record(session, word, house.now(), library=card.library, account_id=by, card_id=card.id, **detail)
