"""The house's verbs for people's own data, PINs and memberships, handed to the parts that know them."""

from discovery_accounts.connectors.alma.membership import Membership
from discovery_accounts.connectors.alma.pins import Pins
from discovery_accounts.connectors.alma.profile import Profile
from discovery_accounts.connectors.api import (
    CardNotRenewed,
    CardRenewed,
    CardTerms,
    ChangeRefused,
    ContactChanged,
    ContactChanges,
    Family,
    LoginBlocked,
    NotAPatron,
    PatronProfile,
    PatronRef,
    PinChange,
    PinRules,
    Rejected,
)


class PeopleVerbs:
    """Reading and changing what Alma holds about a person."""

    _profile: Profile
    _pins: Pins
    _membership: Membership

    async def read_profile(self, patron_id: str) -> PatronProfile | NotAPatron:
        """See ``ReadsProfiles``. One call."""
        return await self._profile.read(patron_id)

    async def change_contact(
        self, patron_id: str, changes: ContactChanges
    ) -> ContactChanged | ChangeRefused | NotAPatron:
        """See ``ChangesContact``. One call to read, one to write."""
        return await self._profile.change(patron_id, changes)

    @property
    def pin_rules(self) -> PinRules:
        """By what the settings have PINs written to."""
        return self._pins.rules

    async def change_pin(
        self, patron: PatronRef, old_pin: str, new_pin: str
    ) -> PinChange | Rejected | LoginBlocked:
        """See ``ChangesPins``. One call for the old one, one to read, one to write."""
        return await self._pins.change(patron, old_pin, new_pin)

    async def set_pin(self, patron_id: str, new_pin: str) -> PinChange:
        """See ``SetsPins``. One call to read, one to write."""
        return await self._pins.set(patron_id, new_pin)

    async def read_family(self, patron_id: str) -> Family | NotAPatron:
        """See ``ReadsFamilies``. One call."""
        return await self._membership.family(patron_id)

    @property
    def card_renewal_needs_pin(self) -> bool:
        """Our own key may do it."""
        return False

    async def card_terms(self, patron: PatronRef, pin: str | None) -> CardTerms | NotAPatron | Rejected:
        """See ``RenewsCards``. One call."""
        del pin
        return await self._membership.terms(patron.patron_id)

    async def renew_card(
        self, patron: PatronRef, pin: str | None
    ) -> CardRenewed | CardNotRenewed | NotAPatron | Rejected:
        """See ``RenewsCards``. One call to read, one to write."""
        del pin
        return await self._membership.renew(patron.patron_id)
