"""What a person has chosen of their digests: whether they want any, when, of which cards, how early."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from discovery_accounts.domain.access import Action, Verdict, authorize
from discovery_accounts.domain.actor import Actor
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.cards import LinkProof, LinkState
from discovery_accounts.domain.digest import HOURS, MOST_DAYS_AHEAD, is_within
from discovery_accounts.domain.masking import mask_email
from discovery_accounts.models import Account, Digest, Link
from discovery_accounts.services import events
from discovery_accounts.services.account_cards import AccountCard, cards_of
from discovery_accounts.services.accounts import may_write_to
from discovery_accounts.services.alerts.slots import move_slots
from discovery_accounts.services.alerts.stopping import end_all_mails
from discovery_accounts.services.digest_rows import mark_due, stop_hash, times_of, withdraw_waiting
from discovery_accounts.services.house import House
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.row_locks import lock_links
from discovery_accounts.services.tokens import token_hash

DEFAULT_HOUR = 7
DEFAULT_DAYS = 3
"""What the page offers to somebody who has chosen nothing yet."""


class LeftOut(StrEnum):
    """Why a card can't be in a digest."""

    PIN_NEEDED = "pin_needed"
    MISSING_SCOPE = "missing_scope"
    PENDING_APPROVAL = "pending_approval"
    LIBRARY_UNAVAILABLE = "library_unavailable"


@dataclass(frozen=True, slots=True)
class CardChoice:
    """``days_ahead`` ``None``: not in the digest. ``because`` tells why the card can't be in one at all."""

    card: AccountCard
    days_ahead: int | None
    because: LeftOut | None


