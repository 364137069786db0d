"""A process that ends in the middle of its work: whatever it had not committed is not there."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from discovery_accounts.services.house import House

STATEMENT, COMMIT = "before_cursor_execute", "commit"


class Killed(BaseException):
    """Nothing in the house may catch it."""


@contextmanager
def killed(house: House, after: int, where: str = STATEMENT) -> Iterator[None]:
    """After so many statements, or at a commit after so many, nothing more reaches the database."""
    left = [after]

    def count_down(*_given: object) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise Killed

    event.listen(house.database.engine, where, count_down)
    try:
        yield
    except Killed:
        pass
    finally:
        event.remove(house.database.engine, where, count_down)
