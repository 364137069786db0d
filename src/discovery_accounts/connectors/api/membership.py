"""Being a patron: renewing the card's time, and the people the library joined to it."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Protocol, runtime_checkable

from discovery_accounts.connectors.api.patrons import NotAPatron, PatronRef, Rejected


class NotCardRenewable(StrEnum):
    """Why the time of a card can't be renewed here."""

    TOO_EARLY = "too_early"
    BLOCKED = "blocked"
    FEES = "fees"
    AGE = "age"
    CONTACT_UNCONFIRMED = "contact_unconfirmed"
    AT_THE_DESK = "at_the_desk"
    LIBRARY_SAYS_NO = "library_says_no"


@dataclass(frozen=True, slots=True)
class CardTerms:
    """Whether the card's time can be renewed now. ``message`` is the library's own words to the person;
    ``because`` is set when it can't."""

    renewable: bool
    because: NotCardRenewable | None = None
    message: str | None = None
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class CardRenewed:
    """The card is valid until that day, or the library was asked (``asked``) and decides."""

    expires_on: date | None = None
    asked: bool = False


@dataclass(frozen=True, slots=True)
class CardNotRenewed:
    """The card's time is as it was."""

    because: NotCardRenewable


@runtime_checkable
class RenewsCards(Protocol):
    """``Capability.RENEW_CARD``. ``card_renewal_needs_pin``: the library asks for the patron's own PIN with it;
    without it ``pin`` is ``None``. The PIN is sent at most once in either call."""

    @property
    def card_renewal_needs_pin(self) -> bool: ...

    async def card_terms(self, patron: PatronRef, pin: str | None) -> CardTerms | NotAPatron | Rejected: ...

    async def renew_card(
        self, patron: PatronRef, pin: str | None
    ) -> CardRenewed | CardNotRenewed | NotAPatron | Rejected: ...


@dataclass(frozen=True, slots=True)
class Relative:
    """Another patron of the same library. ``relation`` in the library's own words (parent, child)."""

    patron_id: str = field(repr=False)
    given_names: str | None = field(default=None, repr=False)
    family_name: str | None = field(default=None, repr=False)
    relation: str | None = None


@dataclass(frozen=True, slots=True)
class Family:
    """Who answers for the patron, and for whom the patron answers; ``None`` where the library did not tell."""

    guarantors: tuple[Relative, ...] | None = None
    guarantees: tuple[Relative, ...] | None = None


@runtime_checkable
class ReadsFamilies(Protocol):
    """``Capability.READ_FAMILY``."""

    async def read_family(self, patron_id: str) -> Family | NotAPatron: ...
