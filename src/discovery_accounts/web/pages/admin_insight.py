"""Insight for staff: counts of members as drawings and tables, and as a file (rules 9.5).

Everybody sees lines of the same published tables: those whose libraries are all theirs.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from pyramid.response import Response

from discovery_accounts.domain.small_groups import Published
from discovery_accounts.locale.catalogues import translations
from discovery_accounts.security.permissions import Access, Permission
from discovery_accounts.services.favourites.csv_file import MARK, make_safe
from discovery_accounts.services.insight.insight import insight
from discovery_accounts.services.insight.shapes import InsightTable, Subject, active_and_passive
from discovery_accounts.web.insight_words import TITLES, band_title
from discovery_accounts.web.pages.admin_charts import HEIGHT, WIDTH, Bar, ChartView
from discovery_accounts.web.pages.admin_nav import access_for, admin_nav
from discovery_accounts.web.pages.views import library_title
from discovery_accounts.web.visit import Visit

_SEMICOLONS = {"fi", "sv", "nb"}


@dataclass(frozen=True, slots=True)
class InsightRow:
    """One library, or several together; ``active`` and ``passive`` are ``None`` where that is not told."""

    title: str
    counts: tuple[int, ...]
    total: int
    active: int | None = None
    passive: int | None = None


@dataclass(frozen=True, slots=True)
class TableView:
    """``rows`` is empty where the groups are too small; ``sums`` only where every line is shown and there are more
    than one. ``chart`` is ``None`` where there is one column. ``merged`` says that some are counted together."""

    id: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[InsightRow, ...]
    sums: tuple[int, ...]
    chart: ChartView | None
    merged: bool
    divided: bool


def show(visit: Visit) -> Response:
    access = access_for(visit, Permission.SEE_INSIGHT)
    tables = insight(visit.house)
    subjects = {table.subject for table in tables}
    return visit.render(
        "admin_insight.html",
        section="admin",
        nav=admin_nav(visit, access, "admin_insight"),
        tables=_views(visit, access, tables),
        threshold=visit.settings.insight.threshold,
        counted_at=next((table.counted_at for table in tables if table.counted_at), None),
        no_loans=Subject.LOANS not in subjects,
        no_ages=Subject.AGES not in subjects,
    )


def export(visit: Visit) -> Response:
    """The same tables as one file: a line for each number."""
    access = access_for(visit, Permission.SEE_INSIGHT)
    file = io.StringIO()
    separator = ";" if visit.language in _SEMICOLONS else ","
    writer = csv.writer(file, delimiter=separator, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(("table", "library", "group", "count"))
    for table in _views(visit, access, insight(visit.house)):
        for row in table.rows:
            for column, number in zip(table.columns, row.counts, strict=True):
                writer.writerow(tuple(map(make_safe, (table.title, row.title, column, str(number)))))
    day = visit.now.astimezone(visit.zone).date().isoformat()
    return Response(
        body=(MARK + file.getvalue()).encode(),
        content_type="text/csv",
        charset="utf-8",
        content_disposition=f'attachment; filename="insight-{day}.csv"',
    )


def _views(visit: Visit, access: Access, tables: Sequence[InsightTable]) -> tuple[TableView, ...]:
    return tuple(_view(visit, access, table, number) for number, table in enumerate(tables, start=1))


def _view(visit: Visit, access: Access, table: InsightTable, number: int) -> TableView:
    say = translations(visit.language).gettext
    title = say(TITLES[table.subject]).replace("%(kind)s", table.kind)
    published = table.published
    places = [
        place
        for place, names in enumerate(published.rows if published else ())
        if all(access.may(Permission.SEE_INSIGHT, name) for name in names)
    ]
    if published is None or not places:
        return TableView(f"accounts-insight-{number}", title, (), (), (), None, merged=False, divided=False)
    rows = tuple(_row(visit, table.subject, published, place) for place in places)
    groups = [*published.columns, *(published.rows[place] for place in places)]
    whole = len(rows) == len(published.rows) > 1
    return TableView(
        id=f"accounts-insight-{number}",
        title=title,
        columns=tuple(band_title(say, table.subject, names) for names in published.columns),
        rows=rows,
        sums=(*published.column_sums, sum(published.column_sums)) if whole else (),
        chart=_chart([sum(numbers) for numbers in zip(*(row.counts for row in rows), strict=True)]),
        merged=any(len(names) > 1 for names in groups),
        divided=any(row.active is not None for row in rows),
    )


def _row(visit: Visit, subject: Subject, published: Published, place: int) -> InsightRow:
    title = " + ".join(library_title(visit, name) for name in published.rows[place])
    parts = active_and_passive(published, place) if subject is Subject.SIGN_INS else None
    active, passive = parts if parts is not None else (None, None)
    return InsightRow(title, published.cells[place], published.row_sums[place], active, passive)


def _chart(numbers: Sequence[int]) -> ChartView | None:
    """A bar for each column; one alone would say nothing."""
    if len(numbers) < 2:
        return None
    top = max(numbers)
    step = WIDTH / len(numbers)
    bars = []
    for place, number in enumerate(numbers):
        height = round(max(2.0, HEIGHT * number / top), 1)
        x = round(place * step + step * 0.1, 1)
        bars.append(Bar("answered", x, round(HEIGHT - height, 1), height, int(step * 0.8)))
    return ChartView(tuple(bars), top)
