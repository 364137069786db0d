"""Alerts as pages, calls and mails know them, cut loose from the database."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from discovery_accounts.domain.alert_times import Frequency

MOST_ALERTS = 200
"""Of one account: far more than anybody keeps an eye on, few enough to be listed and mailed at once."""
MOST_NAME = 200
"""Characters."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What an alert is to be. ``name``, ``language``, ``by_email`` and ``by_feed`` are chosen for the person where they
    are ``None``; ``paused`` without ``paused_until`` is until the person says otherwise."""

    query: str = field(repr=False)
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    frequency: Frequency = Frequency.DAILY
    weekday: int | None = None
    name: str | None = field(default=None, repr=False)
    language: str | None = None
    by_email: bool | None = None
    by_feed: bool | None = None
    paused: bool = False
    paused_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class AlertInfo:
    """``paused``: just now. ``found`` is how many records it found, ``found_at`` when it last did; ``feed`` the secret
    part of its feed's address, ``None`` where it has no feed. ``masked``: query, filters and name are left out,
    because the person's sign-in was a weak one."""

    id: uuid.UUID
    name: str = field(repr=False)
    query: str = field(repr=False)
    filters: Mapping[str, tuple[str, ...]] = field(repr=False)
    frequency: Frequency
    weekday: int | None
    language: str
    by_email: bool
    by_feed: bool
    created_at: datetime
    opened_at: datetime
    paused: bool
    paused_until: datetime | None
    found: int
    found_at: datetime | None
    feed: str | None = field(default=None, repr=False)
    masked: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """A record that an alert found. ``title`` is empty where nothing is known of the record any more; ``gone``: its
    catalogue does not have it any more."""

    record_id: str
    source: str
    title: str
    matched_at: datetime
    authors: tuple[str, ...] = ()
    year: int | None = None
    format: str | None = None
    gone: bool = False


@dataclass(frozen=True, slots=True)
class MatchPage:
    """Matches, the newest first; ``next`` is where the next page begins, ``None`` on the last."""

    matches: tuple[Match, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What a query would have found in the last ``days``; ``newest`` are titles. ``at_least``: there were more
    records than were looked at."""

    count: int
    days: int
    newest: tuple[str, ...]
    at_least: bool
