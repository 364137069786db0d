"""What the templates of alerts are given."""

from dataclasses import dataclass, field
from datetime import date, datetime

from discovery_accounts.web.pages.shapes import Field


@dataclass(frozen=True, slots=True)
class AlertView:
    """``frequency`` is a code with words; ``filters`` are pairs of a code and values; ``paused_until`` the last day."""

    id: str
    name: str = field(repr=False)
    query: str = field(repr=False)
    filters: tuple[tuple[str, tuple[str, ...]], ...] = field(repr=False)
    frequency: str
    by_email: bool
    by_feed: bool
    paused: bool
    paused_until: date | None
    found: int
    found_at: datetime | None
    feed: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter that can be ticked."""

    value: str
    title: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class FilterField:
    """``more`` are values that are not among the choices, as they were typed."""

    name: str
    choices: tuple[Choice, ...]
    more: Field


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is wrong: what stands before, there, and after it."""

    before: str = field(repr=False)
    here: str = field(repr=False)
    after: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AlertForm:
    """``filters_open``: some are in use. ``address`` is where mails go, masked where it must be."""

    name: Field
    query: Field
    place: Place | None
    filters: tuple[FilterField, ...]
    filters_open: bool
    frequency: Field
    language: Field
    by_email: Field
    by_feed: bool
    address: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class MatchView:
    """``address`` is empty where the catalogue's is not known; ``record`` is for adding it to the favourites."""

    title: str
    facts: str
    address: str
    matched_at: datetime
    gone: bool
    record: str | None = field(repr=False)