@dataclass(frozen=True, slots=True)
class Reminders:
    """``address`` is where they go, masked like all addresses where it must be; ``None`` where there is none."""

    on: bool
    hour: int
    quiet_from: int | None
    quiet_until: int | None
    titles: bool
    timezone: str
    next_at: datetime | None
    address: str | None = field(repr=False)
    cards: tuple[CardChoice, ...] = ()
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be in force. ``days`` is by card; cards that are not named stay as they are."""

    on: bool
    hour: int
    quiet_from: int | None
    quiet_until: int | None
    titles: bool
    days: Mapping[uuid.UUID, int | None]


class ReminderSettings:
    def __init__(self, house: House) -> None:
        self._house = house

    def read(self, actor: Actor) -> Reminders:
        now = self._house.now()
        with self._house.database.reading() as session:
            cards = cards_of(session, actor.account_id, actor.session_id, now)
            digest = session.get(Digest, actor.account_id)
            address = may_write_to(session.get_one(Account, actor.account_id))
        choices = tuple(CardChoice(card, card.days_ahead, self._left_out(card, now)) for card in cards)
        address = address if actor.sees_all or address is None else mask_email(address)
        if digest is None:
            return Reminders(
                False, DEFAULT_HOUR, None, None, False, self._zone(cards), None, address, choices
            )
        return Reminders(
            digest.wanted,
            digest.hour,
            digest.quiet_from,
            digest.quiet_until,
            digest.titles,
            digest.timezone,
            digest.due_at if digest.wanted else None,
            address,
            choices,
            chosen=True,
        )

    def save(self, actor: Actor, wish: Wish) -> None:
        """Raises ``BadShape`` about ``hour``, ``quiet_from``, ``quiet_until`` or ``days_ahead``, and about ``on`` where
        there is no address to write to; ``Problem`` ``no_such_card`` for a stranger's."""
        _check(wish)
        now = self._house.now()
        with self._house.database.writing() as session:
            cards = cards_of(session, actor.account_id, actor.session_id, now)
            links = {card.id: card.link_id for card in cards}
            if not set(wish.days) <= set(links):
                raise Problem(Code.NO_SUCH_CARD)
            lock_links(session, links.values())
            if wish.on and may_write_to(session.get_one(Account, actor.account_id)) is None:
                raise BadShape("on", "no_email")
            for card_id, days in wish.days.items():
                session.execute(update(Link).where(Link.id == links[card_id]).values(days_ahead=days))
            digest = self._row(session, actor.account_id)
            digest.wanted, digest.hour, digest.titles = wish.on, wish.hour, wish.titles
            digest.quiet_from, digest.quiet_until = wish.quiet_from, wish.quiet_until
            digest.timezone = self._zone(cards)
            digest.claimed_at = None
            digest.due_at = times_of(digest).next_after(now) if wish.on else None
            session.flush()
            mark_due(session, actor.account_id, digest.due_at)
            move_slots(self._house, session, actor.account_id)
            # what waits was written by what was chosen before; its news are told anew
            withdraw_waiting(session, actor.account_id)
            events.record(
                session, events.REMINDERS_CHANGED, now, account_id=actor.account_id, on=wish.on, by="owner"
            )

    def knows(self, token: str) -> bool:
        """Whether an address for ending digests is one of ours."""
        with self._house.database.reading() as session:
            return self._find(session, token) is not None

    def stop(self, token: str, *, alerts: bool = False) -> bool:
        """End the digests of whoever got this address in a mail; no session is needed, and none is looked at.
        ``alerts``: and the mails of all their alerts."""
        with self._house.database.writing() as session:
            digest = self._find(session, token)
            if digest is None:
                return False
            links = session.scalars(select(Link.id).where(Link.account_id == digest.account_id)).all()
            lock_links(session, links)
            was_on, digest.wanted, digest.due_at = digest.wanted, False, None
            session.flush()
            mark_due(session, digest.account_id, None)
            withdraw_waiting(session, digest.account_id)
            if was_on:
                now = self._house.now()
                account_id = digest.account_id
                events.record(
                    session, events.REMINDERS_CHANGED, now, account_id=account_id, on=False, by="mail"
                )
            if alerts:
                end_all_mails(session, digest.account_id, self._house.now())
            return True

    def _find(self, session: Session, token: str) -> Digest | None:
        return session.scalars(select(Digest).where(Digest.stop_hash == token_hash(token))).one_or_none()

    def _row(self, session: Session, account_id: uuid.UUID) -> Digest:
        digest = session.get(Digest, account_id, with_for_update={"key_share": True})
        if digest is None:
            digest = Digest(account_id=account_id, stop_hash=stop_hash(self._house, account_id))
            session.add(digest)
        return digest

    def _zone(self, cards: Sequence[AccountCard]) -> str:
        """The person's first card's library tells which clock their hours are by."""
        known = [
            self._house.libraries[card.library] for card in cards if card.library in self._house.libraries
        ]
        some = [*known, *self._house.libraries.values()]
        return some[0].timezone.key if some else ZoneInfo("Europe/Helsinki").key

    def _left_out(self, card: AccountCard, now: datetime) -> LeftOut | None:
        if card.link_state is LinkState.PENDING:
            return LeftOut.PENDING_APPROVAL
        library = self._house.libraries.get(card.library)
        if library is None:
            return LeftOut.LIBRARY_UNAVAILABLE
        actions = (Action.SEE_LOANS, Action.SEE_HOLDS)
        if not any(authorize(card.access, action, now) is Verdict.ALLOWED for action in actions):
            return LeftOut.MISSING_SCOPE
        if library.pin_storage == "none" and (card.pin is not None or card.proof is LinkProof.PIN):
            return LeftOut.PIN_NEEDED
        return None


def _check(wish: Wish) -> None:
    if wish.hour not in HOURS:
        raise BadShape("hour", "unknown")
    for name, hour in (("quiet_from", wish.quiet_from), ("quiet_until", wish.quiet_until)):
        if hour is not None and hour not in HOURS:
            raise BadShape(name, "unknown")
    if (wish.quiet_from is None) != (wish.quiet_until is None):
        raise BadShape("quiet_until" if wish.quiet_until is None else "quiet_from", "missing")
    if is_within(wish.hour, wish.quiet_from, wish.quiet_until):
        raise BadShape("hour", "quiet")
    for days in wish.days.values():
        if days is not None and not 0 <= days <= MOST_DAYS_AHEAD:
            raise BadShape("days_ahead", "unknown")
