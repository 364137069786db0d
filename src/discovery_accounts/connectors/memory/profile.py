"""The patron's own data, and what of it the portal may change."""

from discovery_accounts.connectors.api import (
    ChangeRefused,
    ContactChanged,
    ContactChanges,
    ContactField,
    Editing,
    NotAPatron,
    PatronProfile,
)
from discovery_accounts.connectors.memory.people import Person
from discovery_accounts.connectors.memory.verbs import Verbs

# The country is not the portal's to change, so that there is something that is not.
_EDITABLE = {
    ContactField.EMAIL: Editing.DIRECT,
    ContactField.PHONE: Editing.DIRECT,
    ContactField.SMS_NUMBER: Editing.DIRECT,
    ContactField.STREET: Editing.APPROVAL,
    ContactField.POSTAL_CODE: Editing.APPROVAL,
    ContactField.CITY: Editing.APPROVAL,
    ContactField.PICKUP_ALIAS: Editing.DIRECT,
    ContactField.LANGUAGE: Editing.DIRECT,
    ContactField.SELF_SERVICE_BLOCKED: Editing.DIRECT,
}
_OF_THE_RECORD = frozenset({ContactField.EMAIL, ContactField.PHONE})
_WAITING = "waiting:"


class ProfileVerbs(Verbs):
    """``ReadsProfiles`` and ``ChangesContact``."""

    async def read_profile(self, patron_id: str) -> PatronProfile | NotAPatron:
        async with self.library.gate.reading("profile"):
            person = self.person(patron_id)
            return NotAPatron() if person is None else _profile(person)

    async def change_contact(
        self, patron_id: str, changes: ContactChanges
    ) -> ContactChanged | ChangeRefused | NotAPatron:
        async with self.library.gate.reading("profile"):
            person = self.person(patron_id)
        if person is None:
            return NotAPatron()
        if refused := tuple(one for one in changes.told if one not in _EDITABLE or not _fit(one, changes)):
            return ChangeRefused(refused)
        waiting = tuple(one for one in changes.told if _EDITABLE[one] is Editing.APPROVAL)
        if changes.told:
            async with self.library.gate.acting("contact"):
                for name in changes.told:
                    _write(person, name, getattr(changes, name))
        return ContactChanged(waiting)


def _fit(name: ContactField, changes: ContactChanges) -> bool:
    return name is not ContactField.EMAIL or changes.email == "" or "@" in (changes.email or "")


def _write(person: Person, name: ContactField, value: str | bool) -> None:
    kept = None if value == "" else value
    if name in _OF_THE_RECORD:
        setattr(person, name, kept)
    else:
        waits = _EDITABLE[name] is Editing.APPROVAL
        person.contact[f"{_WAITING}{name}" if waits else str(name)] = kept


def _profile(person: Person) -> PatronProfile:
    def text(name: str) -> str | None:
        value = person.contact.get(name)
        return value if isinstance(value, str) else None

    return PatronProfile(
        patron_id=person.patron_id,
        given_names=person.given_names,
        family_name=person.family_name,
        email=person.email,
        phone=person.phone,
        sms_number=text("sms_number"),
        street=text("street"),
        postal_code=text("postal_code"),
        city=text("city"),
        country=text("country"),
        birth_date=person.birth_date,
        category="Child" if person.kind == "child" else "Adult",
        home_library="Main Library",
        pickup_alias=text("pickup_alias"),
        language=text("language"),
        self_service_blocked=person.contact.get("self_service_blocked") is True,
        expires_on=person.expires_on,
        messages=(),
        editable=dict(_EDITABLE),
        waiting=tuple(name for name in ContactField if f"{_WAITING}{name}" in person.contact),
    )
