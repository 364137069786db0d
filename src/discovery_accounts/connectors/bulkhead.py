"""How many calls to one library may be under way; the next one fails at once and never queues.

A queue in front of a slow library makes every page wait behind every other, until healthy libraries
seem to fail too. Touched only on the event loop, hence no locks.
"""

from discovery_accounts.connectors.api import Overloaded


class Bulkhead:
    """At most ``limit`` calls at a time, and no ``optional`` one while a third of that is under way."""

    def __init__(self, limit: int) -> None:
        self.in_flight = 0
        self._limit = limit
        self._optional_limit = max(1, limit // 3)

    def enter(self, optional: bool) -> None:
        """Take a place, to be given back by :meth:`leave`. Raises ``Overloaded``."""
        limit = self._optional_limit if optional else self._limit
        if self.in_flight >= limit:
            raise Overloaded(f"{self.in_flight} calls under way")
        self.in_flight += 1

    def leave(self) -> None:
        """Give the place back."""
        self.in_flight -= 1
