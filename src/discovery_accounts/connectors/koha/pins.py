"""Another PIN for a patron of a Koha library. A PIN is in the body of a call and nowhere else."""

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
from discovery_accounts.connectors.koha.client import KohaClient
from discovery_accounts.connectors.koha.errors import read_fault
from discovery_accounts.connectors.koha.ids import is_id
from discovery_accounts.connectors.koha.patrons import Patrons
from discovery_accounts.connectors.koha.reasons import unfit_pin
from discovery_accounts.connectors.koha.settings import KohaSettings
from discovery_accounts.connectors.people import possible_pin

_LONGEST = 72  # bytes; what stands behind them does not count in the kind of hash that Koha keeps


class Pins:
    """Sets PINs by the call of the staff: the one of patrons themselves needs their own session."""

    def __init__(self, client: KohaClient, patrons: Patrons, settings: KohaSettings) -> None:
        self._client = client
        self._patrons = patrons
        self.rules = PinRules(settings.pin_min_length, _LONGEST)

    async def change(
        self, patron: PatronRef, old_pin: str, new_pin: str
    ) -> PinChange | Rejected | LoginBlocked:
        """See ``ChangesPins``. One call when the old PIN is wrong, two when it is right."""
        if (unfit := _unfit(new_pin)) is not None:
            return unfit
        verdict = await self._patrons.check(patron, old_pin)
        if isinstance(verdict, LoginBlocked):
            return verdict
        if not isinstance(verdict, Verified):
            return Rejected()
        return await self.set(patron.patron_id, new_pin)

    async def set(self, patron_id: str, new_pin: str) -> PinChange:
        """See ``SetsPins``. One call."""
        if not is_id(patron_id):
            return NotAPatron()
        if (unfit := _unfit(new_pin)) is not None:
            return unfit
        body = {"password": new_pin, "password_2": new_pin}
        answer = await self._client.post(f"/v1/patrons/{patron_id}/password", body)
        if answer.status in (200, 204):
            if answer.body:
                answer.json()  # an empty text; a page in its place is no word of Koha's
            return PinChanged()
        fault = read_fault(answer)
        if fault.about_a_thing:
            return NotAPatron()
        because = unfit_pin(fault)
        if because is None:
            raise fault.as_error("setting a PIN")
        return PinUnfit(because)


def _unfit(new_pin: str) -> PinUnfit | None:
    """What no Koha takes, so that it need not be sent."""
    if not new_pin.strip() or new_pin != new_pin.strip():
        return PinUnfit(PinFault.BLANKS)
    if len(new_pin.encode(errors="replace")) > _LONGEST:
        return PinUnfit(PinFault.TOO_LONG)
    return None if possible_pin(new_pin) else PinUnfit(PinFault.LIBRARY_SAYS_NO)
