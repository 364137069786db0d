"""A card's log, for its holder: who looked, who acted, when (rules 3.7, 9.4). Codes and names, never a title or a
number. What the holder ended silently stands here too: this is the one place that tells all of it.

An event of a card has as its account who did it, and in its detail ``link`` whose link it was done to. Where the
account is gone, only that it is; what the library told by itself and what staff did have other words.
"""

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session

from discovery_accounts.domain.access import Action
from discovery_accounts.domain.actor import Actor
from discovery_accounts.domain.masking import mask_name
from discovery_accounts.models import Account, Event, Identity, Link
from discovery_accounts.services.account_cards import AccountCard
from discovery_accounts.services.audit_chain.purging import audit_lasts
from discovery_accounts.services.card_log_words import BY_ACCOUNTS, BY_LIBRARY, BY_STAFF, SHOWN, By, who_did
from discovery_accounts.services.house import House
from discovery_accounts.services.own_cards import OwnCards
from discovery_accounts.services.place import Place, older_than

PAGE = 50


@dataclass(frozen=True, slots=True)
class Person:
    """An account as the card's holder may know it. ``library`` is one that it signs in by, where it has no name;
    ``link`` by which link it has, or had, the card."""

    link: uuid.UUID | None
    name: str | None = field(repr=False)
    library: str | None
    mine: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """``what`` is a word of ``services.events``; ``scopes`` what was seen, or may be done since. ``whose`` is whose
    link it was done to, if not their own. ``by_itself``: by a calendar or a mail that the account has asked for.
    ``silent``: they were not told. ``outcome`` is a code: what came of it, or why."""

    at: datetime
    what: str
    by: By
    who: Person | None = None
    whose: Person | None = None
    scopes: tuple[str, ...] = ()
    count: int | None = None
    by_itself: bool = False
    silent: bool = False
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class CardLog:
    """A part of the log, the newest first; ``next`` is where it goes on. ``people`` are all who have or had it."""

    card: AccountCard
    entries: tuple[Entry, ...]
    people: tuple[Person, ...]
    next: Place | None


class CardLogs:
    def __init__(self, house: House) -> None:
        self._house = house

    def read(
        self,
        actor: Actor,
        card_id: uuid.UUID,
        *,
        after: Place | None = None,
        by: By | None = None,
        link: uuid.UUID | None = None,
    ) -> CardLog:
        """Of two years. ``by`` and ``link`` choose whose doings: of staff, of the library, or of the account that
        has this link, what was done to it included. Raises ``Problem``: ``no_such_card``, ``holder_only``."""
        card = OwnCards(self._house).check(actor, card_id, Action.DECIDE_WHO_SEES)
        query = (
            select(Event)
            .where(
                Event.card_id == card_id,
                Event.word.in_(SHOWN),
                Event.at >= self._house.now() - audit_lasts(self._house),
            )
            .order_by(Event.at.desc(), Event.id.desc())
            .limit(PAGE + 1)
        )
        if after is not None:
            query = query.where(older_than(after, Event.at, Event.id))
        with self._house.database.reading() as session:
            owners = _owners(session, card_id)
            if by is not None or link is not None:
                query = query.where(_chosen(by, owners.get(link) if link else None))
            rows = session.scalars(query).all()
            people = _people(session, actor, owners, rows)
        told = rows[:PAGE]
        more = Place(told[-1].at, told[-1].id) if len(rows) > PAGE else None
        return CardLog(
            card,
            tuple(_entry(row, people, owners) for row in told),
            tuple(people[account] for account in owners.values() if account in people),
            more,
        )


def _chosen(by: By | None, account_id: uuid.UUID | None) -> ColumnElement[bool]:
    if by is By.STAFF:
        return or_(Event.word.in_(BY_STAFF), Event.detail["by"].as_string() == "staff")
    if by is By.LIBRARY:
        return or_(Event.word.in_(BY_LIBRARY), Event.detail["by"].as_string() == "library")
    if by is By.GONE:
        return and_(Event.account_id.is_(None), Event.word.in_(BY_ACCOUNTS))
    if account_id is None:
        return false()
    return and_(Event.account_id == account_id, Event.word.in_(BY_ACCOUNTS))


def _owners(session: Session, card_id: uuid.UUID) -> dict[uuid.UUID | None, uuid.UUID]:
    """Whose the links to a card are or were, the oldest first."""
    query = select(Link.id, Link.account_id).where(Link.card_id == card_id).order_by(Link.since, Link.id)
    return {row.id: row.account_id for row in session.execute(query)}


def _people(
    session: Session,
    actor: Actor,
    owners: Mapping[uuid.UUID | None, uuid.UUID],
    rows: Iterable[Event],
) -> dict[uuid.UUID, Person]:
    wanted = {*owners.values(), *(row.account_id for row in rows if row.account_id is not None)}
    links = {account: link for link, account in owners.items()}
    names = session.execute(select(Account.id, Account.name).where(Account.id.in_(wanted))).all()
    libraries = _libraries(session, [account for account, name in names if not name])
    found = {}
    for account, name in names:
        mine = account == actor.account_id
        told = name if actor.sees_all or mine or not name else mask_name(name)
        library = libraries.get(account) if actor.sees_all else None
        found[account] = Person(links.get(account), told, library, mine)
    return found


def _libraries(session: Session, account_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """By which library's card each of these accounts signs in, if it does."""
    query = (
        select(Identity.account_id, Identity.issuer)
        .where(Identity.account_id.in_(account_ids), Identity.login == "card")
        .order_by(Identity.created_at)
    )
    return {row.account_id: row.issuer for row in session.execute(query)}


def _entry(
    row: Event, people: Mapping[uuid.UUID, Person], owners: Mapping[uuid.UUID | None, uuid.UUID]
) -> Entry:
    detail = row.detail or {}
    by = who_did(row.word, row.account_id, str(detail.get("by", "")), str(detail.get("way", "")))
    who = people.get(row.account_id) if by is By.ACCOUNT and row.account_id else None
    touched = owners.get(_id(detail.get("link")))
    whose = people.get(touched) if touched and (by is not By.ACCOUNT or touched != row.account_id) else None
    count = detail.get("renewed", detail.get("count"))
    return Entry(
        row.at,
        row.word,
        By.GONE if by is By.ACCOUNT and who is None else by,
        who,
        whose,
        tuple(str(detail.get("scopes") or "").split()),
        count if isinstance(count, int) else None,
        bool(detail.get("by_itself")),
        bool(detail.get("silent")),
        str(detail.get("outcome") or detail.get("reason") or detail.get("state") or ""),
    )


def _id(value: object) -> uuid.UUID | None:
    try:
        return uuid.UUID(str(value))
    except ValueError:
        return None
