"""What the templates about who sees a card are given."""

from dataclasses import dataclass, field
from datetime import date, datetime

from discovery_accounts.domain.cards import ALL_SCOPES, NEEDS_TOO, Relation, Scope
from discovery_accounts.services.viewer_list import Viewer
from discovery_accounts.web.pages.shapes import Field


@dataclass(frozen=True, slots=True)
class ViewerView:
    """``name`` is what that account's owner chose, ``signs_in_by`` what we verified; each ``None`` where there is
    none or it is hidden. ``chosen`` are the scopes that are ticked, ``until`` the last day as typed; ``number``
    tells the fields of one viewer from those of another on the page."""

    link: str
    number: int
    name: str | None = field(repr=False)
    signs_in_by: str | None
    since: datetime
    last_used: datetime | None
    scopes: tuple[Scope, ...]
    chosen: frozenset[Scope]
    mine: bool
    waits: bool
    asks: bool
    holder: bool
    relation: Relation
    last_day: date | None
    until: Field
    wrong_scopes: str | None = None
    opened: bool = False

    @property
    def offered(self) -> tuple[Scope, ...]:
        return ALL_SCOPES

    @property
    def needs(self) -> dict[Scope, Scope]:
        return NEEDS_TOO


@dataclass(frozen=True, slots=True)
class Handover:
    """When the young patron decides alone, in the library's zone, and at which age. ``over``: since then."""

    at: datetime
    age: int
    over: bool


def view(
    one: Viewer,
    number: int,
    signs_in_by: str | None,
    last_day: date | None,
    *,
    chosen: frozenset[Scope] | None = None,
    until: Field | None = None,
    wrong_scopes: str | None = None,
    waits: bool = False,
) -> ViewerView:
    """As it is; or, where a form comes back, as it was filled in."""
    return ViewerView(
        link=str(one.link_id),
        number=number,
        name=one.name,
        signs_in_by=signs_in_by,
        since=one.since,
        last_used=one.last_used,
        scopes=one.scopes,
        chosen=frozenset(one.scopes) if chosen is None else chosen,
        mine=one.mine,
        waits=waits,
        asks=one.asks,
        holder=one.holder,
        relation=one.relation,
        last_day=last_day,
        until=until or Field(last_day.isoformat() if last_day else ""),
        wrong_scopes=wrong_scopes,
        opened=until is not None,
    )
