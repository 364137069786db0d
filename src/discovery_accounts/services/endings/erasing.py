"""Erasing accounts: everything of theirs goes with their rows, and that it did is written down without any person.

Other people's links to the same cards stay as they are (rules 1.5). A card that no account has any more goes, too,
unless staff forbade its linking.
"""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, Select, delete, exists, insert, select
from sqlalchemy.orm import Session

from discovery_accounts.domain.account_ending import Because, Reviews
from discovery_accounts.domain.cards import LinkState
from discovery_accounts.models import Account, Erasure, KnownBrowser, LibraryCard, Link
from discovery_accounts.services import events
from discovery_accounts.services.endings import hooks
from discovery_accounts.services.house import House
from discovery_accounts.services.reviews.ending import at_account_ends

_AS_IT_IS = {"synchronize_session": False}
_COUNTED = {**_AS_IT_IS, "preserve_rowcount": True}


def erase(
    session: Session,
    house: House,
    account_ids: Sequence[uuid.UUID],
    now: datetime,
    because: Because,
    reviews: Mapping[uuid.UUID, str] | str,
    **detail: Any,
) -> int:
    """Erase these accounts, whose rows the caller has locked, in its transaction; how many there were. ``reviews``
    says what becomes of theirs, of all or of each: of one that is not named they stay, nameless. ``detail`` goes into
    the audit. The caller then calls ``answers.forget`` with ``links_of``, to free the room."""
    if not account_ids:
        return 0
    by_time = hooks.before_erasure_by_time if because is Because.TIME else ()
    for hook in (*hooks.before_erasure, *by_time):
        hook(session, house, account_ids, now)
    held = _cards_of(session, account_ids)
    for choice, ids in _by_choice(account_ids, reviews).items():
        at_account_ends(session, ids, keep=choice != Reviews.DELETE)
    # browsers are remembered for who holds a card; other people's ways to it are links of their own
    owned = _held(Link.account_id.in_(account_ids))
    others = _held(Link.account_id.not_in(account_ids))
    browsers = delete(KnownBrowser).where(
        KnownBrowser.card_id.in_(owned), KnownBrowser.card_id.not_in(others)
    )
    session.execute(browsers, execution_options=_AS_IT_IS)
    gone = _rowcount(session, delete(Account).where(Account.id.in_(account_ids)))
    cards = forget_cards(session, held)
    counts = {"accounts": gone, "cards": cards}
    session.execute(
        insert(Erasure), [{"id": uuid.uuid4(), "at": now, "because": because.value, "counts": counts}]
    )
    events.record(session, events.ACCOUNT_ERASED, now, because=because.value, accounts=gone, **detail)
    return gone


def links_of(session: Session, account_ids: Sequence[uuid.UUID]) -> list[uuid.UUID]:
    """The links of these accounts, ended ones too: what libraries answered is kept by their ids."""
    return list(session.scalars(select(Link.id).where(Link.account_id.in_(account_ids))))


def forget_cards(session: Session, card_ids: Sequence[uuid.UUID]) -> int:
    """Remove those of these cards that no account has; how many. A card in somebody else's hands at this moment is
    left, for waiting here could be waiting in a circle; at the next sign-in with it it is found again."""
    if not card_ids:
        return 0
    free = select(LibraryCard.id).where(
        LibraryCard.id.in_(card_ids),
        LibraryCard.linking_blocked_at.is_(None),
        ~exists().where(Link.card_id == LibraryCard.id),
    )
    ids = session.scalars(free.with_for_update(skip_locked=True)).all()
    return _rowcount(session, delete(LibraryCard).where(LibraryCard.id.in_(ids))) if ids else 0


def _held(whose: ColumnElement[bool]) -> Select[Any]:
    """Cards that these accounts hold now; whose link ended has no say about the browsers of who came after."""
    return select(Link.card_id).where(whose, Link.holder, Link.state == LinkState.ACTIVE.value)


def _cards_of(session: Session, account_ids: Sequence[uuid.UUID]) -> Sequence[uuid.UUID]:
    query = select(Link.card_id).where(Link.account_id.in_(account_ids)).distinct()
    return session.scalars(query).all()


def _by_choice(
    account_ids: Sequence[uuid.UUID], reviews: Mapping[uuid.UUID, str] | str
) -> Mapping[str, Sequence[uuid.UUID]]:
    if isinstance(reviews, str):
        return {reviews: account_ids}
    chosen: defaultdict[str, list[uuid.UUID]] = defaultdict(list)
    for account_id in account_ids:
        chosen[reviews.get(account_id) or Reviews.KEEP.value].append(account_id)
    return chosen


def _rowcount(session: Session, statement: object) -> int:
    result = session.execute(statement, execution_options=_COUNTED)  # type: ignore[call-overload]  # any delete
    assert isinstance(result, CursorResult)
    return result.rowcount
