"""How far long work tells that it has come, to whoever waits for it."""

from collections.abc import Callable

Progress = Callable[[int, int | None], None]
"""Told how much is done so far, and of how much; ``None`` where nobody knows. Never called within a transaction."""


def untold(_done: int, _of: int | None) -> None:
    """Nobody waits for it."""
