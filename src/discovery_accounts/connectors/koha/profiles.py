"""What the library holds about a patron, for the patron's own eyes."""

from discovery_accounts.connectors.api import (
    ContactField,
    Editing,
    NotAPatron,
    PatronProfile,
    WrongPatron,
)
from discovery_accounts.connectors.koha.asking import ask_first
from discovery_accounts.connectors.koha.attributes import NAME as ATTRIBUTES
from discovery_accounts.connectors.koha.client import KohaClient
from discovery_accounts.connectors.koha.details import our_language
from discovery_accounts.connectors.koha.editions import Choice, Listing
from discovery_accounts.connectors.koha.fields import KohaFields
from discovery_accounts.connectors.koha.ids import is_id
from discovery_accounts.connectors.koha.plugin import Plugin, messages_of
from discovery_accounts.connectors.koha.settings import KohaSettings
from discovery_accounts.connectors.parallel import together

# Older versions can't send along the words for codes.
_PATH = "/v1/patrons/{patron_id}"
_WAYS = (Listing(_PATH, embed=f"{ATTRIBUTES},+strings"), Listing(_PATH, embed=ATTRIBUTES))
_TRUE, _FALSE = frozenset({"1", "yes", "true"}), frozenset({"0", "no", "false"})
# What the plugin writes at once; everything else waits for staff.
DIRECT_BY_PLUGIN = frozenset({"email", "sms_number"})


class Profiles:
    """Reads patrons with all that a person may see of them."""

    def __init__(self, client: KohaClient, plugin: Plugin, settings: KohaSettings) -> None:
        self._client = client
        self._plugin = plugin
        self._settings = settings
        self._ways = Choice[Listing](_WAYS)

    async def read(self, patron_id: str) -> PatronProfile | NotAPatron:
        """See ``ReadsProfiles``. One call; with the plugin one more beside it, for the messages."""
        if not self._settings.di_plugin:
            record, told = await self.record(patron_id), None
        else:
            record, told = await together(
                [lambda: self.record(patron_id), lambda: self._plugin.patron(patron_id, "query_messages")]
            )
        if isinstance(record, NotAPatron) or isinstance(told, NotAPatron):
            return NotAPatron()
        return self._profile(record, told)

    async def record(self, patron_id: str) -> KohaFields | NotAPatron:
        """Koha's record with the attributes. Raises ``WrongPatron``."""
        if not is_id(patron_id):
            return NotAPatron()
        asked = await ask_first(self._client, self._ways, patron_id, "reading a profile")
        if asked is None:
            return NotAPatron()
        fields = KohaFields(asked.answer.json(), "patron")
        if fields.identifier("patron_id") != patron_id:
            raise WrongPatron("a profile of somebody else")
        return fields

    def _profile(self, record: KohaFields, told: KohaFields | None) -> PatronProfile:
        note = record.text("opac_notes")
        messages = None if told is None else messages_of(told)
        return PatronProfile(
            patron_id=record.identifier("patron_id"),
            given_names=record.text("firstname"),
            family_name=record.text("surname"),
            email=record.text("email") or record.text("secondary_email"),
            phone=record.text("phone") or record.text("mobile"),
            sms_number=record.text("sms_number"),
            street=record.text("address"),
            postal_code=record.text("postal_code"),
            city=record.text("city"),
            country=record.text("country"),
            birth_date=record.day("date_of_birth"),
            category=_word(record, "category_id"),
            home_library=_word(record, "library_id"),
            pickup_alias=record.text("other_name") if self._settings.pickup_alias else None,
            language=our_language(record.text("lang")),
            self_service_blocked=self._self_service_blocked(record),
            expires_on=record.day("expiry_date"),
            messages=(note, *(messages or ())) if note else messages,
            editable=editable(self._settings),
        )

    def _self_service_blocked(self, record: KohaFields) -> bool | None:
        code = self._settings.self_service_block_attribute
        if code is None:
            return None
        told = next((row.text("value") for row in record.rows(ATTRIBUTES) if row.text("type") == code), None)
        word = (told or "0").lower()
        return word in _TRUE if word in _TRUE | _FALSE else None


def editable(settings: KohaSettings) -> dict[ContactField, Editing]:
    """What of a profile may be changed at that library, and how."""
    fields = [ContactField(name) for name in settings.editable]
    if not settings.pickup_alias:
        fields = [one for one in fields if one is not ContactField.PICKUP_ALIAS]
    if settings.self_service_block_attribute is None:
        fields = [one for one in fields if one is not ContactField.SELF_SERVICE_BLOCKED]
    direct = DIRECT_BY_PLUGIN | {ContactField.SELF_SERVICE_BLOCKED}
    return {
        one: Editing.APPROVAL if settings.di_plugin and one not in direct else Editing.DIRECT
        for one in fields
    }


def _word(record: KohaFields, name: str) -> str | None:
    """The word for a code where it was sent along, else the code."""
    return record.inner("_strings").inner(name).text("str") or record.text(name)
