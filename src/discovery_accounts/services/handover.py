"""Young patrons' cards that become theirs to decide about: both sides are told ahead, viewers on the day (rules 3.6).

Nothing waits for this job: on the day a link shows nothing from the first second on (``domain.handover``). It tells
people, and frees the room of answers that nobody may read. Every record is read again before: a date of birth may
have been corrected, and the address on file is stored nowhere. Where the library does not answer nobody is told
yet; the next run tries again.
"""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from discovery_accounts.connectors.api import LibraryError, PatronRecord, PatronRef, WrongPatron
from discovery_accounts.connectors.gateway import CardAnswer, CardRequest, Want
from discovery_accounts.domain.cards import LinkState
from discovery_accounts.domain.handover import NOTICE, Stage, to_tell
from discovery_accounts.models import Account, LibraryCard, Link
from discovery_accounts.services import answers, events, handover_notices
from discovery_accounts.services.card_rows import take_over
from discovery_accounts.services.gone_cards import mark_gone
from discovery_accounts.services.house import House
from discovery_accounts.services.link_states import not_over
from discovery_accounts.services.row_locks import NO_KEY
from discovery_accounts.services.showing import is_gone, lies

AT_ONCE = 8
"""Records read side by side: a library must not take a run for an attack."""


@dataclass(frozen=True, slots=True)
class Told:
    """Links by what was told about them; ``unanswered`` cards of which the library told nothing; ``left`` is how many
    cards are due still."""

    ahead: int = 0
    day: int = 0
    unanswered: int = 0
    left: int = 0


@dataclass(frozen=True, slots=True)
class _Due:
    card_id: uuid.UUID
    library: str
    patron: PatronRef
    stages: Mapping[uuid.UUID, Stage]


class Handovers:
    def __init__(self, house: House) -> None:
        self._house = house

    def count(self, now: datetime, limit: int) -> Told:
        """What a run would do, as far as our own rows tell."""
        due = self._due(now)
        stages = [stage for one in due[:limit] for stage in one.stages.values()]
        return Told(stages.count(Stage.AHEAD), stages.count(Stage.DAY), 0, max(0, len(due) - limit))

    def tell(self, now: datetime, limit: int) -> Told:
        """Read at most ``limit`` cards' records, and tell whom they concern. Two runs at once tell nobody twice."""
        stages: list[Stage] = []
        unanswered = tried = 0
        for cards in self._by_library(now).values():
            for start in range(0, len(cards), AT_ONCE):
                batch = cards[start : start + AT_ONCE][: limit - tried]
                tried += len(batch)
                found = self._read(batch)
                told = [self._settle(one, found[one.card_id], now) for one in batch]
                stages += [stage for some in told for stage in some or ()]
                silent = told.count(None)
                unanswered += silent
                if silent == len(batch):  # it does not answer at all, or the budget is spent
                    break
        return Told(stages.count(Stage.AHEAD), stages.count(Stage.DAY), unanswered, len(self._due(now)))

    def _by_library(self, now: datetime) -> Mapping[str, Sequence[_Due]]:
        found: dict[str, list[_Due]] = defaultdict(list)
        for one in self._due(now):
            if one.library in self._house.libraries:
                found[one.library].append(one)
        return found

    def _due(self, now: datetime) -> list[_Due]:
        """Cards with something to be told, the earliest day first."""
        query = (
            select(Link)
            .join(LibraryCard, LibraryCard.id == Link.card_id)
            .where(*_near(now), LibraryCard.gone_at.is_(None))
            .order_by(LibraryCard.hands_over_at, LibraryCard.id, Link.id)
        )
        cards: dict[uuid.UUID, LibraryCard] = {}
        stages: dict[uuid.UUID, dict[uuid.UUID, Stage]] = defaultdict(dict)
        with self._house.database.reading() as session:
            for link in session.scalars(query):
                stage = stage_of(link, now)
                if stage is not None:
                    cards[link.card_id] = link.card
                    stages[link.card_id][link.id] = stage
        return [
            _Due(card.id, card.library, PatronRef(card.patron_id, ""), stages[card.id])
            for card in cards.values()
        ]

    def _read(self, batch: Sequence[_Due]) -> Mapping[object, CardAnswer]:
        if not batch:
            return {}
        want = frozenset({Want.PATRON})
        requests = [CardRequest(one.card_id, one.library, one.patron, None, want) for one in batch]
        return self._house.gateway.read_cards(requests, deadline=self._house.settings.act_deadline)

    def _settle(self, due: _Due, answer: CardAnswer, now: datetime) -> list[Stage] | None:
        """What was told; ``None`` when the library did not tell anything to go by."""
        if lies(answer):
            events.report_if_wrong_patron(
                self._house, WrongPatron(), library=due.library, card_id=due.card_id
            )
            return None
        if isinstance(answer.patron, LibraryError) or answer.patron is None:
            return None
        with self._house.database.writing() as session:
            card = session.get(LibraryCard, due.card_id, with_for_update=NO_KEY)
            if card is None:
                return []
            if is_gone(answer):
                mark_gone(session, self._house, card, ())
                return []
            assert isinstance(answer.patron, PatronRecord)
            if take_over(self._house, card, answer.patron, self._house.now()):
                events.record(
                    session, events.CARD_RENUMBERED, self._house.now(), library=card.library, card_id=card.id
                )
            told = self._tell(session, card, answer.patron.email, now)
        over = [link_id for link_id, stage in told.items() if stage is Stage.DAY]
        answers.forget(self._house, over)
        return list(told.values())

    def _tell(
        self, session: Session, card: LibraryCard, address_on_file: str | None, now: datetime
    ) -> dict[uuid.UUID, Stage]:
        """What is to be told by what the card's row says now, told in this transaction."""
        query = select(Link).where(Link.card_id == card.id, *_working(now)).order_by(Link.id)
        links = session.scalars(
            query.with_for_update(of=Link, key_share=True).execution_options(populate_existing=True)
        ).all()
        told = {link.id: stage for link in links if (stage := stage_of(link, now)) is not None}
        for link in links:
            stage = told.get(link.id)
            if stage is None:
                continue
            handover_notices.tell_viewer(session, self._house, link, stage, now)
            link.told_at = now
            events.record(
                session,
                events.LINK_TOLD,
                now,
                library=card.library,
                account_id=link.account_id,
                card_id=card.id,
                stage=stage.value,
            )
        if Stage.AHEAD in told.values():
            handover_notices.tell_young_patron(session, self._house, card, address_on_file, now)
        over = [link_id for link_id, stage in told.items() if stage is Stage.DAY]
        answers.renew_keys(session, self._house, over)
        return told


def stage_of(link: Link, now: datetime) -> Stage | None:
    """What is to be told about a link now."""
    return to_tell(
        since=link.since,
        confirmed_at=link.confirmed_at,
        told_at=link.told_at,
        at=link.card.hands_over_at,
        now=now,
    )


def _working(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Links of others that neither are over nor wait for anything but the handover. Those of an account that ended
    are told of when it has come back."""
    live = exists().where(Account.id == Link.account_id, Account.ended_at.is_(None))
    return (Link.state == LinkState.ACTIVE.value, Link.holder.is_(False), live, *not_over(now))


def _near(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Roughly those that may have to be told; ``stage_of`` says it of each."""
    at = LibraryCard.hands_over_at
    return (
        *_working(now),
        at <= now + NOTICE + timedelta(hours=1),
        or_(Link.told_at.is_(None), Link.told_at < at),
        Link.since < at,
    )
