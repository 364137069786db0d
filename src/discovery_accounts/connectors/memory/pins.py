"""Another PIN."""

from discovery_accounts.connectors.api import (
    LoginBlocked,
    NotAPatron,
    PatronRef,
    PinChange,
    PinChanged,
    PinFault,
    PinRules,
    PinUnfit,
    Rejected,
    Verified,
)
from discovery_accounts.connectors.memory.patrons import PatronVerbs
from discovery_accounts.connectors.memory.people import Person


class PinVerbs(PatronVerbs):
    """``ChangesPins`` and ``SetsPins``."""

    pin_rules = PinRules(min_length=4, max_length=72)

    async def change_pin(
        self, patron: PatronRef, old_pin: str, new_pin: str
    ) -> PinChange | Rejected | LoginBlocked:
        verdict = await self.check_pin(patron, old_pin)
        if not isinstance(verdict, Verified):
            return verdict if isinstance(verdict, LoginBlocked) else Rejected()
        return await self.set_pin(patron.patron_id, new_pin)

    async def set_pin(self, patron_id: str, new_pin: str) -> PinChange:
        person = self.person(patron_id)
        if person is None:
            return NotAPatron()
        async with self.library.gate.acting("pin"):
            if because := _fault(person, new_pin, self.pin_rules):
                return PinUnfit(because)
            person.pin = new_pin
        return PinChanged()


def _fault(person: Person, pin: str, rules: PinRules) -> PinFault | None:
    checks = (
        (len(pin) < rules.min_length, PinFault.TOO_SHORT),
        (len(pin) > rules.max_length, PinFault.TOO_LONG),
        (pin != pin.strip(), PinFault.BLANKS),
        (len(set(pin)) == 1, PinFault.TOO_SIMPLE),
        (pin == person.pin, PinFault.USED_BEFORE),
    )
    return next((because for wrong, because in checks if wrong), None)
