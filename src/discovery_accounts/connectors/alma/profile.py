"""What Alma holds about a person, for their own eyes, and what of it they change."""

from typing import Any

from discovery_accounts.config.settings import LANGUAGES
from discovery_accounts.connectors.alma.contacts import is_theirs, rows_of, sms_row, unfit, write_contacts
from discovery_accounts.connectors.alma.details import ALMA_LANGUAGES
from discovery_accounts.connectors.alma.errors import EXISTS, Fault
from discovery_accounts.connectors.alma.fields import AlmaFields
from discovery_accounts.connectors.alma.settings import AlmaSettings
from discovery_accounts.connectors.alma.swapping import Swapping, Whole, nobody
from discovery_accounts.connectors.api import (
    ChangeRefused,
    ContactChanged,
    ContactChanges,
    ContactField,
    Editing,
    NotAPatron,
    PatronProfile,
)

_LINES = ("line1", "line2", "line3", "line4", "line5")
_OUR_LANGUAGES = {theirs: ours for ours, theirs in ALMA_LANGUAGES.items()}


class Profile:
    """Reads and changes contact data."""

    def __init__(self, swapping: Swapping, settings: AlmaSettings) -> None:
        self._swapping = swapping
        self._settings = settings

    async def read(self, patron_id: str) -> PatronProfile | NotAPatron:
        """One call."""
        whole = await self._swapping.read(patron_id, "reading a user")
        return whole if isinstance(whole, NotAPatron) else self._profile(patron_id, whole)

    async def change(
        self, patron_id: str, changes: ContactChanges
    ) -> ContactChanged | ChangeRefused | NotAPatron:
        """Two calls: reading and writing the whole record."""
        whole = await self._swapping.read(patron_id, "reading a user to change")
        if isinstance(whole, NotAPatron):
            return whole
        editable = self._editable(whole)
        unfitting = unfit(whole.json, changes)
        refused = tuple(name for name in changes.told if name not in editable or name in unfitting)
        if refused:
            return ChangeRefused(refused)
        if not changes.told:
            return ContactChanged()
        body = whole.body()
        override = write_contacts(body, changes)
        after = await self._swapping.write(whole, body, override)
        if not isinstance(after, Fault):
            return ContactChanged()
        if after.code == EXISTS and changes.email is not None:
            return ChangeRefused((ContactField.EMAIL,))
        return nobody(after, "changing a user")

    def _editable(self, whole: Whole) -> dict[ContactField, Editing]:
        """What the settings allow and the university does not keep."""
        allowed = (ContactField(name) for name in self._settings.editable)
        return {name: Editing.DIRECT for name in allowed if not is_theirs(whole.json, name)}

    def _profile(self, patron_id: str, whole: Whole) -> PatronProfile:
        user = AlmaFields(whole.json, "user")
        group, address = user.inner("user_group"), _first(whole.json, "address")
        language = user.code("preferred_language")
        language = _OUR_LANGUAGES.get(language or "", language)
        sms, country = sms_row(whole.json), address.inner("country")
        notes = (row for row in user.rows("user_note") if row.flag("user_viewable") is True)
        return PatronProfile(
            patron_id,
            user.text("first_name"),
            user.text("last_name"),
            _first(whole.json, "email").text("email_address"),
            _first(whole.json, "phone").text("phone_number"),
            None if sms is None else AlmaFields(sms, "user.phone").text("phone_number"),
            ", ".join(line for name in _LINES if (line := address.text(name))) or None,
            address.text("postal_code"),
            address.text("city"),
            country.text("desc") or country.text("value"),
            user.day("birth_date"),
            group.text("desc") or group.text("value"),
            language=language if language in LANGUAGES else None,
            expires_on=user.day("expiry_date"),
            messages=tuple(text for row in notes if (text := row.text("note_text"))),
            editable=self._editable(whole),
        )


def _first(user: dict[str, Any], kind: str) -> AlmaFields:
    rows = rows_of(user, kind)
    return AlmaFields(rows[0] if rows else {}, f"user.{kind}")
