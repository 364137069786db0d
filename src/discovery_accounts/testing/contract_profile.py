"""The contract about the patron's own data: what may be changed is, wholly or not at all."""

from typing import Any

import pytest

from discovery_accounts.connectors.api import (
    Capability,
    ChangeRefused,
    ContactChanged,
    ContactChanges,
    ContactField,
    Editing,
    PatronProfile,
)
from discovery_accounts.testing.connector_world import ConnectorWorld, PatronKind, WorldPatron
from discovery_accounts.testing.contract_act_table import CANARY_EMAIL, CANARY_PHONE, other_contact
from discovery_accounts.testing.contract_base import ContractBase

# One value that would do for every field.
VALUES: dict[ContactField, Any] = {
    ContactField.EMAIL: CANARY_EMAIL,
    ContactField.PHONE: CANARY_PHONE,
    ContactField.SMS_NUMBER: CANARY_PHONE,
    ContactField.STREET: "New Street 1",
    ContactField.POSTAL_CODE: "00200",
    ContactField.CITY: "Espoo",
    ContactField.COUNTRY: "FI",
    ContactField.PICKUP_ALIAS: "Owl 7",
    ContactField.LANGUAGE: "sv",
    ContactField.SELF_SERVICE_BLOCKED: True,
}


class ProfileContract(ContractBase):
    """The profile, and changes of it."""

    def test_the_profile_is_the_patrons_and_shows_nothing_by_itself(self, world: ConnectorWorld) -> None:
        patron = self.patron(world, PatronKind.GOOD)
        profile = self.profile(world, patron)
        assert profile.patron_id == patron.patron_id
        for told in (profile.family_name, profile.email, profile.phone, profile.street):
            assert not told or told not in repr(profile)

    def test_what_is_editable_is_named_where_it_can_be_changed(self, world: ConnectorWorld) -> None:
        profile = self.profile(world, self.patron(world, PatronKind.GOOD))
        for field, editing in profile.editable.items():
            assert isinstance(field, ContactField)
            assert isinstance(editing, Editing)
        assert bool(profile.editable) <= (Capability.CHANGE_CONTACT in self.able(world))

    @pytest.mark.parametrize("field", list(ContactField))
    def test_what_may_be_changed_is_as_it_was_told(self, world: ConnectorWorld, field: ContactField) -> None:
        self.need(world, Capability.CHANGE_CONTACT)
        patron = self.patron(world, PatronKind.NO_LOANS)
        before = self.profile(world, patron)
        answer = self.change_contact(world, patron, ContactChanges(**{field.value: VALUES[field]}))
        after = self.profile(world, patron)
        editing = before.editable.get(field)
        if editing is None:
            assert answer == ChangeRefused((field,))
            assert after == before
        elif editing is Editing.DIRECT:
            assert answer == ContactChanged()
            assert getattr(after, field) == VALUES[field]
        else:
            assert answer == ContactChanged((field,))
            assert field in after.waiting or getattr(after, field) in (VALUES[field], getattr(before, field))

    def test_one_field_that_is_not_the_portals_keeps_all_as_they_are(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.CHANGE_CONTACT, "is_act")
        patron = self.patron(world, PatronKind.NO_LOANS)
        before = self.profile(world, patron)
        kept = [field for field in ContactField if field not in before.editable]
        if not kept:
            pytest.skip("editable: every field may be changed here")
        changed = other_contact(before)
        mixed = {field: getattr(changed, field) for field in changed.told} | {kept[0]: VALUES[kept[0]]}
        answer = self.change_contact(
            world, patron, ContactChanges(**{str(name): mixed[name] for name in mixed})
        )
        assert answer == ChangeRefused((kept[0],))
        assert self.profile(world, patron) == before
        assert self.acts(world) == 0

    def test_what_was_not_told_stays(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.CHANGE_CONTACT)
        patron = self.patron(world, PatronKind.GOOD)
        before = self.profile(world, patron)
        changes = other_contact(before)
        self.change_contact(world, patron, changes)
        after = self.profile(world, patron)
        for field in ContactField:
            assert field in changes.told or getattr(after, field) == getattr(before, field), field
        assert (after.given_names, after.family_name) == (before.given_names, before.family_name)

    def test_no_contact_told_changes_nothing(self, world: ConnectorWorld) -> None:
        self.need(world, Capability.CHANGE_CONTACT, "is_act")
        patron = self.patron(world, PatronKind.GOOD)
        assert self.change_contact(world, patron, ContactChanges()) == ContactChanged()
        assert self.acts(world) == 0

    def change_contact(self, world: ConnectorWorld, patron: WorldPatron, changes: ContactChanges) -> object:
        """What the library makes of it."""
        return self.ask(world, lambda connector: connector.change_contact(patron.patron_id, changes))

    def profile(self, world: ConnectorWorld, patron: WorldPatron) -> PatronProfile:
        """The profile as it is now; skips the test where it can't be read."""
        self.need(world, Capability.READ_PROFILE)
        found = self.ask(world, lambda connector: connector.read_profile(patron.patron_id))
        assert isinstance(found, PatronProfile)
        return found
