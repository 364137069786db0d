"""What a library holds of its patron, for the holder's own eyes, and changing it (rules 4.6, 4.7, 5.2)."""

import uuid
from dataclasses import dataclass, field, fields, replace
from typing import Any

from discovery_accounts.connectors.api import (
    ChangeRefused,
    ChangesContact,
    ContactChanged,
    ContactChanges,
    ContactField,
    NotAPatron,
    PatronProfile,
    ReadsProfiles,
)
from discovery_accounts.domain.access import Action
from discovery_accounts.domain.actor import Actor
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.email_address import check_email
from discovery_accounts.domain.labels import clean_label
from discovery_accounts.domain.masking import MASK, mask_email, mask_name, mask_phone
from discovery_accounts.domain.person import FIELDS
from discovery_accounts.services import events, letters, outbox
from discovery_accounts.services.account_cards import AccountCard
from discovery_accounts.services.acts import NOT_ANSWERED, Acts, NotAnswered
from discovery_accounts.services.consents import Consents
from discovery_accounts.services.families import Families, FamilyNames
from discovery_accounts.services.house import House
from discovery_accounts.services.hurry import SEND_MAIL
from discovery_accounts.services.own_cards import OwnCards
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.step_up import require_certainty
from discovery_accounts.services.university_feed.maintained import maintained, wants_to_stay

CHANGED = "changed"
WAITING = "waiting"
UNCHANGED = "unchanged"
REFUSED = "refused"
MAX_VALUE = 120  # characters
MAX_PHONE = 40


@dataclass(frozen=True, slots=True)
class OwnProfile:
    """``kept_by_organisation`` are fields that the person's organisation tells the library; ``changeable``
    whether the portal may change any. ``family`` is ``None`` where the library can't tell."""

    card: AccountCard
    profile: PatronProfile
    changeable: bool
    kept_by_organisation: frozenset[ContactField] = frozenset()
    family: FamilyNames | None = None
    masked: bool = False


@dataclass(frozen=True, slots=True)
class ContactResult:
    """``code`` is ``changed``, ``waiting`` (staff must say yes to those in ``fields``), ``unchanged``, ``refused``
    (those in ``fields``; then nothing was changed), or ``not_answered``."""

    card: AccountCard
    done: bool
    code: str
    fields: tuple[ContactField, ...] = field(default=())


class Profiles:
    """All raise ``Problem`` with the reason why a card may not be used for that."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._own = OwnCards(house)
        self._acts = Acts(house)

    def read(self, actor: Actor, card_id: uuid.UUID) -> OwnProfile:
        """Asked from the library now; masked for somebody of whom we are not sure enough."""
        card = self._own.admit(actor, card_id, Action.SEE_OWN_DATA, ReadsProfiles)
        locked = self._locked(actor, card)
        profile = _without(self._profile(card), locked)
        return OwnProfile(
            card,
            profile if actor.sees_all else as_masked(profile),
            bool(profile.editable) and self._own.can(card, ChangesContact),
            self._kept_by_organisation(actor, card, profile) | locked,
            Families(self._house).of(actor, card),
            masked=not actor.sees_all,
        )

    def change(self, actor: Actor, card_id: uuid.UUID, changes: ContactChanges) -> ContactResult:
        """Change what is different from what the library holds, all or nothing, sent once.

        Raises ``BadShape``, and ``Problem`` also with ``fresh_sign_in_required`` and ``step_up_required``.
        """
        self._own.check(actor, card_id, Action.CHANGE_OWN_DATA)
        require_certainty(self._house, actor)
        changes = clean_changes(changes)
        card = self._own.admit(actor, card_id, Action.CHANGE_OWN_DATA, ChangesContact)
        before = self._profile(card) if self._own.can(card, ReadsProfiles) else None
        locked = self._locked(actor, card)
        if before is not None:
            before = _without(before, locked)
        elif closed := tuple(one for one in changes.told if one in locked):
            return ContactResult(card, False, REFUSED, closed)
        if before is not None:
            changes = _different(before, changes)
            if closed := tuple(one for one in changes.told if one not in before.editable):
                return ContactResult(card, False, REFUSED, closed)
        if not changes.told:
            return ContactResult(card, True, UNCHANGED)
        answer = self._acts.act(
            actor,
            card,
            ChangesContact,
            lambda one: one.change_contact(card.patron_id, changes),
            word=events.CONTACT_CHANGED,
            says=_code,
        )
        result = self._result(card, answer, changes, before)
        if ContactField.EMAIL in changes.told and result.code != REFUSED:
            self._tell_old_address(actor, card, before)
        return result

    def _result(
        self,
        card: AccountCard,
        answer: ContactChanged | ChangeRefused | NotAPatron | NotAnswered,
        changes: ContactChanges,
        before: PatronProfile | None,
    ) -> ContactResult:
        match answer:
            case NotAPatron():
                raise Problem(Code.NOT_A_PATRON)
            case ChangeRefused(fields=names):
                refused = tuple(one for one in changes.told if one in names)
                return ContactResult(card, False, REFUSED, refused or changes.told)
            case ContactChanged(waiting=waiting):
                return ContactResult(card, True, WAITING if waiting else CHANGED, waiting)
            case NotAnswered():
                return self._look(card, changes, before)

    def _look(
        self, card: AccountCard, changes: ContactChanges, before: PatronProfile | None
    ) -> ContactResult:
        """Whether the record shows what was asked for, or that it waits as it did not before."""
        unknown = ContactResult(card, False, NOT_ANSWERED)
        try:
            now = self._profile(card) if before is not None else None
        except Problem:
            return unknown
        if now is None or before is None:
            return unknown
        missing = _different(now, changes).told
        waits = [one for one in missing if one in now.waiting and one not in before.waiting]
        if len(waits) < len(missing):
            return unknown
        return ContactResult(card, True, WAITING if waits else CHANGED, tuple(waits))

    def _profile(self, card: AccountCard) -> PatronProfile:
        profile = self._acts.ask(card, ReadsProfiles, lambda one: one.read_profile(card.patron_id))
        if isinstance(profile, NotAPatron):
            raise Problem(Code.NOT_A_PATRON)
        return profile

    def _kept_by_organisation(
        self, actor: Actor, card: AccountCard, profile: PatronProfile
    ) -> frozenset[ContactField]:
        """What the person's organisation tells this library, and the library does not let be changed here."""
        if wants_to_stay(self._house, actor.account_id, card.library):
            return frozenset()
        told = {
            name
            for consent in Consents(self._house).list(actor)
            if consent.withdrawn_at is None and consent.library == card.library
            for name in consent.fields
            if name in FIELDS  # of the others nobody knows before a feed has told them
        }
        return frozenset(one for one in ContactField if one in told and one not in profile.editable)

    def _locked(self, actor: Actor, card: AccountCard) -> frozenset[ContactField]:
        """What the person's university maintains by its feed (rules 5.2)."""
        names = maintained(self._house, actor.account_id, card.library)
        return frozenset(one for one in ContactField if one in names)

    def _tell_old_address(self, actor: Actor, card: AccountCard, before: PatronProfile | None) -> None:
        """Whoever reads the old mailbox is told, also of a change that waits or was not answered."""
        try:
            address = check_email(before.email or "") if before is not None else None
        except BadShape:
            address = None
        if address is None:
            return
        language = actor.language or self._house.settings.languages[0]
        words = letters.contact_changed(language, self._house.library(card.library).title(language))
        letter = outbox.Letter("contact_changed", address, words.subject, words.text, actor.account_id)
        with self._house.database.writing() as session:
            outbox.write(session, self._house, letter)
        self._house.hurry.ask(SEND_MAIL)


