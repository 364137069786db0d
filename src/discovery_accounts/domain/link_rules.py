"""What a library's rules about linking come to for the links that are there already (rules 3.3, 3.4, 3.6).

Rules are asked when a link is made; a rule that changes later touches no link by itself. Here is what it
would do to them: counted first, and done only when somebody says so.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum
from uuid import UUID

from discovery_accounts.domain.cards import LinkState
from discovery_accounts.domain.handover import hands_over_at, is_minor, state_of

RULES = ("linking", "approval", "max_viewers", "handover_age")


@dataclass(frozen=True, slots=True)
class LinkRules:
    """A library's settings of these names; what is ``None`` is not asked about. ``zone`` is the library's, in
    which days begin."""

    zone: tzinfo
    linking: bool | None = None
    approval: str | None = None
    max_viewers: int | None = None
    handover_age: int | None = None

    def given(self) -> dict[str, bool | str | int]:
        """What is asked about, by the names of the settings."""
        values = {name: getattr(self, name) for name in RULES}
        return {name: value for name, value in values.items() if value is not None}


@dataclass(frozen=True, slots=True)
class OtherLink:
    """A link to somebody else's card that is not over. ``at`` is the handover of its card, reckoned by
    ``age`` years; both are ``None`` where it is not known, or over since before the card was first seen."""

    id: UUID
    account_id: UUID
    card_id: UUID
    state: LinkState
    since: datetime
    confirmed_at: datetime | None
    at: datetime | None
    age: int | None

    def state_at(self, at: datetime | None, now: datetime) -> LinkState:
        """Its state now, were the card handed over ``at``."""
        return state_of(
            self.state, holder=False, since=self.since, confirmed_at=self.confirmed_at, at=at, now=now
        )


class Effect(StrEnum):
    """What rules do to a link. ``waits``: for the holder's yes; ``handed_over``: for the yes of a young person
    who is old enough by these rules."""

    NONE = "none"
    ENDS = "ends"
    WAITS = "waits"
    HANDED_OVER = "handed_over"


def handover_by(link: OtherLink, rules: LinkRules, now: datetime) -> datetime | None:
    """When the link's card is handed over by these rules. The day of birth is not kept; it follows from the
    handover by another age. Who decides already goes on deciding: no rule takes that back."""
    age = rules.handover_age
    if link.at is None or link.at <= now or link.age is None or age is None or age == link.age:
        return link.at
    return hands_over_at(link.at.astimezone(rules.zone).date(), age - link.age, rules.zone)


def effects(
    links: Sequence[OtherLink], rules: LinkRules, now: datetime
) -> Iterator[tuple[OtherLink, Effect]]:
    """What the rules do to each of the links to one card; the oldest stay where there are too many."""
    room = 0 if rules.linking is False else rules.max_viewers
    for place, link in enumerate(sorted(links, key=lambda one: (one.since, one.id))):
        ends = room is not None and place >= room
        yield link, Effect.ENDS if ends else _pause(link, rules, now)


def _pause(link: OtherLink, rules: LinkRules, now: datetime) -> Effect:
    if link.state_at(link.at, now) is not LinkState.ACTIVE:
        return Effect.NONE  # it waits already
    at = handover_by(link, rules, now)
    if link.confirmed_at is None and _asks_first(rules.approval, minor=is_minor(at, now)):
        return Effect.WAITS
    return Effect.NONE if link.state_at(at, now) is LinkState.ACTIVE else Effect.HANDED_OVER


def _asks_first(approval: str | None, *, minor: bool) -> bool:
    return approval == "always" or (approval == "adults" and not minor)


def by_card(links: Iterable[OtherLink]) -> Iterator[list[OtherLink]]:
    """Links that come in the order of their cards, card by card."""
    found: list[OtherLink] = []
    for link in links:
        if found and found[0].card_id != link.card_id:
            yield found
            found = []
        found.append(link)
    if found:
        yield found
