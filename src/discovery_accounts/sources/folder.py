"""A folder into which a catalogue puts files of records; each file is read once.

The mark is what was read: names, sizes and times of change. A file that was changed within the last minute waits, for
it may still be written. What is in a file is its own affair: one that is broken is read as far as it goes, counted
and not read again until it changes.
"""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from discovery_accounts.config import parsers
from discovery_accounts.config.keys import Key
from discovery_accounts.config.settings import SourceSettings
from discovery_accounts.domain.new_record import NewRecord
from discovery_accounts.sources.api import Batch, SoFar, Source, SourceFailed, SourceKind
from discovery_accounts.sources.files import ENDINGS, Entry, to_records
from discovery_accounts.sources.marc_options import MarcOptions, marc_keys, marc_options

_AT_ONCE = 500
_SETTLES = timedelta(minutes=1)

Seen = dict[str, list[int]]
"""By a file's name its size in bytes and its time of change in nanoseconds. A name that is no UTF-8 can be written in
the database as JSON in ASCII only."""


@dataclass(frozen=True, slots=True)
class _Place:
    """``read`` is done; of ``name``, as it was then, the first ``entries`` are."""

    read: Seen = field(default_factory=dict)
    name: str = ""
    state: list[int] = field(default_factory=list)
    entries: int = 0

    def to_json(self) -> str:
        told = {"read": self.read, "name": self.name, "state": self.state, "entries": self.entries}
        return json.dumps(told, separators=(",", ":"))


class FolderSource:
    def __init__(self, name: str, folder: Path, options: MarcOptions) -> None:
        self._name = name
        self._folder = folder
        self._options = options

    def batches(self, so_far: SoFar) -> Iterator[Batch]:
        present = self._present(so_far.now)
        place = _read_place(so_far.place) or _Place(_read_seen(so_far.mark))
        # what went away may come back under its name with something new in it
        read = {name: state for name, state in place.read.items() if name in present}
        for name, state in sorted(present.items(), key=lambda item: (item[1][1], item[0])):
            if read.get(name) == state:
                continue
            done = place.entries if (place.name, place.state) == (name, state) else 0
            for batch, entries in self._file(name, done):
                if entries is None:
                    yield _with(batch, _Place(read).to_json())
                elif entries:
                    yield _with(batch, _Place(read, name, state, entries).to_json())
                else:
                    read[name] = state
                    yield _with(batch, _Place(read).to_json())
        yield Batch(mark=json.dumps(read, separators=(",", ":")))

    def _present(self, now: datetime) -> Seen:
        """The files that are whole, as far as one can tell."""
        present: Seen = {}
        try:
            for path in self._folder.iterdir():
                if path.name.startswith(".") or not path.name.lower().endswith(ENDINGS) or not path.is_file():
                    continue
                state = path.stat()
                if state.st_mtime <= (now - _SETTLES).timestamp():
                    present[path.name] = [state.st_size, state.st_mtime_ns]
        except OSError:
            raise SourceFailed("folder_unreadable") from None
        return present

    def _file(self, name: str, done: int) -> Iterator[tuple[Batch, int | None]]:
        """Batches of a file behind the entries that are done, each with how many are done after it: 0 when all,
        ``None`` where we may not read it: that is tried again."""
        if not os.access(self._folder / name, os.R_OK):
            yield Batch(broken=1), None
            return
        entries = to_records(self._folder / name, self._name, self._options)
        some: list[Entry] = []
        broken = 0
        try:
            for position, entry in enumerate(entries):
                if position < done:
                    continue
                some.append(entry)
                if len(some) == _AT_ONCE:
                    yield _batch(some), position + 1
                    some = []
        except SourceFailed:  # what came before it is good
            broken = 1
        last = _batch(some)
        yield Batch(last.records, last.deleted, last.broken + broken), 0


def _batch(entries: list[Entry]) -> Batch:
    return Batch(
        records=tuple(one for one in entries if isinstance(one, NewRecord)),
        deleted=tuple(one for one in entries if isinstance(one, str)),
        broken=sum(one is None for one in entries),
    )


def _with(batch: Batch, place: str) -> Batch:
    return Batch(batch.records, batch.deleted, batch.broken, place=place)


def _read_seen(text: str | None) -> Seen:
    try:
        told = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return _seen(told)


def _seen(told: Any) -> Seen:
    if not isinstance(told, Mapping):
        return {}
    return {name: list(state) for name, state in told.items() if isinstance(state, list)}


def _read_place(text: str | None) -> _Place | None:
    try:
        told = json.loads(text or "")
        place = _Place(_seen(told["read"]), str(told["name"]), list(told["state"]), int(told["entries"]))
    except (ValueError, TypeError, LookupError, RecursionError):
        return None
    return place if place.entries >= 0 else None


KEYS = (
    Key("folder", parsers.path, required=True, example="/var/lib/accounts/new-items", help="The folder."),
    *marc_keys("852a", "852b"),
)


def _open(source: SourceSettings, values: Mapping[str, Any]) -> Source:
    return FolderSource(source.name, values["folder"], marc_options(values))


KIND = SourceKind("folder", KEYS, _open)
