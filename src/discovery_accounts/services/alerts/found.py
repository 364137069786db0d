"""What an alert found: all of it, the newest first, page by page."""

import json
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from discovery_accounts.domain.actor import Actor
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.new_record import BrokenRecord, NewRecord, from_line
from discovery_accounts.models import Alert, AlertNews, CatalogueRecord, QueryMatch
from discovery_accounts.services.alerts.alerts import require_sight
from discovery_accounts.services.alerts.shapes import Match, MatchPage
from discovery_accounts.services.house import House
from discovery_accounts.services.problems import Code, Problem

PER_PAGE = 50
_RUNS_AT_ONCE = 50


class Found:
    def __init__(self, house: House) -> None:
        self._house = house

    def page(
        self, actor: Actor, alert_id: uuid.UUID, after: str | None = None, count: int = PER_PAGE
    ) -> MatchPage:
        """``after`` is the ``next`` of the page before. Raises ``BadShape`` about ``after``; ``Problem``
        ``not_found``, ``step_up_required``."""
        require_sight(actor)
        place = _place(after)
        with self._house.database.reading() as session:
            own = select(Alert.id).where(Alert.id == alert_id, Alert.account_id == actor.account_id)
            if session.scalar(own) is None:
                raise Problem(Code.NOT_FOUND)
            return matches_of(session, alert_id, place, count)


def matches_of(session: Session, alert_id: uuid.UUID, place: tuple[int, int] | None, count: int) -> MatchPage:
    """``place`` is the run's finds and how many of them were shown: where this page goes on."""
    wanted: list[tuple[int, datetime]] = []
    before, skip = place or (None, 0)
    following: str | None = None
    while len(wanted) <= count:
        rows = _runs(session, alert_id, before, inclusive=skip > 0)
        for match_id, at, records in rows:
            ids = [int(one) for one in json.loads(records)]
            for position in range(skip, len(ids)):
                if len(wanted) == count:
                    return MatchPage(_matches(session, wanted), following)
                wanted.append((ids[position], at))
                following = f"{match_id}.{position + 1}"
            before, skip = match_id, 0
        if len(rows) < _RUNS_AT_ONCE:
            break
    return MatchPage(_matches(session, wanted), None)


def _runs(
    session: Session, alert_id: uuid.UUID, before: int | None, *, inclusive: bool
) -> Sequence[tuple[int, datetime, str]]:
    query = (
        select(QueryMatch.id, AlertNews.at, QueryMatch.records)
        .join(AlertNews, AlertNews.match_id == QueryMatch.id)
        .where(AlertNews.alert_id == alert_id)
        .order_by(AlertNews.match_id.desc())
        .limit(_RUNS_AT_ONCE)
    )
    if before is not None:
        here = AlertNews.match_id <= before if inclusive else AlertNews.match_id < before
        query = query.where(here)
    return [(row.id, row.at, row.records) for row in session.execute(query)]


def _matches(session: Session, wanted: Sequence[tuple[int, datetime]]) -> tuple[Match, ...]:
    columns = (
        CatalogueRecord.id,
        CatalogueRecord.source,
        CatalogueRecord.record_id,
        CatalogueRecord.content,
        CatalogueRecord.gone_at,
    )
    ids = [row_id for row_id, _at in wanted]
    rows: dict[int, Any] = {}
    for start in range(0, len(ids), 500):
        some = select(*columns).where(CatalogueRecord.id.in_(ids[start : start + 500]))
        rows |= {row.id: row for row in session.execute(some)}
    found = []
    for row_id, at in wanted:
        if (row := rows.get(row_id)) is None:
            continue
        record = _record(row.content)
        found.append(
            Match(
                record_id=row.record_id,
                source=row.source,
                title=record.title if record else "",
                matched_at=at,
                authors=record.authors if record else (),
                year=record.year if record else None,
                format=record.format if record else None,
                gone=row.gone_at is not None,
            )
        )
    return tuple(found)


def _record(content: str | None) -> NewRecord | None:
    try:
        return from_line(content) if content else None
    except BrokenRecord:  # written by another version of ours
        return None


def _place(after: str | None) -> tuple[int, int] | None:
    if not after:
        return None
    run, dot, shown = after.partition(".")
    if not dot or not all(part.isascii() and part.isdigit() and len(part) < 16 for part in (run, shown)):
        raise BadShape("after", "bad_format")
    return int(run), int(shown)
