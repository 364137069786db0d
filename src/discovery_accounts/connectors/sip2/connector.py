"""The voice of one SIP2 library: the house's verbs, each handed to the part that knows it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from discovery_accounts.config.settings import LibrarySettings
from discovery_accounts.connectors.api import (
    Capability,
    Fee,
    Hold,
    HoldChange,
    HoldOptions,
    HoldTarget,
    Loan,
    NewHold,
    NotAPatron,
    NotHoldable,
    PatronRecord,
    PatronRef,
    Placing,
    Renewal,
    Verification,
)
from discovery_accounts.connectors.health import Health
from discovery_accounts.connectors.sip2 import fields as f
from discovery_accounts.connectors.sip2.asking import Desk
from discovery_accounts.connectors.sip2.fees import Fees
from discovery_accounts.connectors.sip2.holds import Holds
from discovery_accounts.connectors.sip2.loans import Loans
from discovery_accounts.connectors.sip2.patrons import Patrons
from discovery_accounts.connectors.sip2.pool import Pool
from discovery_accounts.connectors.sip2.reading import STAMPS, moment
from discovery_accounts.connectors.sip2.settings import Sip2Settings

_NOT_IN_SIP2 = "SIP2 has no message for it"
_ABSENT: Mapping[Capability, str] = {
    Capability.ASK_RENEWABILITY: "SIP2 tells whether a loan can be renewed only by renewing it",
    Capability.FIND_PATRONS: "SIP2 finds patrons by the number that they sign in with only, and by no other field",
    Capability.MAKE_PATRONS: _NOT_IN_SIP2,
    Capability.CHANGE_PATRONS: _NOT_IN_SIP2,
    Capability.REMOVE_PATRONS: _NOT_IN_SIP2,
    Capability.CHANGE_PICKUP: "SIP2 servers differ in what changing a hold changes, and don't say so",
    Capability.SUSPEND_HOLDS: _NOT_IN_SIP2,
    Capability.LIST_PAYMENTS: _NOT_IN_SIP2,
    Capability.LIST_HISTORY: _NOT_IN_SIP2,
    Capability.SWITCH_HISTORY: _NOT_IN_SIP2,
    Capability.DELETE_HISTORY: _NOT_IN_SIP2,
    Capability.READ_PROFILE: "SIP2 tells an address as one text, and nothing of it can be changed",
    Capability.CHANGE_CONTACT: _NOT_IN_SIP2,
    Capability.CHANGE_PIN: _NOT_IN_SIP2,
    Capability.RECOVER_PIN: _NOT_IN_SIP2,
    Capability.KEEP_MESSAGING: _NOT_IN_SIP2,
    Capability.LIST_NOTICES: _NOT_IN_SIP2,
    Capability.READ_FAMILY: _NOT_IN_SIP2,
    Capability.RENEW_CARD: _NOT_IN_SIP2,
    Capability.SUGGEST_PURCHASES: _NOT_IN_SIP2,
    Capability.HEAR_NEWS: "SIP2 servers tell nothing unasked",
}
_NEEDED = ("63", "17", "29", "15")


class Sip2Connector:
    """Speaks SIP2 over connections of its own.

    The permanent id is the field that the settings name; by default the card number itself.
    """

    def __init__(self, library: LibrarySettings, settings: Sip2Settings) -> None:
        self._pool = Pool(library, settings)
        desk = Desk(self._pool, settings)
        self._settings = settings
        self._patrons = Patrons(desk, settings)
        self._loans = Loans(desk, settings)
        self._holds = Holds(desk, settings)
        self._fees = Fees(desk, settings)

    @property
    def capabilities(self) -> frozenset[Capability]:
        """All that ``absent`` does not name."""
        return frozenset(Capability) - self.absent.keys()

    @property
    def absent(self) -> Mapping[Capability, str]:
        """What SIP2 can't do, and placing holds where the settings don't say where they can be fetched."""
        if self._settings.pickups:
            return _ABSENT
        return {**_ABSENT, Capability.PLACE_HOLDS: "pickup_locations is not set, and SIP2 can't tell them"}

    def health(self) -> Health:
        """The breaker's state and the number of calls under way."""
        return self._pool.health()

    async def close(self) -> None:
        """Ends its connections."""
        await self._pool.close()

    @property
    def checks_pin_by_number(self) -> bool:
        """By the number."""
        return True

    async def verify_patron(self, card_number: str, pin: str) -> Verification:
        """See ``VerifiesPatrons``. One call."""
        return await self._patrons.verify(card_number, pin)

    async def check_pin(self, patron: PatronRef, pin: str) -> Verification:
        """See ``VerifiesPatrons``. One call."""
        return await self._patrons.check(patron, pin)

    @property
    def tells_owed(self) -> bool:
        """In the record."""
        return True

    async def read_patron(self, patron_id: str) -> PatronRecord | NotAPatron:
        """See ``ReadsPatrons``. One call."""
        return await self._patrons.read(patron_id)

    async def list_loans(self, patron_id: str) -> tuple[Loan, ...] | NotAPatron:
        """See ``ListsLoans``. One call for every 100 loans, and one for each that the list tells no date of."""
        return await self._loans.all(patron_id)

    async def renew_loans(self, patron_id: str, loan_ids: Sequence[str] | None) -> tuple[Renewal, ...]:
        """See ``RenewsLoans``. Two calls, then one for each."""
        return await self._loans.renew(patron_id, loan_ids)

    async def list_holds(self, patron_id: str) -> tuple[Hold, ...] | NotAPatron:
        """See ``ListsHolds``. Two calls, and one for each title, of twenty holds at most."""
        return await self._holds.all(patron_id)

    async def hold_options(
        self, patron_id: str, target: HoldTarget
    ) -> HoldOptions | NotHoldable | NotAPatron:
        """See ``PlacesHolds``. Two calls."""
        return await self._holds.options(patron_id, target)

    async def place_hold(self, patron_id: str, hold: NewHold) -> Placing:
        """See ``PlacesHolds``. Two calls."""
        return await self._holds.place(patron_id, hold)

    async def cancel_hold(self, patron_id: str, hold_id: str) -> HoldChange:
        """See ``CancelsHolds``. Four calls."""
        return await self._holds.cancel(patron_id, hold_id)

    async def list_fees(self, patron_id: str) -> tuple[Fee, ...] | NotAPatron:
        """See ``ListsFees``. One call."""
        return await self._fees.all(patron_id)

    async def check_credentials(self) -> str:
        """See ``ChecksItself``: a new connection, its login, and what the server says of itself."""
        status = await self._pool.try_login()
        way = "logged in" if self._settings.user else "no login set"
        institution = self._settings.institution or status.only(f.INSTITUTION) or "none told"
        return f"{way}; institution {institution}; SIP2 {status.fixed['version'].strip()}"

    async def read_clock(self) -> datetime:
        """See ``TellsTime``: what the server says when it says how it is."""
        told = (await self._pool.try_login()).fixed["date"].strip()
        return moment(told, STAMPS, self._settings.timezone)

    async def check_rights(self) -> Sequence[str]:
        """See ``ChecksItself``: the messages that the server says it does not take."""
        told = (await self._pool.try_login()).only(f.SUPPORTED) or ""
        needed = dict.fromkeys((*_NEEDED, self._settings.dialect.verify_with))
        places = [f.MESSAGES[kind] for kind in needed]
        return tuple(f"message {name}" for place, name in places if told[place : place + 1] == "N")
