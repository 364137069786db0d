"""What every kind of source keeps to.

A source reads its catalogue from a mark on, in batches. Each batch tells the place where a reading that was cut off
goes on; the last one tells the new mark instead. Mark and place are text in the words of the kind, kept by whoever
reads.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol, runtime_checkable

from discovery_accounts.config.keys import Key
from discovery_accounts.config.settings import SourceSettings
from discovery_accounts.domain.new_record import NewRecord


class SourceFailed(Exception):
    """The source can't be read now. ``code`` is stable and says nothing of what was read: ``unreachable``,
    ``timed_out``, ``http_404``, ``not_xml``, …"""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code[:64]


class Busy(SourceFailed):
    """The source asks to be left alone for ``wait``."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__("busy")
        self.wait = wait


class PlaceLost(SourceFailed):
    """The source does not know the place any more: the reading starts over from the mark."""

    def __init__(self) -> None:
        super().__init__("place_lost")


@dataclass(frozen=True, slots=True)
class SoFar:
    """How far a source was read. ``mark`` and ``place`` are what its batches told, ``None`` before the first reading
    and between readings; ``now`` is the time of this reading."""

    now: datetime
    mark: str | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """``deleted`` are ids of records that the catalogue has no more; ``broken`` counts what was no record and was
    left out. Exactly one of ``place`` and ``mark`` is set: ``mark`` in the last batch of a reading. ``told_at`` is the
    source's own clock, where it tells."""

    records: tuple[NewRecord, ...] = ()
    deleted: tuple[str, ...] = ()
    broken: int = 0
    place: str | None = None
    mark: str | None = None
    told_at: datetime | None = None


@runtime_checkable
class Source(Protocol):
    def batches(self, so_far: SoFar) -> Iterator[Batch]:
        """The batches from there on, each as it is asked for. Raises ``SourceFailed``, ``Busy``, ``PlaceLost``; what
        was given before stays good. A mark or a place that makes no sense counts as none."""


@dataclass(frozen=True, slots=True)
class SourceKind:
    """One kind of source: the table of its own keys, and what makes a source of them.

    ``open`` gets the source's settings and the values of ``keys`` by name; it reads nothing yet and may raise
    ``ValueError``.
    """

    name: str
    keys: tuple[Key, ...]
    open: Callable[[SourceSettings, Mapping[str, Any]], Source] = field(repr=False)
