"""Staff join two accounts of one person, who asked for it and can't prove both on the page themselves."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy.orm import Session

from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.cards import Relation
from discovery_accounts.models import Account
from discovery_accounts.services import answers, events
from discovery_accounts.services.account_joining import is_of_staff, live_links, lock_both, take_in
from discovery_accounts.services.endings.asked import AskedEndings, WhatGoes
from discovery_accounts.services.house import House
from discovery_accounts.services.identities import end_what_was, methods_of
from discovery_accounts.services.linking_desk import Desk
from discovery_accounts.services.merging import MergeCard
from discovery_accounts.services.problems import Code, Problem


class MergeReason(StrEnum):
    """Why staff do it. Not free text: that would hold what the audit must not."""

    PERSON_ASKED = "person_asked"
    MISTAKE = "mistake"


class WhyNot(StrEnum):
    """Why two accounts are not joined by staff."""

    SAME = "same"
    ENDED = "ended"
    STAFF = "staff"
    TWO_PEOPLE = "two_people"


class NotJoined(Exception):
    """Nothing was changed; ``why``."""

    def __init__(self, why: WhyNot) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True, slots=True)
class WhatMoves:
    """What the one account has, in numbers, that comes into the other: ``ways`` to sign in, its ``cards`` each, and
    ``also`` the rest. ``gives_up_email``: its own address is given up for the other's."""

    ways: int
    cards: tuple[MergeCard, ...] = field(repr=False)
    also: WhatGoes
    gives_up_email: bool


class MergingByStaff:
    """Both raise ``Problem`` ``not_found``, and ``NotJoined``: for the same account twice, one that has ended, one of
    staff (what they may do must not follow a proof that was none of theirs), and where one looks after a card that
    is the other's own: that is a family, not one person."""

    def __init__(self, house: House) -> None:
        self._house = house

    def preview(self, before: uuid.UUID, into: uuid.UUID) -> WhatMoves:
        """What ``merge`` would take over."""
        with self._house.database.reading() as session:
            other, mine = session.get(Account, before), session.get(Account, into)
            self._check(session, other, mine)
            have = {link.card_id for link in session.scalars(live_links(into))}
            cards = tuple(
                MergeCard(link.card.library, link.label, link.number_last4, link.card_id in have)
                for link in session.scalars(live_links(before))
            )
            ways = len(methods_of(session, before))
            gives_up = bool(mine and other and mine.email and other.email not in {None, mine.email})
        return WhatMoves(ways, cards, AskedEndings(self._house).what_is_in(before), gives_up)

    def merge(self, desk: Desk, before: uuid.UUID, into: uuid.UUID, reason: str) -> None:
        """Take the account ``before`` into the other. All sessions of both end, as do changes of address under way.
        Raises ``BadShape`` about ``reason``, too."""
        if reason not in list(MergeReason):
            raise BadShape("reason", "unknown")
        now = self._house.now()
        with self._house.database.writing() as session:
            rows = lock_both(session, into, before)
            mine, other = self._check(session, rows.get(into), rows.get(before))
            gone = take_in(session, mine, other, now)
            end_what_was(session, into, but=None)
            events.record(
                session,
                events.ACCOUNTS_MERGED,
                now,
                account_id=into,
                by="staff",
                staff=desk.staff,
                reason=reason,
                taken_in=str(before),
            )
        answers.forget(self._house, gone)

    def _check(self, session: Session, one: Account | None, other: Account | None) -> tuple[Account, Account]:
        if one is None or other is None:
            raise Problem(Code.NOT_FOUND)
        if one.id == other.id:
            raise NotJoined(WhyNot.SAME)
        if one.ended_at is not None or other.ended_at is not None:
            raise NotJoined(WhyNot.ENDED)
        if is_of_staff(session, one.id) or is_of_staff(session, other.id):
            raise NotJoined(WhyNot.STAFF)
        if _is_family(session, one.id, other.id) or _is_family(session, other.id, one.id):
            raise NotJoined(WhyNot.TWO_PEOPLE)
        return one, other


def _is_family(session: Session, one: uuid.UUID, other: uuid.UUID) -> bool:
    """Whether one account looks after a card that is the other's own."""
    own: Sequence[uuid.UUID] = [link.card_id for link in session.scalars(live_links(other)) if link.holder]
    return any(
        link.card_id in own and not link.holder and link.relation == Relation.LOOKED_AFTER.value
        for link in session.scalars(live_links(one))
    )
