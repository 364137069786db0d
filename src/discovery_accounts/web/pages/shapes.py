"""What the templates are given: plain records, words not yet translated are codes.

A template never sees a table row, a service or a request; all it can show is here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from discovery_accounts.domain.cards import CardState, Relation, Scope
from discovery_accounts.domain.due import Urgency
from discovery_accounts.domain.standing import Block, Standing


@dataclass(frozen=True, slots=True)
class Notice:
    """A line at the top of a page. ``kind`` is ``good``, ``info`` or ``bad``; ``code`` has words in ``words``."""

    kind: str
    code: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MaintenanceView:
    """What a library's IT tells its patrons. ``kind`` is ``info`` or ``warning``; ``text`` is plain, in ``language``;
    ``until`` has the library's zone."""

    library: str
    kind: str
    language: str
    text: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """What every page has. ``url`` makes a path from a route's name, ``static`` from a file's."""

    language: str
    languages: Sequence[tuple[str, str]]
    csrf: str = field(repr=False)
    nonce: str
    url: Callable[..., str] = field(repr=False)
    static: Callable[[str], str] = field(repr=False)
    section: str
    here: str
    signed_in: bool
    account_name: str | None = None
    masked: bool = False
    """Whether personal data is hidden, because the sign-in was a weak one."""
    mail_returns: bool = False
    """Whether mail to the person's address came back."""
    notices: tuple[Notice, ...] = ()
    maintenance: tuple[MaintenanceView, ...] = ()
    """What the libraries of this page tell."""
    staff_login: str | None = None
    """The login that is for staff, named at the foot of pages before sign-in."""
    several_ways: bool = False
    """Whether patrons have more than one way to sign in."""
    reviews: bool = False
    """Whether the portal has stars and reviews."""
    owner: str | None = None
    """The account as devices may know it; ``None`` before sign-in."""
    installable: bool = False
    """Whether a telephone may take us for an app."""


@dataclass(frozen=True, slots=True)
class LibraryChoice:
    """A library in a list to choose from; ``available`` is false where its settings are faulty."""

    name: str
    title: str
    available: bool = True


@dataclass(frozen=True, slots=True)
class Field:
    """What was typed into a field and what is wrong with it; a PIN is never given back.

    ``error`` is a code with words in ``words``, e.g. ``card_number.missing``.
    """

    value: str = ""
    error: str | None = None


@dataclass(frozen=True, slots=True)
class CardView:
    """A card as its owner sees it. ``colour`` is 1 to 8 and the same on every page."""

    id: str
    label: str
    library: str
    library_title: str
    number_last4: str
    relation: Relation
    holder: bool
    state: CardState
    standing: Standing | None
    blocks: tuple[Block, ...]
    expires_on: date | None
    scopes: tuple[Scope, ...]
    colour: int
    as_of: datetime | None = None
    until: date | None = None
    """The last day on which the card is in this account, where it has one."""
    asks_pin: bool = False
    """Whether a PIN typed now would help: to repair, or because none is stored."""


@dataclass(frozen=True, slots=True)
class LoanView:
    """A loan on a page. ``renewable`` None means that the page may ask after it is shown."""

    id: str
    card: CardView
    title: str | None
    author: str | None
    due_at: datetime
    urgency: Urgency
    days: int
    renewals: int | None
    renewable: bool | None
    not_renewable_because: str | None
    may_renew: bool
    record: str | None = None
    """What a button that adds it to the favourites sends; ``None`` where the library tells of no record."""


@dataclass(frozen=True, slots=True)
class RenewalView:
    """What came of renewing one loan; ``code`` is ``renewed`` or a reason with words in ``words``."""

    title: str | None
    card: CardView | None
    renewed: bool
    due_at: datetime | None
    code: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A card of which nothing could be tried; ``because`` is a code of a refusal."""

    card: CardView
    because: str


@dataclass(frozen=True, slots=True)
class SessionView:
    """A signed-in browser or program; ``current`` is the one that asks."""

    id: str
    kind: str
    browser: str | None
    created_at: datetime
    last_seen_at: datetime
    current: bool


@dataclass(frozen=True, slots=True)
class SignInMethodView:
    """One way this account is signed in to. ``title`` is the library's or the login's name, ``shown_as``
    what the person is called there."""

    id: str
    login: str
    title: str
    number_last4: str | None
    shown_as: str | None
    last_used_at: datetime
    current: bool = False
