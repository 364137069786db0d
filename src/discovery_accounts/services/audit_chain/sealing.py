"""Sealing: what happened since is added to the chain, in small batches that keep nobody waiting."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row, exists, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from discovery_accounts.models import Account, Event, EventSeal
from discovery_accounts.services.audit_chain import mark as marks
from discovery_accounts.services.audit_chain.digest import Hidden, Open, binding, digest
from discovery_accounts.services.audit_chain.mark import Mark, MarkBroken
from discovery_accounts.services.audit_chain.person_keys import Writing
from discovery_accounts.services.house import House

BATCH = 500


@dataclass(frozen=True, slots=True)
class SealReport:
    """How many events were sealed, and how many are ``left``; ``broken``: the chain's end does not fit, and nothing
    is added to it."""

    sealed: int
    left: int
    broken: bool = False


def waiting(house: House) -> int:
    """How many events have no seal yet."""
    with house.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Event).where(Event.sequence.is_(None))) or 0


def seal(house: House, limit: int) -> SealReport:
    """Seal at most ``limit`` events, the oldest first."""
    sealed = 0
    while sealed < limit:
        size = min(BATCH, limit - sealed)
        try:
            with house.database.writing() as session:
                done = _batch(session, house, size)
        except MarkBroken:
            return SealReport(sealed, waiting(house), broken=True)
        except IntegrityError:  # another worker began the chain, or sealed these: the next run goes on
            break
        sealed += done
        if done < size:
            break
    return SealReport(sealed, waiting(house))


def _batch(session: Session, house: House, limit: int) -> int:
    mark = marks.take(session, house)
    events = _next(session, limit)
    mark = _seal_all(session, house, mark, events)
    if events:
        marks.write(session, house, mark)
    return len(events)


def _next(session: Session, limit: int) -> Sequence[Row[Any]]:
    """Events without a seal. Those of accounts that somebody is just changing or ending wait for the next run: we
    wait for nobody, and what is sealed here is what stands in the row."""
    unsealed = ~exists().where(EventSeal.event_id == Event.id)
    columns = (Event.id, Event.at, Event.word, Event.library, Event.account_id, Event.card_id, Event.detail)
    query = select(*columns).where(Event.sequence.is_(None), unsealed)
    query = (
        query.order_by(Event.at, Event.id)
        .limit(limit)
        .with_for_update(of=Event, key_share=True, skip_locked=True)
    )
    rows = session.execute(query).all()
    accounts = {row.account_id for row in rows if row.account_id is not None}
    held = select(Account.id).where(Account.id.in_(accounts)).order_by(Account.id)
    there = set(session.scalars(held.with_for_update(read=True, key_share=True, skip_locked=True)))
    return [row for row in rows if row.account_id is None or row.account_id in there]


def _seal_all(session: Session, house: House, mark: Mark, events: Sequence[Row[Any]]) -> Mark:
    keys = Writing(session, house, {row.account_id for row in events if row.account_id is not None})
    seals, last, previous = [], mark.last, mark.last_digest
    for row in events:
        last += 1
        key = mark.house_key if row.account_id is None else keys.key(row.account_id)
        written = Hidden(row.account_id, row.card_id, row.detail).written()
        sealed = house.vault.seal_with(key, written, binding(row.id, last))
        open_ = Open(row.id, row.at, row.word, row.library, row.detail)
        told = digest(previous, last, open_, sealed)
        seals.append(
            {"sequence": last, "event_id": row.id, "digest": told, "previous": previous, "sealed": sealed}
        )
        previous = told
    keys.finish()
    if seals:
        session.execute(insert(EventSeal), seals)
        _note(session, [(one["event_id"], one["sequence"]) for one in seals])
    return replace(mark, last=last, last_digest=previous)


def _note(session: Session, sealed: list[tuple[uuid.UUID, int]]) -> None:
    """The events know their seals: which are waiting is found at once."""
    session.execute(update(Event), [{"id": event_id, "sequence": sequence} for event_id, sequence in sealed])
