"""Words for links, credentials and what is shown of a card (rules 2 and 3, interface section 5)."""

from collections.abc import Collection
from enum import StrEnum


class Relation(StrEnum):
    """Whose card it is, as the person who linked it said."""

    OWN = "own"
    LOOKED_AFTER = "looked_after"


class LinkState(StrEnum):
    """The consent. ``pending`` waits for the holder, ``ended`` is kept for the log and never shows."""

    ACTIVE = "active"
    PENDING = "pending"
    ENDED = "ended"


class LinkProof(StrEnum):
    """How the account showed that it may have the card; only a link by PIN needs a PIN (rules 2.4)."""

    PIN = "pin"
    FEDERATION = "federation"
    EMAIL = "email"
    INVITATION = "invitation"
    GUARANTOR = "guarantor"


class EndedBy(StrEnum):
    """Who ended a link; after anybody but its owner did, only the holder's yes brings it back (3.0).

    ``time`` is the link's own last day, ``library`` that the patron is one no more, or that the library's
    rules about linking do not allow it any more.
    """

    OWNER = "owner"
    HOLDER = "holder"
    STAFF = "staff"
    TIME = "time"
    LIBRARY = "library"


class CredentialState(StrEnum):
    """The stored PIN, apart from the consent: a changed PIN pauses a link, it does not end it."""

    GOOD = "good"
    PIN_CHANGED = "pin_changed"
    NO_PIN_HERE = "no_pin_here"


class CardState(StrEnum):
    """How fresh is what we show of a card."""

    FRESH = "fresh"
    STALE = "stale"
    UNAVAILABLE = "unavailable"
    PIN_NEEDED = "pin_needed"
    PIN_CHANGED = "pin_changed"
    NOT_A_PATRON = "not_a_patron"
    PENDING_APPROVAL = "pending_approval"


SHOWN = frozenset({CardState.FRESH, CardState.STALE})
"""States in which something of the library's is shown."""


class Scope(StrEnum):
    """What a link may do. A holder's own link has them all."""

    LOANS = "loans"
    HOLDS = "holds"
    FEES = "fees"
    RENEW = "renew"
    HOLD = "hold"
    CARD = "card"


ALL_SCOPES: tuple[Scope, ...] = tuple(Scope)
SCOPES_BY_PIN: tuple[Scope, ...] = tuple(scope for scope in Scope if scope is not Scope.CARD)
"""What a link by PIN may do unless chosen otherwise: all but showing the card's barcode."""
NEEDS_TOO: dict[Scope, Scope] = {Scope.RENEW: Scope.LOANS}
"""What a scope is of no use without: who renews sees the loans."""


def in_order(scopes: Collection[Scope]) -> tuple[Scope, ...]:
    """Scopes in the order in which people are told them."""
    return tuple(scope for scope in Scope if scope in scopes)


def read_scopes(stored: str) -> frozenset[Scope]:
    """Scopes from their stored form, words parted by blanks; words no longer known are left out."""
    words = set(stored.split())
    return frozenset(scope for scope in Scope if scope.value in words)


def write_scopes(scopes: Collection[Scope]) -> str:
    return " ".join(scope.value for scope in in_order(scopes))
