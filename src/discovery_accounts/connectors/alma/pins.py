"""Another password, by the old one or after the person was proved in another way.

Accounts whose password is kept elsewhere can have none here, whatever is written.
"""

from discovery_accounts.connectors.alma.errors import PASSWORD_REFUSED, Fault
from discovery_accounts.connectors.alma.patrons import Patrons
from discovery_accounts.connectors.alma.reasons import keeps_no_pin
from discovery_accounts.connectors.alma.settings import AlmaSettings
from discovery_accounts.connectors.alma.swapping import Swapping, nobody
from discovery_accounts.connectors.api import (
    LoginBlocked,
    NoPinHere,
    NotAPatron,
    PatronRef,
    PinChange,
    PinChanged,
    PinFault,
    PinRules,
    PinUnfit,
    Rejected,
)
from discovery_accounts.connectors.people import possible_pin

# Alma's own least for a password, and what its records say of the PIN number.
_RULES = {
    "password": PinRules(min_length=8),
    "pin_number": PinRules(min_length=4, max_length=4, digits_only=True),
    "both": PinRules(min_length=8, digits_only=True),
}
_WRITTEN = {
    "password": ("password",),
    "pin_number": ("pin_number",),
    "both": ("password", "pin_number"),
}


class Pins:
    """Writes new PINs where the settings say."""

    def __init__(self, swapping: Swapping, patrons: Patrons, settings: AlmaSettings) -> None:
        self._swapping = swapping
        self._patrons = patrons
        self._fields = _WRITTEN[settings.pin_field]
        self.rules = _RULES[settings.pin_field]

    async def change(
        self, patron: PatronRef, old_pin: str, new_pin: str
    ) -> PinChange | Rejected | LoginBlocked:
        """Three calls: the check of the old one, reading, writing. A new one that can't be costs none."""
        if (fault := self._fault(new_pin)) is not None:
            return PinUnfit(fault)
        checked = await self._patrons.check(patron, old_pin)
        if isinstance(checked, NoPinHere):
            return PinUnfit(PinFault.LIBRARY_SAYS_NO)
        if isinstance(checked, Rejected | LoginBlocked):
            return checked
        return await self.set(patron.patron_id, new_pin)

    async def set(self, patron_id: str, new_pin: str) -> PinChange:
        """Two calls: reading, writing."""
        if (fault := self._fault(new_pin)) is not None:
            return PinUnfit(fault)
        whole = await self._swapping.read(patron_id, "reading a user to change the PIN")
        if isinstance(whole, NotAPatron):
            return whole
        if keeps_no_pin(whole.user.account_type):
            return PinUnfit(PinFault.LIBRARY_SAYS_NO)
        after = await self._swapping.write(whole, whole.body() | dict.fromkeys(self._fields, new_pin))
        if not isinstance(after, Fault):
            return PinChanged()
        if after.code == PASSWORD_REFUSED:
            return PinUnfit(PinFault.TOO_SIMPLE)
        return nobody(after, "changing the PIN")

    def _fault(self, pin: str) -> PinFault | None:
        """What is surely wrong with it. That it is too common, or the person's name, Alma tells."""
        if pin != pin.strip():
            return PinFault.BLANKS
        if len(pin) < self.rules.min_length:
            return PinFault.TOO_SHORT
        if len(pin) > self.rules.max_length:
            return PinFault.TOO_LONG
        if self.rules.digits_only and not (pin.isascii() and pin.isdigit()):
            return PinFault.NOT_DIGITS
        return None if possible_pin(pin) else PinFault.LIBRARY_SAYS_NO
