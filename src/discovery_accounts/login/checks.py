"""What ``logins check`` and the admin page ask of a login: steps that an IT person can read at night."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol, runtime_checkable


class Level(StrEnum):
    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was looked at. ``what`` is a constant English phrase (``metadata``, ``signing keys``,
    ``clock``, ``certificate``, ``bind``), ``found`` what was seen, ``advice`` what to do when it is not ok.
    ``until`` is a last day of validity, where that is what was looked at."""

    what: str
    level: Level
    found: str
    advice: str = ""
    until: date | None = None


@runtime_checkable
class ChecksItself(Protocol):
    """A login that can test its own settings. Never raises: a failure is a step."""

    def check(self) -> Iterator[Step]: ...
