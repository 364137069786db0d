"""The verbs about the patron as a person: own data, PIN, messages, family, card, suggestions."""

from discovery_accounts.connectors.api import (
    Capability,
    CardNotRenewed,
    CardRenewed,
    CardTerms,
    ChangeRefused,
    ContactChanged,
    ContactChanges,
    Family,
    LibraryNotice,
    LoginBlocked,
    MessageChoice,
    MessageSetting,
    NewSuggestion,
    NotAPatron,
    NotSuggested,
    PatronProfile,
    PatronRef,
    PinChange,
    PinRules,
    Rejected,
    Suggested,
    Suggestion,
)
from discovery_accounts.connectors.koha.card_renewal import CardRenewal
from discovery_accounts.connectors.koha.client import KohaClient
from discovery_accounts.connectors.koha.contact import Contact
from discovery_accounts.connectors.koha.keeping import Keeping
from discovery_accounts.connectors.koha.messaging import Messaging
from discovery_accounts.connectors.koha.patrons import Patrons
from discovery_accounts.connectors.koha.pins import Pins
from discovery_accounts.connectors.koha.plugin import Plugin
from discovery_accounts.connectors.koha.profiles import Profiles, editable
from discovery_accounts.connectors.koha.settings import KohaSettings
from discovery_accounts.connectors.koha.suggestions import Suggestions
from discovery_accounts.connectors.transport import Transport

_PLUGIN = "Koha's REST API has no call for it; the KohaSuomi discovery plugin has (di_plugin is not set)"
_NOTICES = (
    "Koha's REST API has no call for messages to a patron; the KohaSuomi discovery plugin tells what staff"
    " wrote (di_plugin is not set)"
)


class PeopleVerbs:
    """A part of the connector; each verb is handed to what knows it."""

    def _open_people(
        self,
        client: KohaClient,
        patrons: Patrons,
        keeping: Keeping,
        settings: KohaSettings,
        transport: Transport,
    ) -> None:
        self._plugin = Plugin(client, settings)
        self._profiles = Profiles(client, self._plugin, settings)
        self._contact = Contact(client, self._profiles, keeping, settings)
        self._pins = Pins(client, patrons, settings)
        self._messaging = Messaging(client, self._plugin)
        self._card_renewal = CardRenewal(transport, settings.timezone)
        self._suggestions = Suggestions(client, self._profiles)

    async def read_profile(self, patron_id: str) -> PatronProfile | NotAPatron:
        """See ``ReadsProfiles``. One call, two with the plugin."""
        return await self._profiles.read(patron_id)

    async def change_contact(
        self, patron_id: str, changes: ContactChanges
    ) -> ContactChanged | ChangeRefused | NotAPatron:
        """See ``ChangesContact``. Two calls; with the plugin one."""
        return await self._contact.change(patron_id, changes)

    @property
    def pin_rules(self) -> PinRules:
        """Koha takes any signs; the least length is what the settings say."""
        return self._pins.rules

    async def change_pin(
        self, patron: PatronRef, old_pin: str, new_pin: str
    ) -> PinChange | Rejected | LoginBlocked:
        """See ``ChangesPins``. Two calls."""
        return await self._pins.change(patron, old_pin, new_pin)

    async def set_pin(self, patron_id: str, new_pin: str) -> PinChange:
        """See ``SetsPins``. One call."""
        return await self._pins.set(patron_id, new_pin)

    async def read_messaging(self, patron_id: str) -> tuple[MessageSetting, ...] | NotAPatron:
        """See ``KeepsMessaging``. One call."""
        return await self._messaging.read(patron_id)

    async def change_messaging(
        self, patron_id: str, choices: tuple[MessageChoice, ...]
    ) -> tuple[MessageSetting, ...] | ChangeRefused | NotAPatron:
        """See ``KeepsMessaging``. Two calls."""
        return await self._messaging.change(patron_id, choices)

    async def list_notices(self, patron_id: str) -> tuple[LibraryNotice, ...] | NotAPatron:
        """See ``ListsNotices``. One call."""
        return await self._plugin.notices(patron_id)

    async def read_family(self, patron_id: str) -> Family | NotAPatron:
        """See ``ReadsFamilies``. One call."""
        return await self._plugin.family(patron_id)

    @property
    def card_renewal_needs_pin(self) -> bool:
        """Koha lets nobody but the patron do it."""
        return True

    async def card_terms(self, patron: PatronRef, pin: str | None) -> CardTerms | NotAPatron | Rejected:
        """See ``RenewsCards``. One call."""
        return await self._card_renewal.terms(patron, pin)

    async def renew_card(
        self, patron: PatronRef, pin: str | None
    ) -> CardRenewed | CardNotRenewed | NotAPatron | Rejected:
        """See ``RenewsCards``. One call."""
        return await self._card_renewal.renew(patron, pin)

    async def list_suggestions(self, patron_id: str) -> tuple[Suggestion, ...] | NotAPatron:
        """See ``TakesSuggestions``. One call, or two."""
        return await self._suggestions.all(patron_id)

    async def suggest(
        self, patron_id: str, suggestion: NewSuggestion
    ) -> Suggested | NotSuggested | NotAPatron:
        """See ``TakesSuggestions``. Three calls."""
        return await self._suggestions.add(patron_id, suggestion)


def absent_people(settings: KohaSettings) -> dict[Capability, str]:
    """Which of these verbs that library lacks, and why."""
    absent: dict[Capability, str] = {}
    if not settings.di_plugin:
        absent |= dict.fromkeys((Capability.KEEP_MESSAGING, Capability.READ_FAMILY), _PLUGIN)
        absent[Capability.LIST_NOTICES] = _NOTICES
    if not settings.card_self_renewal:
        absent[Capability.RENEW_CARD] = "card_self_renewal is not set; only newer versions of Koha have it"
    if not editable(settings):
        absent[Capability.CHANGE_CONTACT] = "editable names nothing that may be changed"
    return absent
