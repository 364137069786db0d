"""The record of the calls that reached a simulated library: no PIN, no key and no card number in it."""

from collections import deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock
from urllib.parse import urlencode

#: The oldest calls are forgotten beyond this many.
MOST_CALLS = 500_000


@dataclass(frozen=True, slots=True)
class Call:
    """One call. `status` is `None` while it is unanswered, and for ever when it hung.

    `path` holds the query with secret values replaced by `***`; an Alma user is shown by the permanent
    id whatever identifier was sent. `refused_pin` tells that a PIN was looked at and not accepted.
    """

    at: datetime
    method: str
    path: str
    status: int | None
    refused_pin: bool
    patron_id: str | None


class Entry:
    """A call while it is being answered; handlers fill in whom it was about and how it ended."""

    __slots__ = ("at", "method", "path", "patron_id", "refused_pin", "status")

    def __init__(self, method: str, path: str) -> None:
        self.at = datetime.now(UTC)
        self.method = method
        self.path = path
        self.status: int | None = None
        self.refused_pin = False
        self.patron_id: str | None = None

    def frozen(self) -> Call:
        """The call as it stands now."""
        return Call(self.at, self.method, self.path, self.status, self.refused_pin, self.patron_id)


class CallLog:
    """Calls in the order of their arrival."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=MOST_CALLS)
        self._lock = Lock()

    def arrive(self, method: str, path: str) -> Entry:
        """Records a call at its arrival."""
        entry = Entry(method, path)
        with self._lock:
            self._entries.append(entry)
        return entry

    def calls(self) -> tuple[Call, ...]:
        """Every call since the start or the last clearing."""
        with self._lock:
            return tuple(entry.frozen() for entry in self._entries)

    def count(self, method: str | None = None, path_contains: str | None = None) -> int:
        """How many calls had that method and a path with that text in it."""
        with self._lock:
            return sum(
                1
                for entry in self._entries
                if method in (None, entry.method) and (path_contains or "") in entry.path
            )

    def clear(self) -> None:
        """Forgets every call."""
        with self._lock:
            self._entries.clear()


def with_masked_query(path: str, query: Mapping[str, str], shown: Collection[str]) -> str:
    """The path with its query, in which the values of all parameters but the `shown` are replaced."""
    if not query:
        return path
    told = [(name, value if name in shown else "***") for name, value in query.items()]
    return f"{path}?{urlencode(told, safe='*')}"
