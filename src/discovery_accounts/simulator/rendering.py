"""Answers kept as bytes until something about their patron changes."""

import json
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from discovery_accounts.simulator.store import Store

T = TypeVar("T")
#: Kept answers are all thrown away when there are this many; one of 20 loans takes about 40 kB.
_MOST_KEPT = 2_000


def to_json(value: object) -> bytes:
    """Compact JSON in UTF-8."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


class Kept(Generic[T]):
    """A cache by patron and question, valid while the patron's version in the store is the same."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: dict[tuple[str, Hashable], tuple[int, T]] = {}

    def get(self, patron_id: str, question: Hashable, render: Callable[[], T]) -> T:
        """The answer to a question about a patron, made by `render` when it is not kept."""
        version = self._store.version(patron_id)
        found = self._kept.get((patron_id, question))
        if found is not None and found[0] == version:
            return found[1]
        answer = render()
        if len(self._kept) >= _MOST_KEPT:
            self._kept.clear()
        self._kept[patron_id, question] = (version, answer)
        return answer
