"""Accounts that end: pages at any depth, warning, erasing; against deleting by the ORM, and by two workers.

``--accounts 2000000`` is the full size. ``--database postgresql+psycopg://…`` is an empty database on a server; two
workers are measured there only, for SQLite has one writer.
"""

import argparse
import resource
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory

from _ending_accounts import CHILDREN, fill, migrated, opened
from _orm_delete import delete_by_orm
from _processes import child
from _table import Row, at_least, at_most, below, middle, show, told
from sqlalchemy import select, update

from discovery_accounts.models import Account, AccountWarning, LibraryCard, Link, OutboxMessage
from discovery_accounts.services.endings.candidates import Candidates, Place
from discovery_accounts.services.endings.expiring import expire_accounts
from discovery_accounts.services.house import House

NOW = datetime(2026, 11, 20, 6, tzinfo=UTC)
PAGES = 30
BY_ORM = 300
WARN_A_SECOND, ERASE_A_SECOND = 20_000, 5_000


def seconds(work: Callable[[], object]) -> float:
    before = time.perf_counter()
    work()
    return time.perf_counter() - before


def megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def pages(house: House) -> Row:
    """The first page and those far in, each the middle of many readings."""
    candidates = Candidates(house, NOW)
    far: Place | None = None
    with house.database.reading() as session:
        deep = select(Account.last_sign_in_at, Account.id).where(Account.last_sign_in_at < NOW)
        total = session.query(Account).filter(Account.last_sign_in_at < NOW - timedelta(days=365)).count()
        row = session.execute(
            deep.order_by(Account.last_sign_in_at, Account.id).offset(total * 9 // 10).limit(1)
        ).one()
        far = (row.last_sign_in_at, row.id)
        first, there = (
            middle([seconds(lambda at=at: candidates.page(session, at)) for _ in range(PAGES)])  # type: ignore[misc]
            for at in (None, far)
        )
    return at_most("a page nine tenths in", there * 1000, first * 1000, 2, "the first page")


def warn(house: House, count: int) -> float:
    """Accounts a second."""
    taken = seconds(lambda: expire_accounts(house, NOW, count))
    return count / taken


def deliver(house: House) -> None:
    """As if the mail server had taken every warning, eight days ago."""
    at = NOW - timedelta(days=8)
    with house.database.writing() as session:
        session.execute(update(OutboxMessage).values(state="sent", sent_at=at, sealed=None, key_id=None))
        session.execute(update(AccountWarning).values(state="delivered", settled_at=at))


def by_orm(house: House) -> float:
    """The baseline: each account loaded with what hangs on it, and deleted object by object; accounts a second."""
    with house.database.reading() as session:
        ids = session.scalars(select(Account.id).where(Account.ended_at.is_not(None)).limit(BY_ORM)).all()

    def work() -> None:
        for one in ids:
            with house.database.writing() as session:
                cards = session.scalars(select(LibraryCard).join(Link).where(Link.account_id == one)).all()
                delete_by_orm(session, session.get_one(Account, one))
                for card in cards:
                    delete_by_orm(session, card)

    return len(ids) / seconds(work)


def _worker(connection: Connection, folder: Path, url: str, count: int) -> None:
    house = opened(folder, url, NOW)
    connection.send("ready")
    connection.recv()
    report = expire_accounts(house, NOW + timedelta(days=15), count)
    connection.send(report.did["erased"])


def two_workers(folder: Path, url: str, count: int) -> float:
    """Accounts a second, erased by two processes."""
    with child(_worker, folder, url, count // 2) as one, child(_worker, folder, url, count // 2) as other:
        both = (one, other)
        for each in both:
            each.recv()
        before = time.perf_counter()
        for each in both:
            each.send("go")
        done = sum(each.recv() for each in both)
        return float(done / (time.perf_counter() - before))


def measured(folder: Path, url: str, accounts: int) -> list[Row]:
    migrated(url)
    house = opened(folder, url, NOW)
    fill(house, accounts, NOW)
    over = accounts // 2
    rows = [pages(house)]
    before = megabytes()
    warned = warn(house, over)
    rows.append(at_least("warned", warned, WARN_A_SECOND, 1, "the goal", "a second"))
    deliver(house)
    rows.append(told("ended", over / seconds(lambda: expire_accounts(house, NOW, over)), "a second"))
    orm = by_orm(house)
    part = (over - BY_ORM) // 3
    later = NOW + timedelta(days=15)
    erased = part / seconds(lambda: expire_accounts(house, later, part))
    rows.append(at_least(f"erased, {CHILDREN} rows each", erased, ERASE_A_SECOND, 1, "the goal", "a second"))
    rows.append(at_least("erased", erased, orm, 30, "by the ORM", "a second"))
    rows.append(below("memory on top", megabytes() - before, 50, "MB"))
    if not url.startswith("sqlite"):
        both = two_workers(folder, url, part * 2)
        rows.append(at_least("erased by two workers", both, erased, 1.5, "by one", "a second"))
    house.close()
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=100_000)
    parser.add_argument("--database", default="")
    given = parser.parse_args()
    with TemporaryDirectory() as name:
        folder = Path(name)
        url = given.database or f"sqlite:///{folder / 'accounts.db'}"
        rows = measured(folder, url, given.accounts)
    show(f"Accounts that end, {given.accounts:,}", rows, "Of the accounts every second one is over its time.")


if __name__ == "__main__":
    main()
