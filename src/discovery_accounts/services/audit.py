"""Searching the audit: codes and ids, for IT. Each search is written down itself; a look at one person's or one
card's events takes a reason, and is shown to that person (rules 9.4)."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, select

from discovery_accounts.config.settings import RateLimit
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.models import Account, Event, LibraryCard
from discovery_accounts.services import events
from discovery_accounts.services.house import House
from discovery_accounts.services.place import Place, older_than
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.throttles import Throttles

PAGE = 50
SIXTY_IN_A_QUARTER = RateLimit(60, 900)


class AuditReason(StrEnum):
    """Why somebody's events are looked at. Not free text: that would hold what the audit must not."""

    ASKED = "asked"
    FAULT = "fault"
    MISUSE = "misuse"
    AUTHORITY = "authority"


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for; what is ``None`` is no matter. ``since`` and ``until`` are both included."""

    word: str | None = None
    library: str | None = None
    account_id: uuid.UUID | None = None
    card_id: uuid.UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    reason: str = ""
    after: Place | None = None


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One event. ``detail`` holds codes, ids and counts."""

    place: Place
    word: str
    library: str | None
    account_id: uuid.UUID | None
    card_id: uuid.UUID | None
    detail: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Findings:
    """Events, the newest first; ``older`` is where the next page goes on, ``None`` at the end."""

    events: tuple[AuditEvent, ...]
    older: Place | None


class Audit:
    def __init__(self, house: House) -> None:
        self._house = house

    def search(self, member_id: uuid.UUID, libraries: frozenset[str] | None, search: Search) -> Findings:
        """The events of these ``libraries``; ``None`` is all there are, those of no library too.

        Raises ``BadShape`` about ``reason``, ``word`` or ``ends``, ``Problem`` ``unknown_library`` for one that is
        not among them, ``too_many_attempts`` at the 61st search in a quarter of an hour.
        """
        _check(search)
        if search.library is not None and libraries is not None and search.library not in libraries:
            raise Problem(Code.UNKNOWN_LIBRARY, field="library")
        Throttles(self._house).count_asking("audit", SIXTY_IN_A_QUARTER, str(member_id))
        try:
            with self._house.database.reading() as session:
                rows = session.scalars(_query(libraries, search)).all()
                found = tuple(map(_event, rows[:PAGE]))
        finally:  # whatever happens, that somebody looked is known
            self._write_down(member_id, search)
        return Findings(found, found[-1].place if len(rows) > PAGE else None)

    def _write_down(self, member_id: uuid.UUID, search: Search) -> None:
        asked = [name for name in ("word", "library", "since", "until") if getattr(search, name) is not None]
        with self._house.database.writing() as session:
            account = session.get(Account, search.account_id) if search.account_id else None
            card = session.get(LibraryCard, search.card_id) if search.card_id else None
            events.record(
                session,
                events.STAFF_LOOKED,
                self._house.now(),
                library=search.library,
                account_id=account.id if account else None,
                card_id=card.id if card else None,
                staff=str(member_id),
                place="audit",
                reason=search.reason,
                by=" ".join(asked),
                page="next" if search.after else "first",
            )


def _check(search: Search) -> None:
    about_somebody = search.account_id is not None or search.card_id is not None
    if about_somebody and search.reason not in set(AuditReason):
        raise BadShape("reason", "missing")
    if search.word is not None and search.word not in events.WORDS:
        raise BadShape("word", "unknown")
    if search.since and search.until and search.until < search.since:
        raise BadShape("ends", "too_early")


def _query(libraries: frozenset[str] | None, search: Search) -> Select[Event]:
    query = select(Event).order_by(Event.at.desc(), Event.id.desc()).limit(PAGE + 1)
    if libraries is not None:
        query = query.where(Event.library.in_(libraries))
    if search.word is not None:
        query = query.where(Event.word == search.word)
    if search.library is not None:
        query = query.where(Event.library == search.library)
    if search.account_id is not None:
        query = query.where(Event.account_id == search.account_id)
    if search.card_id is not None:
        query = query.where(Event.card_id == search.card_id)
    if search.since is not None:
        query = query.where(Event.at >= search.since)
    if search.until is not None:
        query = query.where(Event.at <= search.until)
    if search.after is not None:
        query = query.where(older_than(search.after, Event.at, Event.id))
    return query


def _event(row: Event) -> AuditEvent:
    return AuditEvent(
        Place(row.at, row.id), row.word, row.library, row.account_id, row.card_id, row.detail or {}
    )
