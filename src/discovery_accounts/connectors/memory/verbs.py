"""What the parts of the connector share: the library, and finding whom a question is about."""

from discovery_accounts.connectors.memory.library import MemoryLibrary
from discovery_accounts.connectors.memory.people import Person
from discovery_accounts.domain.money import Money


class Verbs:
    """One part of the connector; ``library`` is the same for all of them."""

    def __init__(self, library: MemoryLibrary) -> None:
        self.library = library

    def person(self, patron_id: str) -> Person | None:
        """The patron of that permanent id."""
        return self.library.people.get(patron_id)

    def nothing(self) -> Money:
        """No money, in the library's currency."""
        return Money(0, self.library.currency)
