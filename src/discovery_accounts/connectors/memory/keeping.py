"""Finding, making, changing and removing patrons."""

from collections.abc import Callable
from datetime import timedelta

from discovery_accounts.connectors.api import (
    CARD_NUMBER,
    MOST_FOUND,
    Change,
    ChangeRefused,
    NotAPatron,
    NotMade,
    NotRemovable,
    NotRemoved,
    PatronDetails,
    PatronRecord,
    Removal,
    Removed,
    Unsupported,
)
from discovery_accounts.connectors.memory.patrons import PatronVerbs
from discovery_accounts.connectors.memory.people import Person
from discovery_accounts.connectors.people import made_mark, same_address

SHARED_ID = "shared_id"
_FIELDS: dict[str, Callable[[Person], str | None]] = {
    CARD_NUMBER: lambda person: person.card_number,
    SHARED_ID: lambda person: person.shared_id,
}


class KeepingVerbs(PatronVerbs):
    """``FindsPatrons``, ``MakesPatrons``, ``ChangesPatrons`` and ``RemovesPatrons``."""

    match_fields = (SHARED_ID,)

    async def find_patrons(self, field: str, value: str) -> tuple[PatronRecord, ...]:
        if field not in _FIELDS:
            raise Unsupported("there is no such field to find patrons by", sent=False)
        return await self._found(lambda person: _FIELDS[field](person) == value)

    async def find_by_email(self, email: str) -> tuple[PatronRecord, ...]:
        return await self._found(lambda person: same_address(person.email or "", email) and email != "")

    async def _found(self, fits: Callable[[Person], bool]) -> tuple[PatronRecord, ...]:
        async with self.library.gate.reading("search"):
            found = [self.told(person) for person in self.library.people.values() if fits(person)]
            return tuple(found[:MOST_FOUND])

    async def make_patron(self, details: PatronDetails, once: str) -> PatronRecord:
        if not details.family_name:
            raise NotMade("a family name is needed", ("family_name",), sent=False)
        mark = made_mark(once)
        async with self.library.gate.reading("search"):
            made = next((one for one in self.library.people.values() if one.mark == mark), None)
        if made is None:
            if taken := self._taken(details, None):
                raise NotMade("a value is somebody else's", taken)
            async with self.library.gate.acting("make"):
                made = self._make(details, mark)
        elif (made.given_names, made.family_name) != (details.given_names, details.family_name):
            raise NotMade("somebody else was made with this word", ("family_name",))
        return self.told(made)

    def _make(self, details: PatronDetails, mark: str) -> Person:
        patron_id = self.library.number("p")
        ends = self.library.today() + timedelta(days=365)
        number = self.library.number("ML8")
        person = Person("made", patron_id, number, None, None, str(details.family_name), ends, mark=mark)
        _write(person, details)
        self.library.people[patron_id] = person
        return person

    async def change_patron(self, patron_id: str, changes: PatronDetails) -> Change:
        async with self.library.gate.reading("patron"):
            person = self.person(patron_id)
        if person is None:
            return NotAPatron()
        if refused := self._taken(changes, person):
            return ChangeRefused(refused)
        if changes.told:
            async with self.library.gate.acting("change"):
                _write(person, changes)
        return self.told(person)

    async def remove_patron(self, patron_id: str) -> Removal:
        async with self.library.gate.reading("patron"):
            person = self.person(patron_id)
        if person is None:
            return NotAPatron()
        if because := self._keeps(person):
            return NotRemoved(because)
        async with self.library.gate.acting("remove"):
            del self.library.people[patron_id]
        return Removed()

    def _keeps(self, person: Person) -> NotRemovable | None:
        if person.loans:
            return NotRemovable.OPEN_LOANS
        if person.owed(self.library.currency) > self.nothing():
            return NotRemovable.UNPAID_FEES
        answers_for = any(person.patron_id in one.guarantors for one in self.library.people.values())
        return NotRemovable.GUARANTOR if answers_for else None

    def _taken(self, details: PatronDetails, own: Person | None) -> tuple[str, ...]:
        """The fields whose values only one patron may have, and somebody else has; and those there are not."""
        others = [person for person in self.library.people.values() if person is not own]
        unknown = details.shared_id is not None and details.shared_id[0] != SHARED_ID
        taken = [
            name
            for name in ("user_name", "identity_code")
            if (value := getattr(details, name)) and any(getattr(one, name) == value for one in others)
        ]
        return (*taken, *((SHARED_ID,) if unknown else ()))


def _write(person: Person, details: PatronDetails) -> None:
    for name in ("given_names", "family_name", "email", "phone", "user_name", "identity_code"):
        if (value := getattr(details, name)) is not None:
            setattr(person, name, value)
    if details.shared_id is not None:
        person.shared_id = details.shared_id[1]
    if details.language is not None:
        person.contact["language"] = details.language
