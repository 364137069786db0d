"""Whose PIN it is, what the record says, and who answers for whom."""

from discovery_accounts.connectors.api import (
    Family,
    NoPinHere,
    NotAPatron,
    PatronRecord,
    PatronRef,
    Rejected,
    Verification,
    Verified,
    WrongPatron,
)
from discovery_accounts.connectors.memory.people import Person
from discovery_accounts.connectors.memory.verbs import Verbs


class PatronVerbs(Verbs):
    """``VerifiesPatrons``, ``ReadsPatrons`` and ``ReadsFamilies``."""

    checks_pin_by_number = True
    tells_owed = True

    async def verify_patron(self, card_number: str, pin: str) -> Verification:
        async with self.library.gate.reading("pin"):
            person = self.by_card(card_number)
            if person is None:
                return Rejected()
            if person.pin is None:
                return NoPinHere()
            right = person.pin == pin
            return Verified(person.patron_id, person.card_number) if right else Rejected()

    async def check_pin(self, patron: PatronRef, pin: str) -> Verification:
        verdict = await self.verify_patron(patron.card_number, pin)
        if isinstance(verdict, Verified) and verdict.patron_id != patron.patron_id:
            raise WrongPatron("a PIN check answered for somebody else")
        return verdict

    async def read_patron(self, patron_id: str) -> PatronRecord | NotAPatron:
        async with self.library.gate.reading("patron"):
            person = self.person(patron_id)
            return NotAPatron() if person is None else self.told(person)

    async def read_family(self, patron_id: str) -> Family | NotAPatron:
        async with self.library.gate.reading("family"):
            person = self.person(patron_id)
            if person is None:
                return NotAPatron()
            everybody = self.library.people
            guarantors = [everybody[one] for one in person.guarantors if one in everybody]
            children = [one for one in everybody.values() if patron_id in one.guarantors]
            return Family(
                tuple(one.relative("parent") for one in guarantors),
                tuple(one.relative("child") for one in children),
            )

    def by_card(self, card_number: str) -> Person | None:
        """Whose card it is, sign by sign."""
        people = self.library.people.values()
        return next((person for person in people if person.card_number == card_number), None)

    def told(self, person: Person) -> PatronRecord:
        """The record as the portal gets it."""
        return person.record(self.library.today(), self.library.currency)
