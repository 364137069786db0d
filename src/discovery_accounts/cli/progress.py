"""How far long work has come: a bar on a terminal, elsewhere a line now and then.

On standard error: what a command answers, JSON or words, stands on standard output without it.
"""

import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from types import TracebackType
from typing import Self

import click

BETWEEN_LINES = 10.0
_BETWEEN_DRAWINGS = 0.1
"""Seconds."""


class Telling:
    """``with Telling("Matching") as progress:`` gives a ``services.progress.Progress``. Work of several parts, each
    with a number of its own, has a bar for each."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._stack = ExitStack()
        self._step: Callable[[int], None] | None = None
        self._drawn = (0, 0)
        self._running = False
        self._next = time.monotonic() + (0 if sys.stderr.isatty() else BETWEEN_LINES)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def __call__(self, done: int, of: int | None) -> None:
        on_terminal = sys.stderr.isatty()
        now = time.monotonic()
        if now < self._next and not (on_terminal and done == of):
            return
        self._next = now + (_BETWEEN_DRAWINGS if on_terminal else BETWEEN_LINES)
        if on_terminal:
            self._draw(done, of)
        else:
            click.echo(_words(self._label, done, of), err=True)

    def _draw(self, done: int, of: int | None) -> None:
        if of is None:
            click.echo(f"\r{_words(self._label, done, of)}\r", nl=False, err=True)
            self._running = True
            return
        before, length = self._drawn
        if self._step is None or length != of or done < before:
            self._end()
            bar = click.progressbar(length=of, label=self._label, file=sys.stderr)
            self._step, before = self._stack.enter_context(bar).update, 0
        self._step(done - before)
        self._drawn = (done, of)
        if done >= of:
            self._end()

    def _end(self) -> None:
        """Leave what was drawn, and go to a new line."""
        if self._running:
            click.echo(err=True)
        self._stack.close()
        self._step, self._running = None, False


def _words(label: str, done: int, of: int | None) -> str:
    return f"{label}: {done:,}" + ("" if of is None else f" of {of:,}")
