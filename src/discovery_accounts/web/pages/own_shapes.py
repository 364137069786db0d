"""What the templates of a patron's own data are given."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from discovery_accounts.domain.messages import Channel
from discovery_accounts.web.pages.shapes import CardView, Field


@dataclass(frozen=True, slots=True)
class OwnPlace:
    """A place for a card's holder: its code in ``words``, and its address."""

    code: str
    address: str


@dataclass(frozen=True, slots=True)
class OwnPlaces:
    """Those there are for a card, and the codes of those that its library does not offer."""

    offered: tuple[OwnPlace, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ContactView:
    """One thing that the library holds. ``how`` is ``direct``, ``approval``, or ``None`` where it can't be
    changed here; ``value`` as it is shown, ``None`` when the library did not tell."""

    name: str
    value: str | bool | None
    how: str | None
    waiting: bool
    kept_by_organisation: bool
    field: Field


@dataclass(frozen=True, slots=True)
class MessageView:
    """One kind of message. ``days`` are the choices there are, empty where there is none."""

    kind: str
    channels: frozenset[Channel]
    offered: tuple[Channel, ...]
    digest: bool | None
    days_ahead: int | None
    days: tuple[int, ...]
    error: str | None = None


@dataclass(frozen=True, slots=True)
class CardMessages:
    """One card among all: what its library sends. ``contact``: whether the library told its contact data; then
    ``sms_number`` is masked, empty where there is none, and ``alias`` ``None`` where the library has no such thing."""

    card: CardView
    messages: tuple[MessageView, ...]
    changeable: bool
    contact: bool
    texts: bool
    sms_number: str = field(repr=False)
    alias: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class CardKeptHere:
    """One card whose library keeps no choices: what we keep. ``days_ahead`` is when our reminders tell of a loan,
    ``None`` where they do not; ``because`` the code of why they can't. The rest as in ``CardMessages``."""

    card: CardView
    days_ahead: int | None
    because: str | None
    contact: bool
    texts: bool
    sms_number: str = field(repr=False)
    alias: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A message that was sent, or failed to be. ``card`` is ``None`` for one of ours."""

    at: datetime | None
    subject: str | None
    text: str | None = field(repr=False)
    channel: str | None = None
    failed: bool = False
    card: CardView | None = None


@dataclass(frozen=True, slots=True)
class SuggestionView:
    """``reason`` in the library's own words."""

    card: CardView
    title: str | None
    author: str | None
    state: str
    suggested_on: date | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A card of which nothing could be told, and the code of why."""

    card: CardView
    because: str


@dataclass(frozen=True, slots=True)
class SuggestionForm:
    """What was typed into the form, by field."""

    fields: Mapping[str, Field]

    def __getitem__(self, name: str) -> Field:
        return self.fields[name]
