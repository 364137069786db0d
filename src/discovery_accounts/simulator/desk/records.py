"""The plain records of the desk. Days are ISO 8601 dates, moments seconds since 1970 (UTC)."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Branch:
    """A place that lends. `pickup` tells whether holds may be fetched there, `children_only` for whom."""

    code: str
    name: str
    pickup: bool = True
    children_only: bool = False


@dataclass(frozen=True, slots=True)
class Hold:
    """One hold. `state` is `waiting`, `ready`, `transit` or `processing`; `position` counts from 1."""

    hold_id: int
    patron_id: str
    biblio_id: int
    branch: str
    placed_on: str
    state: str = "waiting"
    position: int = 1
    item_id: int | None = None
    ready_until: str | None = None
    wanted_until: str | None = None
    suspended: bool = False
    suspended_until: str | None = None
    cancelling: bool = False
    note: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Fee:
    """A debit in minor units. `kind` is one of `overdue`, `lost`, `hold`, `membership`, `manual`."""

    fee_id: int
    patron_id: str
    kind: str
    amount: int
    outstanding: int
    charged_on: str
    biblio_id: int | None = None
    description: str = ""


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that came in, in minor units."""

    payment_id: int
    patron_id: str
    amount: int
    paid_on: str
    method: str = "CASH"


@dataclass(frozen=True, slots=True)
class Notice:
    """A message sent to a patron, or (`kind` `desk`) written to them by staff."""

    notice_id: int
    patron_id: str
    kind: str
    subject: str = field(repr=False)
    text: str = field(repr=False)
    sent_at: int
    channel: str = "email"
    delivered: bool = True


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A purchase suggestion. `state` is `asked`, `accepted`, `ordered`, `available` or `rejected`."""

    suggestion_id: int
    patron_id: str
    title: str
    author: str | None
    suggested_on: str
    state: str = "asked"
    reason: str | None = None
    publisher: str | None = None
    year: int | None = None
    isbn: str | None = None
    note: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Relation:
    """`guarantor_id` answers for `patron_id`."""

    patron_id: str
    guarantor_id: str
    relation: str = "parent"
