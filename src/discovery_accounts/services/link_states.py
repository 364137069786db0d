"""What a link's row comes to now: its last day may be over, its card handed over to a young person."""

from datetime import datetime

from sqlalchemy import ColumnElement, or_

from discovery_accounts.domain.cards import LinkState
from discovery_accounts.domain.handover import state_of
from discovery_accounts.models import Link


def state_now(link: Link, now: datetime) -> LinkState:
    """As every page, call and job sees it; ``ENDED`` also when its last day is over."""
    if link.until is not None and link.until <= now:
        return LinkState.ENDED
    return state_of(
        LinkState(link.state),
        holder=link.holder,
        since=link.since,
        confirmed_at=link.confirmed_at,
        at=link.card.hands_over_at,
        now=now,
    )


def not_over(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Conditions of links that are neither ended nor past their last day; some of them may wait."""
    return (Link.state != LinkState.ENDED.value, or_(Link.until.is_(None), Link.until > now))


def consent_of(link: Link) -> dict[str, str | None]:
    """What a link came to be with, for the event of it; with who and when, the event's own, it is the record
    of the consent, kept as it was whatever is changed later (checklist L7)."""
    return {
        "relation": link.relation,
        "state": link.state,
        "proof": link.proof,
        "scopes": link.scopes,
        "until": link.until.isoformat(timespec="seconds") if link.until else None,
    }
