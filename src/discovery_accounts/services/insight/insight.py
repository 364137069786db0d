"""Insight put together: every table merged until no group of people under the threshold can be computed from it.

Tables about the same people share their rows (``domain.small_groups``): those of members, and those of loans and
ages. Everybody sees parts of the same tables, and for a day the same ones: what two people are shown, or one before
and after somebody has signed up, can't be set against each other.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from discovery_accounts.domain.small_groups import Group, common_rows, merged, merged_together
from discovery_accounts.models import ImportedCount
from discovery_accounts.services.house import House
from discovery_accounts.services.insight.counting import count_members, months_until
from discovery_accounts.services.insight.shapes import (
    ALERT_BANDS,
    CARD_BANDS,
    EARLIER,
    LOAN_BANDS,
    SIGN_IN_DAYS,
    Counted,
    InsightTable,
    Subject,
)
from discovery_accounts.services.kept_tables import Kept, keep, kept

_MEMBERS = "insight"


def insight(house: House) -> tuple[InsightTable, ...]:
    """All tables. Those of loans and ages are there where somebody imported the numbers: nothing of it is kept here."""
    now, least = house.now(), house.settings.insight.threshold
    found = kept(house, _MEMBERS)
    with house.database.reading() as session:
        if found is None:
            found = _of_members(session, now, least)
            keep(house, _MEMBERS, found)
        own = (
            InsightTable(Subject(name), table, counted_at=found.counted_at)
            for name, table in found.tables.items()
        )
        return (*own, *_imported(session, months_until(now)[-1].date(), least))


def _of_members(session: Session, now: datetime, least: int) -> Kept:
    months = months_until(now)
    bands: Mapping[Subject, Sequence[str]] = {
        Subject.SIGN_INS: tuple(SIGN_IN_DAYS),
        Subject.JOINED: (EARLIER, *(month.strftime("%Y-%m") for month in reversed(months))),
        Subject.CARDS: tuple(CARD_BANDS),
        Subject.ALERTS: tuple(ALERT_BANDS),
    }
    counted = count_members(session, now, months)
    rows = _rows(counted[Subject.SIGN_INS], least)
    return Kept(
        now,
        {subject.value: merged(cells, rows, bands[subject], least) for subject, cells in counted.items()},
    )


def _rows(cells: Counted, least: int) -> tuple[Group, ...]:
    totals: dict[str, int] = {}
    for (library, _), number in cells.items():
        totals[library] = totals.get(library, 0) + number
    return common_rows(totals, least)


def _imported(session: Session, since: date, least: int) -> Iterator[InsightTable]:
    kinds = session.scalars(select(ImportedCount.kind).distinct().order_by(ImportedCount.kind)).all()
    loans = tuple(f"loans-{band}" for band in LOAN_BANDS)
    ages = tuple(sorted((kind for kind in kinds if kind.startswith("age-")), key=_age))
    people = {
        subject: (_latest(session, bands), bands)
        for subject, bands in ((Subject.LOANS, loans), (Subject.AGES, ages))
        if set(bands) & set(kinds)
    }
    for subject, published in zip(people, merged_together(tuple(people.values()), least), strict=True):
        yield InsightTable(subject, published)
    for kind in kinds:
        if kind not in loans and kind not in ages:
            yield _by_month(session, kind, since, least)


def _latest(session: Session, bands: Sequence[str]) -> Counted:
    """Of each library the numbers of the last day of which there are any."""
    last = (
        select(ImportedCount.library, func.max(ImportedCount.date).label("day"))
        .where(ImportedCount.kind.in_(bands))
        .group_by(ImportedCount.library)
        .subquery()
    )
    query = (
        select(ImportedCount.library, ImportedCount.kind, ImportedCount.count)
        .join(last, (last.c.library == ImportedCount.library) & (last.c.day == ImportedCount.date))
        .where(ImportedCount.kind.in_(bands))
    )
    return {(library, kind): number for library, kind, number in session.execute(query)}


def _by_month(session: Session, kind: str, since: date, least: int) -> InsightTable:
    query = select(ImportedCount.library, ImportedCount.date, ImportedCount.count)
    cells: Counted = {}
    for library, day, number in session.execute(
        query.where(ImportedCount.kind == kind, ImportedCount.date >= since)
    ):
        key = (library, day.strftime("%Y-%m"))
        cells[key] = cells.get(key, 0) + number
    months = sorted({month for _, month in cells})
    return InsightTable(Subject.IMPORTED, merged(cells, _rows(cells, least), months, least), kind)


def _age(kind: str) -> tuple[int, str]:
    """``age-0-12`` before ``age-13-17``."""
    digits = kind.removeprefix("age-").split("-")[0].rstrip("+")
    return (int(digits) if digits.isdigit() else 1000, kind)
