"""What patrons of a library are told of maintenance and faults: written by IT, shown for a time, ending by itself."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select

from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.notice_text import clean_notice
from discovery_accounts.models import MaintenanceNotice
from discovery_accounts.services import events
from discovery_accounts.services.house import House
from discovery_accounts.services.problems import Code, Problem

LANGUAGES = ("fi", "sv", "en", "nb")
AT_ONCE = 5
"""How many of a library may be live or coming: more would push a page's own content away."""
LISTED_AFTER = 20


class NoticeKind(StrEnum):
    INFO = "info"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Draft:
    """A notice as it was typed. ``texts`` by language; those that are empty are left out."""

    library: str
    kind: str
    texts: Mapping[str, str]
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """A notice as it is kept; at least one text is there."""

    id: uuid.UUID
    library: str
    kind: NoticeKind
    texts: Mapping[str, str]
    starts_at: datetime
    ends_at: datetime

    def text_in(self, language: str) -> tuple[str, str]:
        """Language and text: the reader's, or else the first that was given."""
        for code in (language, *LANGUAGES):
            if code in self.texts:
                return code, self.texts[code]
        return next(iter(self.texts.items()))


class Maintenance:
    def __init__(self, house: House) -> None:
        self._house = house

    def post(self, member_id: uuid.UUID, draft: Draft) -> None:
        """Keep a notice. Raises ``BadShape`` about ``kind``, ``text_…``, ``ends`` or ``library``, ``Problem``
        ``unknown_library``."""
        now = self._house.now()
        if draft.library not in self._house.gateway.states():
            raise Problem(Code.UNKNOWN_LIBRARY, field="library")
        texts = _texts(draft.texts)
        if draft.kind not in set(NoticeKind):
            raise BadShape("kind", "missing")
        if draft.ends_at <= draft.starts_at:
            raise BadShape("ends", "too_early")
        if draft.ends_at <= now:
            raise BadShape("ends", "past")
        with self._house.database.writing() as session:
            live = session.scalars(
                select(MaintenanceNotice.id).where(
                    MaintenanceNotice.library == draft.library, MaintenanceNotice.ends_at > now
                )
            ).all()
            if len(live) >= AT_ONCE:
                raise BadShape("library", "too_many_notices")
            row = MaintenanceNotice(
                id=uuid.uuid4(),
                library=draft.library,
                kind=draft.kind,
                texts=texts,
                starts_at=draft.starts_at,
                ends_at=draft.ends_at,
                created_at=now,
                member_id=member_id,
            )
            session.add(row)
            events.record(
                session,
                events.NOTICE_POSTED,
                now,
                library=row.library,
                staff=str(member_id),
                notice=str(row.id),
                kind=row.kind,
                languages=" ".join(texts),
            )

    def end(self, member_id: uuid.UUID, libraries: Collection[str], notice_id: uuid.UUID) -> None:
        """Show it no longer, at once; one that is over already stays so. Raises ``Problem`` ``not_found``, also for
        a notice of another library."""
        now = self._house.now()
        with self._house.database.writing() as session:
            row = session.get(MaintenanceNotice, notice_id)
            if row is None or row.library not in libraries:
                raise Problem(Code.NOT_FOUND)
            if row.ends_at <= now:
                return
            row.ends_at = now
            row.starts_at = min(row.starts_at, now)
            events.record(
                session,
                events.NOTICE_ENDED,
                now,
                library=row.library,
                staff=str(member_id),
                notice=str(row.id),
            )

    def list(self, libraries: Collection[str]) -> tuple[tuple[Told, ...], tuple[Told, ...]]:
        """Those that are live or to come, the soonest first; and the last that are over."""
        now = self._house.now()
        ours = select(MaintenanceNotice).where(MaintenanceNotice.library.in_(libraries))
        coming = ours.where(MaintenanceNotice.ends_at > now).order_by(MaintenanceNotice.starts_at)
        over = ours.where(MaintenanceNotice.ends_at <= now).order_by(MaintenanceNotice.ends_at.desc())
        with self._house.database.reading() as session:
            return (
                tuple(map(_told, session.scalars(coming))),
                tuple(map(_told, session.scalars(over.limit(LISTED_AFTER)))),
            )

    def shown(self, libraries: Sequence[str], now: datetime) -> tuple[Told, ...]:
        """What is to be told now, warnings before the others."""
        if not libraries:
            return ()
        query = (
            select(MaintenanceNotice)
            .where(
                MaintenanceNotice.library.in_(libraries),
                MaintenanceNotice.ends_at > now,
                MaintenanceNotice.starts_at <= now,
            )
            .order_by(MaintenanceNotice.kind.desc(), MaintenanceNotice.starts_at, MaintenanceNotice.id)
        )
        with self._house.database.reading() as session:
            return tuple(map(_told, session.scalars(query)))


def _texts(typed: Mapping[str, str]) -> dict[str, str]:
    texts = {}
    for language in LANGUAGES:
        text = clean_notice(typed.get(language, ""), f"text_{language}")
        if text is not None:
            texts[language] = text
    if not texts:
        raise BadShape(f"text_{LANGUAGES[0]}", "none_given")
    return texts


def _told(row: MaintenanceNotice) -> Told:
    return Told(row.id, row.library, NoticeKind(row.kind), row.texts, row.starts_at, row.ends_at)
