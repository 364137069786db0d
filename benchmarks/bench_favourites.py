"""The favourites page of 50 items: its statements, its CPU against the smallest page that Pyramid can serve, and
against the same page whose items are read by an ORM that loads what belongs to them when it is asked for.

In one process, one thread, by WSGI, with a session cookie, as a browser asks; memory is collected as ``serve`` does it.
"""

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from _favourites import favourites_house, item, make_list, person
from _table import Row, at_least, at_most, below, middle, percentile, show, told
from bench_cached_page import hello_app
from sqlalchemy import ForeignKey, event, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship
from webob import Request

from discovery_accounts.cli.serve import collect_rarely
from discovery_accounts.domain.actor import Actor
from discovery_accounts.domain.favourites import Order
from discovery_accounts.services.favourites.items import Items
from discovery_accounts.services.favourites.lists import Favourites
from discovery_accounts.services.favourites.shapes import BriefItem, ItemPage, ListInfo, ListName, Wish
from discovery_accounts.services.house import House
from discovery_accounts.web.application import make_app
from discovery_accounts.web.pages import favourite_list

ROUNDS = 60
HELLOS, PAGES = 50, 5  # in a row, so that samples are about as likely to be disturbed, and as warm
ITEMS, RECORDS, PAGE = 1000, 20_000, 50

App = Callable[..., Any]


class LazyBase(DeclarativeBase):
    pass


class Record(LazyBase):
    """Where peers keep what a favourite is: a table of records, apart from who saved them."""

    __tablename__ = "bench_record"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    author: Mapped[str]
    year: Mapped[int]
    record_id: Mapped[str]


class Saved(LazyBase):
    __tablename__ = "bench_saved"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("bench_record.id"))
    note: Mapped[str]
    position: Mapped[int] = mapped_column(index=True)
    record: Mapped[Record] = relationship()
    tags: Mapped[list["Tag"]] = relationship()


class Tag(LazyBase):
    __tablename__ = "bench_tag"
    id: Mapped[int] = mapped_column(primary_key=True)
    saved_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("bench_saved.id"), index=True)
    tag: Mapped[str]


class LazyItems:
    """Gives the page what ``Items`` gives it; two statements an item, as peers' pages have."""

    def __init__(self, house: House) -> None:
        self._house = house

    def page_among_lists(
        self, actor: Actor, list_id: uuid.UUID, _wish: Wish
    ) -> tuple[ItemPage[BriefItem], tuple[ListName, ...]]:
        info: ListInfo = Favourites(self._house).show(actor, list_id)
        with self._house.database.reading() as session:
            some = session.scalars(select(Saved).order_by(Saved.position).limit(PAGE + 1)).all()
            rows = tuple(self._row(one) for one in some[:PAGE])
            others = tuple(ListName(one.id, one.name) for one in Favourites(self._house).lists(actor)[1:])
        return ItemPage(info, rows, uuid.UUID(rows[-1].id), Order.MANUAL, descending=False), others

    @staticmethod
    def _row(one: Saved) -> BriefItem:
        record = one.record
        told = (one.id.hex, "finna", record.record_id, record.title, record.author, record.year, "Book")
        return BriefItem(*told, one.note, tuple(tag.tag for tag in one.tags))


@contextmanager
def lazily() -> Iterator[None]:
    favourite_list.Items = LazyItems  # type: ignore[misc, assignment]
    try:
        yield
    finally:
        favourite_list.Items = Items  # type: ignore[misc]


def fill_lazy(house: House) -> None:
    LazyBase.metadata.create_all(house.database.engine)
    with Session(house.database.engine) as session, session.begin():
        for number in range(RECORDS):
            record = item(number).snapshot
            session.add(
                Record(
                    id=number,
                    title=record.title,
                    author=record.author,
                    year=record.year,
                    record_id=record.record_id,
                )
            )
        session.flush()
        for number in range(ITEMS):
            saved = Saved(id=uuid.uuid4(), record_id=number, note=item(number).note, position=number)
            saved.tags = [Tag(tag=tag) for tag in item(number).tags]
            session.add(saved)


def _cpu(app: App, path: str, headers: dict[str, str], times: int = 1) -> float:
    """CPU milliseconds of this process for one page, taken whole."""
    before = time.process_time()
    for _ in range(times):
        answer = Request.blank(path, headers=headers).send(app)
        assert answer.status_int == 200, answer.status
        _ = answer.body
    return 1000 * (time.process_time() - before) / times


def _statements(house: House, app: App, path: str, headers: dict[str, str]) -> int:
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    event.listen(house.database.engine, "before_cursor_execute", note)
    try:
        _cpu(app, path, headers)
    finally:
        event.remove(house.database.engine, "before_cursor_execute", note)
    return sum(not one.startswith("BEGIN") for one in sent)


def measure(house: House, app: App, path: str, headers: dict[str, str]) -> list[Row]:
    hello = hello_app()
    ours = _statements(house, app, path, headers)
    with lazily():
        theirs = _statements(house, app, path, headers)
    size = len(Request.blank(path, headers=headers).send(app).body)
    took: dict[str, list[float]] = {"hello": [], "page": [], "lazy": []}
    for _ in range(ROUNDS):
        took["hello"].append(_cpu(hello, "/", headers, HELLOS))
        took["page"].append(_cpu(app, path, headers, PAGES))
        with lazily():
            took["lazy"].append(_cpu(app, path, headers, PAGES))
    base, page, lazy = (percentile(each, 10) for each in took.values())
    return [
        below("statements of a page, the session's included", ours, 5, "", f"{theirs} lazily"),
        at_most(f"CPU of a page of {PAGE}, {size // 1000} KB", page, base, 80, "Pyramid hello"),
        at_least("the same page, its items loaded lazily", lazy, page, 5, "ours", "ms"),
        told("median of the page", middle(took["page"]), "ms"),
    ]


def main() -> None:
    with favourites_house() as (house, values):
        actor, token = person(house)
        list_id = make_list(house, actor, ITEMS)
        fill_lazy(house)
        app = make_app(values, house)
        collect_rarely()
        headers = {"Cookie": f"__Host-accounts_session={token}", "Accept-Language": "fi"}
        rows = measure(house, app, f"/favourites/{list_id}", headers)
    show(
        f"The favourites page, {PAGE} of {ITEMS:,} items, in process, one thread",
        rows,
        f"The tenth percentile of {ROUNDS} interleaved rounds: what else runs here only ever adds.",
    )


if __name__ == "__main__":
    main()
