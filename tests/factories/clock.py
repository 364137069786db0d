"""A clock that tests move."""

from datetime import UTC, datetime, timedelta


class MovableClock:
    """Runs with the real one, moved by what a test adds."""

    def __init__(self) -> None:
        self._moved = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._moved

    def advance(self, **by: float) -> None:
        self._moved += timedelta(**by)
