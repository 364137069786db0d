"""What the templates of invitations, offers and of adding a card are given."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime

from markupsafe import Markup

from discovery_accounts.domain.cards import ALL_SCOPES, NEEDS_TOO, Scope


@dataclass(frozen=True, slots=True)
class ScopeChoice:
    """Boxes to tick. ``number`` tells them from others on the page, ``wrong_scopes`` is what is wrong with them."""

    chosen: Collection[Scope]
    wrong_scopes: str | None = None
    number: int = 0

    @property
    def offered(self) -> tuple[Scope, ...]:
        return ALL_SCOPES

    @property
    def needs(self) -> dict[Scope, Scope]:
        return NEEDS_TOO


@dataclass(frozen=True, slots=True)
class InvitationView:
    """One that can still be used. Times have the library's zone; ``minutes`` are those left, rounded up."""

    id: str
    scopes: tuple[Scope, ...]
    last_day: date | None
    expires_at: datetime
    minutes: int


@dataclass(frozen=True, slots=True)
class NewCode:
    """``code`` is shown once, and ``picture`` is the address of its page as a QR code."""

    code: str = field(repr=False)
    address: str = field(repr=False)
    picture: Markup = field(repr=False)
    invitation: InvitationView


@dataclass(frozen=True, slots=True)
class InvitedTo:
    """What one is invited to. ``by`` is the name that the holder chose, if any."""

    library_title: str
    by: str | None = field(repr=False)
    invitation: InvitationView


@dataclass(frozen=True, slots=True)
class OfferView:
    """A card that the library says one answers for."""

    id: str
    name: str = field(repr=False)
    library_title: str
    relation: str | None
