"""Changing what a patron may change: by Koha's own record, or by the plugin, where staff say yes first."""

from discovery_accounts.connectors.api import (
    ChangeRefused,
    ContactChanged,
    ContactChanges,
    ContactField,
    NotAPatron,
    PatronRecord,
    WrongPatron,
)
from discovery_accounts.connectors.koha.attributes import (
    AttributeRefusedError,
    Step,
    put_back,
    write_attributes,
)
from discovery_accounts.connectors.koha.client import KohaClient
from discovery_accounts.connectors.koha.details import Writing, koha_language
from discovery_accounts.connectors.koha.errors import read_fault
from discovery_accounts.connectors.koha.fields import KohaFields
from discovery_accounts.connectors.koha.ids import is_id
from discovery_accounts.connectors.koha.keeping import Keeping
from discovery_accounts.connectors.koha.plugin import PATRONS, nobody
from discovery_accounts.connectors.koha.profiles import DIRECT_BY_PLUGIN, Profiles, editable
from discovery_accounts.connectors.koha.settings import KohaSettings
from discovery_accounts.connectors.people import possible_value
from discovery_accounts.connectors.transport import HttpAnswer

FIELDS = {
    ContactField.EMAIL: "email",
    ContactField.PHONE: "phone",
    ContactField.SMS_NUMBER: "sms_number",
    ContactField.STREET: "address",
    ContactField.POSTAL_CODE: "postal_code",
    ContactField.CITY: "city",
    ContactField.COUNTRY: "country",
    ContactField.PICKUP_ALIAS: "other_name",
    ContactField.LANGUAGE: "lang",
}


class Contact:
    """Writes what people change of their own data."""

    def __init__(
        self, client: KohaClient, profiles: Profiles, keeping: Keeping, settings: KohaSettings
    ) -> None:
        self._client = client
        self._profiles = profiles
        self._keeping = keeping
        self._settings = settings

    async def change(
        self, patron_id: str, changes: ContactChanges
    ) -> ContactChanged | ChangeRefused | NotAPatron:
        """See ``ChangesContact``. Two calls and one for the attribute; with the plugin one, and two for
        the attribute."""
        allowed = editable(self._settings)
        if closed := tuple(one for one in changes.told if one not in allowed):
            return ChangeRefused(closed)
        told = _writing(changes, self._settings)
        if told.impossible:
            return ChangeRefused(told.impossible)
        if self._settings.di_plugin:
            return await self._by_plugin(patron_id, told)
        changed = await self._keeping.write(patron_id, told)
        return ContactChanged() if isinstance(changed, PatronRecord) else changed

    async def _by_plugin(self, patron_id: str, told: Writing) -> ContactChanged | ChangeRefused | NotAPatron:
        if not is_id(patron_id):
            return NotAPatron()
        undo: list[Step] = []
        if told.attributes or not told.fields:
            record = await self._profiles.record(patron_id)
            if isinstance(record, NotAPatron):
                return record
            try:
                undo = await write_attributes(self._client, patron_id, record, told.attributes)
            except AttributeRefusedError as refused:
                return ChangeRefused((told.detail_of(refused.code),))
        if not told.fields:
            return ContactChanged()
        answer = await self._client.act("PATCH", f"{PATRONS}/{patron_id}", dict(told.fields))
        changed = _patched(answer, patron_id, told)
        if not isinstance(changed, ContactChanged):
            await put_back(self._client, undo)
        return changed


def _patched(
    answer: HttpAnswer, patron_id: str, told: Writing
) -> ContactChanged | ChangeRefused | NotAPatron:
    if answer.status == 200:
        _same_patron(answer.json(), patron_id)
        return ContactChanged()
    if answer.status == 204:  # nothing was different
        return ContactChanged()
    if answer.status == 202:
        # It is not told which fields wait; where all could have been written at once, all of them do.
        waiting = [name for name in told.fields if name not in DIRECT_BY_PLUGIN] or list(told.fields)
        return ContactChanged(tuple(ContactField(told.detail_of(name)) for name in waiting))
    fault = read_fault(answer)
    if fault.status == 409:
        return ChangeRefused((told.detail_of(fault.conflict),))
    if fault.status == 400 and fault.text.startswith("Invalid parameter"):
        return ChangeRefused(tuple(told.detail_of(name) for name in told.fields))
    return nobody(fault, "changing a patron by the discovery plugin")


def _same_patron(told: object, patron_id: str) -> None:
    """The plugin answers in the words of the API or of the database."""
    fields = KohaFields(told, "patron")
    numbers = {fields.number(name) for name in ("patron_id", "borrowernumber")} - {None}
    if numbers - {int(patron_id)}:
        raise WrongPatron("a change answered for somebody else")


def _writing(changes: ContactChanges, settings: KohaSettings) -> Writing:
    """Where everything that is told goes; an empty text removes what is on file."""
    plain: dict[str, str | None] = {}
    attributes: dict[str, str] = {}
    impossible: list[str] = []
    sources: dict[str, str] = {}
    for one in changes.told:
        if one is ContactField.SELF_SERVICE_BLOCKED:
            code = settings.self_service_block_attribute or ""
            attributes[code] = "1" if changes.self_service_blocked else "0"
            sources[code] = one
            continue
        text: str = getattr(changes, one)
        value = koha_language(text) if one is ContactField.LANGUAGE else text.strip()
        if value is None or (value and not possible_value(value)):
            impossible.append(one)
            continue
        plain[FIELDS[one]] = value or None
        sources[FIELDS[one]] = one
    return Writing(plain, attributes, (), tuple(impossible), sources, next(iter(sources.values()), ""))
