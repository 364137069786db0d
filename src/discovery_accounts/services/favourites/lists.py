"""Favourites lists of an account: made, shown, changed, removed.

Whoever changes anything of an account's favourites locks the account first (``lock``): so two adds of one record
meet, positions stay apart, and nobody waits for another in a ring.
"""

import secrets
import uuid
from base64 import b32encode
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from discovery_accounts.domain.actor import Actor
from discovery_accounts.domain.favourites import (
    Order,
    clean_description,
    clean_name,
    read_ordering,
    sort_key,
    write_ordering,
)
from discovery_accounts.models import Account, FavouriteAct, FavouriteList
from discovery_accounts.services.favourites import rows
from discovery_accounts.services.favourites.shapes import UNDO_FOR, Act, ActKind, Change, ListInfo
from discovery_accounts.services.house import House
from discovery_accounts.services.problems import Code, Problem

_RANDOM = 16
"""Bytes of a public address: it can't be guessed."""


class Favourites:
    def __init__(self, house: House) -> None:
        self._house = house

    def lists(self, actor: Actor) -> tuple[ListInfo, ...]:
        """The account's lists by name, each with how many items it has: one statement."""
        with self._house.database.reading() as session:
            found = session.execute(rows.ALL_LISTS, {"account_id": actor.account_id}).all()
        return tuple(sorted((rows.list_of(row) for row in found), key=by_name))

    def show(self, actor: Actor, list_id: uuid.UUID) -> ListInfo:
        """Raises ``Problem`` ``not_found``."""
        with self._house.database.reading() as session:
            return own_list(session, actor.account_id, list_id)

    def make(
        self, actor: Actor, name: str, description: str = "", public: bool = False, ordering: str = "manual"
    ) -> ListInfo:
        """Raises ``BadShape`` about ``name``, ``description`` or ``ordering``."""
        change = Change(clean_name(name), clean_description(description), public, ordering)
        with self._house.database.writing() as session:
            lock(session, actor.account_id)
            list_id = insert_list(session, self._house, actor.account_id, change)
            return own_list(session, actor.account_id, list_id)

    def change(self, actor: Actor, list_id: uuid.UUID, change: Change) -> ListInfo:
        """What is public gets an address, the same ever after. Raises ``Problem`` ``not_found``, ``BadShape`` about
        ``name``, ``description``, ``ordering``."""
        with self._house.database.writing() as session:
            lock(session, actor.account_id)
            before = own_list(session, actor.account_id, list_id)
            values = _values(change)
            if change.public and before.public_id is None:
                values["public_id"] = _new_address()
            if values:
                values["changed_at"] = self._house.now()
                where = FavouriteList.id == list_id
                session.execute(update(FavouriteList.__table__).where(where).values(values))  # type: ignore[arg-type]
            return own_list(session, actor.account_id, list_id)

    def remove(self, actor: Actor, list_id: uuid.UUID) -> Act:
        """The list and all in it; ``Acts.undo`` brings it back. Raises ``Problem`` ``not_found``."""
        now = self._house.now()
        with self._house.database.writing() as session:
            lock(session, actor.account_id)
            before = own_list(session, actor.account_id, list_id)
            act = FavouriteAct(
                id=uuid.uuid4(),
                account_id=actor.account_id,
                kind=ActKind.REMOVE_LIST.value,
                items=before.items,
                at=now,
            )
            session.add(act)
            session.flush()
            session.execute(
                update(FavouriteList)
                .where(FavouriteList.id == list_id)
                .values(removed_at=now, act_id=act.id)
                .execution_options(synchronize_session=False)
            )
        return Act(act.id, ActKind.REMOVE_LIST, before.items, now + UNDO_FOR)


def lock(session: Session, account_id: uuid.UUID) -> None:
    """Keep all other changes of this account's favourites waiting. Raises ``Problem`` ``not_found`` where the account
    ended meanwhile."""
    query = select(Account.id).where(Account.id == account_id).with_for_update(key_share=True)
    if session.scalar(query) is None:
        raise Problem(Code.NOT_FOUND)


def own_list(session: Session, account_id: uuid.UUID, list_id: uuid.UUID) -> ListInfo:
    """Raises ``Problem`` ``not_found`` where it is not the account's, or was removed."""
    found = session.execute(rows.ONE_LIST, {"account_id": account_id, "list_id": list_id}).one_or_none()
    if found is None:
        raise Problem(Code.NOT_FOUND)
    return rows.list_of(found)


def require_list(session: Session, account_id: uuid.UUID, list_id: uuid.UUID) -> None:
    """Raises ``Problem`` ``not_found`` where it is not the account's, or was removed."""
    if session.scalar(rows.IS_MINE, {"account_id": account_id, "list_id": list_id}) is None:
        raise Problem(Code.NOT_FOUND)


def first_list(session: Session, account_id: uuid.UUID) -> uuid.UUID | None:
    """The list that the account had first: what is added without a list goes there."""
    values = {"account_id": account_id, "after": None}
    found = session.execute(rows.MY_FIRST_LIST, values).one_or_none()
    return None if found is None else rows.list_of(found).id


def insert_list(session: Session, house: House, account_id: uuid.UUID, change: Change) -> uuid.UUID:
    """A list of this name, its values cleaned; the caller has locked the account."""
    now, list_id = house.now(), uuid.uuid4()
    values = {"description": "", "public": False, "ordering": Order.MANUAL.value, **_values(change)}
    values |= {"public_id": _new_address() if values["public"] else None}
    values |= {"id": list_id, "account_id": account_id, "created_at": now, "changed_at": now}
    session.execute(insert(FavouriteList), values)
    return list_id


def _values(change: Change) -> dict[str, object]:
    values: dict[str, object] = {}
    if change.name is not None:
        values["name"] = clean_name(change.name)
    if change.description is not None:
        values["description"] = clean_description(change.description)
    if change.public is not None:
        values["public"] = change.public
    if change.ordering is not None:
        values["ordering"] = write_ordering(*read_ordering(change.ordering))
    return values


def _new_address() -> str:
    return b32encode(secrets.token_bytes(_RANDOM)).decode().rstrip("=").lower()


def by_name(one: Any) -> tuple[str, datetime, uuid.UUID]:
    """The order in which lists, or rows of them, are shown."""
    return sort_key(one.name), one.created_at, one.id
