"""One person's data told to the library system: only what is different there, each call once (rules 5.1)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from discovery_accounts.connectors.api import (
    Capability,
    ChangeRefused,
    ChangesContact,
    ContactChanges,
    ContactField,
    Editing,
    LibraryError,
    NotAPatron,
    PatronDetails,
    PatronProfile,
    ReadsProfiles,
)
from discovery_accounts.services.house import House

CHANGED, SAME, REFUSED, GONE, NO_ANSWER = "changed", "same", "refused", "not_a_patron", "no_answer"

_DETAILS = ("given_names", "family_name", "email", "phone", "language")
_CONTACT = ("street", "postal_code", "city", "country")


@dataclass(frozen=True, slots=True)
class Told:
    """``outcome`` is one of the words above; ``refused`` the fields that the library did not take."""

    outcome: str
    refused: tuple[str, ...] = ()


def tell(house: House, library: str, patron_id: str, values: Mapping[str, str]) -> Told:
    """Never raises for a library's failure. ``values`` are by the names of ``PatronProfile``; for none the library is
    not asked."""
    if not values:
        return Told(SAME)
    try:
        return _tell(house, library, patron_id, values)
    except LibraryError:
        return Told(NO_ANSWER)


def _tell(house: House, library: str, patron_id: str, values: Mapping[str, str]) -> Told:
    able, deadline = house.gateway.capabilities(library), house.settings.act_deadline
    profile: PatronProfile | None = None
    if Capability.READ_PROFILE in able:
        read = house.gateway.ask(
            library, ReadsProfiles, lambda one: one.read_profile(patron_id), deadline=deadline
        )
        if isinstance(read, NotAPatron):
            return Told(GONE)
        profile = read
    different = {name: value for name, value in values.items() if _held(profile, name) != value}
    details = {name: different[name] for name in _DETAILS if name in different}
    contact = {name: different[name] for name in _CONTACT if name in different}
    parts = [
        _tell_details(house, library, patron_id, details, deadline) if details else Told(SAME),
        _tell_contact(house, library, patron_id, profile, contact, deadline) if contact else Told(SAME),
    ]
    refused = tuple(name for part in parts for name in part.refused)
    outcomes = [part.outcome for part in parts]
    return Told(next((word for word in (GONE, CHANGED, REFUSED) if word in outcomes), SAME), refused)


def _held(profile: PatronProfile | None, name: str) -> str | None:
    return getattr(profile, name) if profile is not None else None


def _tell_details(
    house: House, library: str, patron_id: str, details: Mapping[str, str], deadline: float
) -> Told:
    """What the library does not take is left out, and the rest told once more: a call changes all or nothing."""
    if Capability.CHANGE_PATRONS not in house.gateway.capabilities(library):
        return Told(REFUSED, tuple(details))
    refused: tuple[str, ...] = ()
    while left := {name: value for name, value in details.items() if name not in refused}:
        changes = replace(PatronDetails(), **_any(left))
        answer = house.gateway.change_patron(library, patron_id, changes, deadline=deadline)
        if isinstance(answer, NotAPatron):
            return Told(GONE)
        if not isinstance(answer, ChangeRefused):
            return Told(CHANGED, refused)
        named = tuple(name for name in answer.fields if name in left)
        refused += named or tuple(left)
    return Told(REFUSED, refused)


def _tell_contact(
    house: House,
    library: str,
    patron_id: str,
    profile: PatronProfile | None,
    contact: Mapping[str, str],
    deadline: float,
) -> Told:
    """The address, where the library takes it from us at once; not where its staff would look at it every day."""
    editable = profile.editable if profile is not None else {}
    closed = tuple(name for name in contact if editable.get(ContactField(name)) is not Editing.DIRECT)
    open_ = {name: value for name, value in contact.items() if name not in closed}
    if not open_ or Capability.CHANGE_CONTACT not in house.gateway.capabilities(library):
        return Told(REFUSED, tuple(contact))
    answer = house.gateway.ask(
        library,
        ChangesContact,
        lambda one: one.change_contact(patron_id, replace(ContactChanges(), **_any(open_))),
        deadline=deadline,
    )
    if isinstance(answer, NotAPatron):
        return Told(GONE)
    if isinstance(answer, ChangeRefused):
        return Told(REFUSED, tuple(contact))
    return Told(CHANGED, closed)


def _any(values: Mapping[str, str]) -> dict[str, Any]:
    """Records have other fields, too, whose values are no texts."""
    return dict(values)
