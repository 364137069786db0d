"""What a proof of identity comes to, whatever kind it was."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from discovery_accounts.connectors.api import PatronRecord
from discovery_accounts.domain.person import NOBODY_TOLD, Person
from discovery_accounts.domain.strength import Strength


@dataclass(frozen=True, slots=True)
class ProvedCard:
    """A card that the person just proved to be theirs. ``pin`` is ``None`` where no PIN was the proof,
    ``record`` where the library did not tell."""

    library: str
    patron_id: str
    card_number: str = field(repr=False)
    pin: str | None = field(default=None, repr=False)
    record: PatronRecord | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class ProviderSession:
    """The session that the person has at the identity provider, as far as ending it needs.

    ``handles`` are the words by which the provider may name it when it tells us that it ended
    (such as ``sid:…``, ``sub:…``); ``memory`` is what the login needs to end it there.
    """

    handles: tuple[str, ...] = field(default=(), repr=False)
    memory: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute as the provider sent it, and the field of ours it became (empty: not used)."""

    name: str
    values: tuple[str, ...] = field(repr=False)
    becomes: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody is (login, issuer, subject); nothing else about them decides whose account this is.

    ``login`` is the kind of login. ``shared_id`` is a permanent id that the provider and the library
    have in common, where a setting names one; ``provider`` is there when the provider has a session.
    ``attributes`` is all that was sent, for IT trying out settings; it is never kept.
    """

    login: str
    issuer: str
    subject: str = field(repr=False)
    card: ProvedCard | None = None
    person: Person = NOBODY_TOLD
    strength: Strength = Strength.NORMAL
    shared_id: str | None = field(default=None, repr=False)
    provider: ProviderSession | None = None
    attributes: tuple[Attribute, ...] = field(default=(), repr=False)


class Why(StrEnum):
    """What a person is told about a proof that failed; the stable ``data-code`` of the page."""

    SIGN_IN_REFUSED = "sign_in_refused"
    """Unknown name or wrong password: one same answer."""
    CANCELLED = "sign_in_cancelled"
    """The person, or the provider for them, said no."""
    NOT_EXPECTED = "answer_not_expected"
    """An answer to no question of this browser's, too late, or given before."""
    NOT_TRUSTED = "answer_not_trusted"
    """Signature, issuer, audience, time: the answer proves nothing."""
    ATTRIBUTE_MISSING = "attribute_missing"
    """The organisation did not tell what is needed to know the person again."""
    ACCOUNT_CLOSED = "organisation_account_closed"
    """The organisation knows the person, and says that they may not sign in (any more)."""
    NOT_STRONG_ENOUGH = "sign_in_not_strong_enough"
    """The proof is older or weaker than was asked for."""


@dataclass(frozen=True, slots=True)
class NoClaim:
    """The proof failed. ``reason`` is for the event log and IT, without personal data; people are told ``why``."""

    reason: str
    why: Why = Why.SIGN_IN_REFUSED
