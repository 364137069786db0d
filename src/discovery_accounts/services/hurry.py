"""Asking for a job to be run now, because somebody waits for what it does.

The clock of this process listens, where there is one; elsewhere the job comes when it is due anyway.
"""

from collections.abc import Callable

SEND_MAIL = "send-mail"
"""The job that sends messages: somebody waits for a code."""


class Hurry:
    def __init__(self) -> None:
        self._listeners: list[Callable[[str], None]] = []

    def listen(self, listener: Callable[[str], None]) -> None:
        """Have ``listener`` called with the name of every job that somebody waits for; it must not block."""
        self._listeners.append(listener)

    def ask(self, job: str) -> None:
        for listener in self._listeners:
            listener(job)
