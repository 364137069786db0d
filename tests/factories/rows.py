"""Looking at the database from outside, as whoever stole a copy of it would."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import event, func, inspect, select, text
from sqlalchemy.orm import Session

from discovery_accounts.models import Base, Event
from discovery_accounts.services.house import House


def rows(house: House, model: type[Base], **where: Any) -> list[Any]:
    """All rows of a table, or those with these values, cut loose from the database."""
    with house.database.reading() as session:
        return list(session.scalars(select(model).filter_by(**where)))


def count(house: House, model: type[Base], **where: Any) -> int:
    with house.database.reading() as session:
        return session.scalar(select(func.count()).select_from(model).filter_by(**where)) or 0


def events(house: House, word: str) -> list[Event]:
    return rows(house, Event, word=word)


def write(house: House, statement: str, **values: Any) -> None:
    """A change of the database behind the back of the house."""
    with house.database.writing() as session:
        session.execute(text(statement), values)


def statements(house: House, action: Callable[[], object]) -> Counter[str]:
    """How many statements an act sends to the database, of each kind: ``write`` and ``read``."""
    seen: Counter[str] = Counter()

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        seen["write" if statement.split()[0] in {"INSERT", "UPDATE", "DELETE"} else "read"] += 1

    event.listen(house.database.engine, "before_cursor_execute", note)
    try:
        action()
    finally:
        event.remove(house.database.engine, "before_cursor_execute", note)
    return seen


def dump(house: House) -> bytes:
    """Every value of every table, as text and as the bytes it is."""
    with house.database.reading() as session:
        return b"\n".join(_values(session))


def _values(session: Session) -> Iterator[bytes]:
    connection = session.connection()
    for table in inspect(connection).get_table_names():
        for row in connection.execute(text(f'SELECT * FROM "{table}"')):
            for value in row:
                yield bytes(value) if isinstance(value, (bytes, memoryview)) else str(value).encode()
