"""Opening the database: one engine a process, set up for SQLite or PostgreSQL.

A :class:`Database` hands out short transactions. ``reading`` and ``writing`` say what is meant,
because SQLite needs to know before the first statement: a transaction that starts by reading
and then writes can fail where one that took the write lock at once would only have waited.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

_WRITES = "accounts_writes"
_BULK_MEMORY = 24_000  # kB, of which SQLite takes what it needs


def open_engine(url: str, *, pool_size: int = 5) -> Engine:
    """An engine for ``sqlite:///…`` or ``postgresql+psycopg://…``. Parameters never show in errors or logs."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(
            parsed, hide_parameters=True, connect_args={"timeout": 15, "check_same_thread": False}
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(
        parsed, hide_parameters=True, pool_size=pool_size, max_overflow=pool_size, pool_pre_ping=True
    )


def _prepare_sqlite(connection: Any, _entry: ConnectionPoolEntry) -> None:
    # The driver's own transaction handling breaks savepoints and SELECT-only transactions; we send BEGIN.
    connection.isolation_level = None
    for pragma in ("journal_mode = WAL", "foreign_keys = ON", "synchronous = NORMAL", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


class Database:
    """Short transactions over one engine. Nothing outside waits while one is open."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._reading = engine
        self._writing = engine.execution_options(**{_WRITES: True})

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that changes nothing; rolled back at its end."""
        with Session(self._reading, expire_on_commit=False, autoflush=False) as session:
            yield session

    @contextmanager
    def columns(self) -> Iterator[Connection]:
        """As ``reading``, where no objects are wanted: a session would cost as much as a short statement does."""
        with self._reading.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that is committed at its end, or rolled back when an exception leaves it."""
        with Session(self._writing, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def writing_in_bulk(self) -> Iterator[Session]:
        """The same for very many rows, all over large tables, whose keys were read in this very transaction from the
        tables that they refer to: SQLite is lent memory for their pages, and does not look every key up again."""
        with (
            self._writing.connect() as connection,
            _prepared_for_bulk(connection),
            Session(connection, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    def close(self) -> None:
        self.engine.dispose()


@contextmanager
def _prepared_for_bulk(connection: Connection) -> Iterator[None]:
    """Not by statements of ``connection``, which would begin its transaction; undone when that has ended."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.dbapi_connection
    (memory,) = driver.execute("PRAGMA cache_size").fetchone()
    driver.execute(f"PRAGMA cache_size = -{_BULK_MEMORY}")
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys = ON")
        driver.execute(f"PRAGMA cache_size = {memory}")
