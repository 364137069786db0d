"""Reviews as their writers, readers and staff may know them. Nothing here names an account."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from discovery_accounts.domain.review import RecordKey, ReviewState
from discovery_accounts.services.place import Place


@dataclass(frozen=True, slots=True)
class Rating:
    """What people think of a record: ``distribution`` has a count for each number of stars, 1 to 5; ``texts`` is how
    many are shown. ``own`` is the asker's stars."""

    record: RecordKey
    distribution: Mapping[int, int]
    texts: int
    own: int | None = field(default=None, repr=False)

    @property
    def count(self) -> int:
        return sum(self.distribution.values())

    @property
    def average(self) -> float | None:
        """To two decimals; ``None`` where nobody gave stars."""
        if not self.count:
            return None
        return round(sum(stars * number for stars, number in self.distribution.items()) / self.count, 2)


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wants to say. ``stars`` ``None`` takes them away, unless ``keep_stars``; so does an empty
    ``text``. ``title`` is the record's, as the page knew it; empty keeps the one there is."""

    text: str = field(default="", repr=False)
    signed: bool = field(default=False, repr=False)
    stars: int | None = field(default=None, repr=False)
    keep_stars: bool = False
    title: str = ""


@dataclass(frozen=True, slots=True)
class OwnReview:
    """One's own. ``because`` is a code of ``HideReason``, or ``reported``; ``None`` where the text is shown, waits
    to be looked at, or there is none."""

    id: uuid.UUID
    record: RecordKey
    title: str | None
    stars: int | None = field(repr=False)
    text: str | None = field(repr=False)
    signed: bool = field(repr=False)
    state: ReviewState
    because: str | None
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class OwnPage:
    """Those changed last first; ``older`` is where the next page goes on."""

    reviews: tuple[OwnReview, ...]
    older: Place | None


@dataclass(frozen=True, slots=True)
class ShownReview:
    """A text that is shown to everybody. ``name`` is what its writer chose to be called, ``None`` for a nameless
    one; ``own`` tells its writer that it is theirs."""

    id: uuid.UUID
    record: RecordKey
    stars: int | None
    text: str = field(repr=False)
    name: str | None = field(repr=False)
    own: bool
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class ShownPage:
    """As ``OwnPage``."""

    reviews: tuple[ShownReview, ...]
    older: Place | None


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody found wrong. Who, is not told."""

    reason: str
    message: str = field(repr=False)
    at: datetime


@dataclass(frozen=True, slots=True)
class Judged:
    """A review as staff see it. ``seen`` is the text's version: an act on another one is refused."""

    id: uuid.UUID
    record: RecordKey
    title: str | None
    stars: int | None
    text: str = field(repr=False)
    name: str | None = field(repr=False)
    state: ReviewState
    because: str | None
    changed_at: datetime
    seen: str
    reports: tuple[Report, ...] = ()


@dataclass(frozen=True, slots=True)
class Judging:
    """A page for staff; ``next`` is where the next one goes on."""

    reviews: tuple[Judged, ...]
    next: Place | None
