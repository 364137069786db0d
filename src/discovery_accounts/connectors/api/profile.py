"""The patron's own data at the library, and what of it the portal may change."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum
from typing import Protocol, runtime_checkable

from discovery_accounts.connectors.api.patrons import NotAPatron
from discovery_accounts.connectors.api.registering import ChangeRefused


class ContactField(StrEnum):
    """What a person may want to change, by the names of ``ContactChanges``."""

    EMAIL = "email"
    PHONE = "phone"
    SMS_NUMBER = "sms_number"
    STREET = "street"
    POSTAL_CODE = "postal_code"
    CITY = "city"
    COUNTRY = "country"
    PICKUP_ALIAS = "pickup_alias"
    LANGUAGE = "language"
    SELF_SERVICE_BLOCKED = "self_service_blocked"


class Editing(StrEnum):
    """How a field changes: at once, or once staff have said yes."""

    DIRECT = "direct"
    APPROVAL = "approval"


@dataclass(frozen=True, slots=True)
class PatronProfile:
    """What the library holds, for the holder's own eyes. ``None`` is what it did not tell.

    ``pickup_alias`` is what the shelf of holds shows in place of the name, ``self_service_blocked``
    whether the card opens no unstaffed library, ``messages`` what staff wrote to the patron,
    ``language`` a code of ours. ``editable`` names what may be changed here, and how; ``waiting`` what was
    changed and waits for staff.
    """

    patron_id: str = field(repr=False)
    given_names: str | None = field(default=None, repr=False)
    family_name: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)
    sms_number: str | None = field(default=None, repr=False)
    street: str | None = field(default=None, repr=False)
    postal_code: str | None = field(default=None, repr=False)
    city: str | None = field(default=None, repr=False)
    country: str | None = field(default=None, repr=False)
    birth_date: date | None = field(default=None, repr=False)
    category: str | None = None
    home_library: str | None = None
    pickup_alias: str | None = field(default=None, repr=False)
    language: str | None = None
    self_service_blocked: bool | None = None
    expires_on: date | None = None
    messages: tuple[str, ...] | None = field(default=None, repr=False)
    editable: Mapping[ContactField, Editing] = field(default_factory=dict)
    waiting: tuple[ContactField, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class ContactChanges:
    """What to change: ``None`` leaves as it is, an empty text clears."""

    email: str | None = None
    phone: str | None = None
    sms_number: str | None = None
    street: str | None = None
    postal_code: str | None = None
    city: str | None = None
    country: str | None = None
    pickup_alias: str | None = None
    language: str | None = None
    self_service_blocked: bool | None = None

    @property
    def told(self) -> tuple[ContactField, ...]:
        """The fields that are given."""
        return tuple(ContactField(one.name) for one in fields(self) if getattr(self, one.name) is not None)

    def __repr__(self) -> str:
        return f"ContactChanges(told={self.told})"


@dataclass(frozen=True, slots=True)
class ContactChanged:
    """Changed. ``waiting`` are those that staff must say yes to first."""

    waiting: tuple[ContactField, ...] = ()


@runtime_checkable
class ReadsProfiles(Protocol):
    """``Capability.READ_PROFILE``."""

    async def read_profile(self, patron_id: str) -> PatronProfile | NotAPatron: ...


@runtime_checkable
class ChangesContact(Protocol):
    """``Capability.CHANGE_CONTACT``: all of the fields told, or none of them.

    ``ChangeRefused.fields`` are names of ``ContactField``: not editable, or a value the library won't have.
    """

    async def change_contact(
        self, patron_id: str, changes: ContactChanges
    ) -> ContactChanged | ChangeRefused | NotAPatron: ...