def _without(profile: PatronProfile, locked: frozenset[ContactField]) -> PatronProfile:
    """The profile with those fields read-only."""
    editable = {one: how for one, how in profile.editable.items() if one not in locked}
    return replace(profile, editable=editable) if locked else profile


def clean_changes(changes: ContactChanges) -> ContactChanges:
    """What was typed, without blanks around it. Raises ``BadShape`` about the field."""
    cleaned: dict[str, Any] = {one.value: _clean(one, getattr(changes, one)) for one in changes.told}
    return ContactChanges(**cleaned)


def _clean(one: ContactField, value: str | bool) -> str | bool:
    if isinstance(value, bool) or not value.strip():
        return value if isinstance(value, bool) else ""
    if one is ContactField.EMAIL:
        return check_email(value)
    most = MAX_PHONE if one in {ContactField.PHONE, ContactField.SMS_NUMBER} else MAX_VALUE
    return clean_label(value, one.value, most)


def _different(profile: PatronProfile, changes: ContactChanges) -> ContactChanges:
    """What of the changes is not so already."""
    told = {one.value: getattr(changes, one) for one in changes.told}
    held = {name: getattr(profile, name) for name in told}
    return ContactChanges(
        **{name: value for name, value in told.items() if (held[name] or "") != (value or "")}
    )


def _code(answer: ContactChanged | ChangeRefused | NotAPatron) -> str:
    match answer:
        case ContactChanged(waiting=waiting):
            return WAITING if waiting else CHANGED
        case ChangeRefused():
            return REFUSED
        case NotAPatron():
            return Code.NOT_A_PATRON.value


_OPEN = {"patron_id", "category", "home_library", "language", "self_service_blocked", "expires_on",
         "editable", "waiting"}  # fmt: skip
"""What of a profile tells too little of anybody to be hidden."""
_MASKS = {
    "email": mask_email,
    "phone": mask_phone,
    "sms_number": mask_phone,
    "given_names": mask_name,
    "family_name": mask_name,
}


def as_masked(profile: PatronProfile) -> PatronProfile:
    """Enough to recognise oneself by; what staff wrote and the day of birth are left out."""
    hidden: dict[str, Any] = {"birth_date": None, "messages": None}
    for one in fields(profile):
        value = getattr(profile, one.name)
        if one.name not in _OPEN and isinstance(value, str):
            mask = _MASKS.get(one.name)
            hidden[one.name] = mask(value) if mask else MASK
    return replace(profile, **hidden)
