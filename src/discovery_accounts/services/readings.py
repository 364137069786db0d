"""Reading cards: all in parallel, each with a state of its own, within the deadline of a page.

Three steps: a short transaction that reads what we have and claims the PIN checks that are due;
the libraries, with no transaction open; a short transaction that writes down what they told. What
is shown at the end is decided by the rows as they are then, so a link that ended meanwhile shows
nothing.
"""

import time
import uuid
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import update
from sqlalchemy.orm import Session

from discovery_accounts.connectors.api import (
    LibraryError,
    PatronRecord,
    PatronRef,
    Verification,
    Verified,
)
from discovery_accounts.connectors.gateway import CardAnswer, CardRequest, Want
from discovery_accounts.domain.actor import Actor
from discovery_accounts.domain.cards import CardState
from discovery_accounts.models import LibraryCard, Link
from discovery_accounts.services import answers, events, link_looks
from discovery_accounts.services.account_cards import AccountCard, cards_of
from discovery_accounts.services.answers import Kept, KeptAnswer
from discovery_accounts.services.card_rows import number_binding, take_over
from discovery_accounts.services.checks_elsewhere import await_checks
from discovery_accounts.services.credentials import claim, release, unseal
from discovery_accounts.services.gone_cards import mark_gone
from discovery_accounts.services.house import House
from discovery_accounts.services.library_locks import LibraryLocks
from discovery_accounts.services.plans import PinPlan, Plan, Planner
from discovery_accounts.services.retention import activity
from discovery_accounts.services.row_locks import lock_links
from discovery_accounts.services.showing import CardReading, PinVerdict, is_gone, lies, show
from discovery_accounts.services.verdicts import Verdict, settle
from discovery_accounts.vault.vault import CannotUnseal, Sealed

_NOTE_USE_EVERY = timedelta(minutes=1)

Answers = Mapping[Hashable, CardAnswer]


class Readings:
    def __init__(self, house: House) -> None:
        self._house = house

    def read(
        self,
        actor: Actor,
        want: frozenset[Want],
        *,
        only: Collection[uuid.UUID] | None = None,
        refresh: bool = False,
        ask: bool = True,
        deadline: float | None = None,
    ) -> tuple[CardReading, ...]:
        """Read the account's cards, or those in ``only``; never raises for a failure of a library. Personal
        data is masked for somebody of whom we are not sure enough (rules 4.6).

        ``refresh`` passes what is kept by; without ``ask`` no library is asked, and only what is kept is shown.
        ``deadline`` (seconds) is ``page_deadline`` when left out.
        """
        ends = time.monotonic() + (deadline or self._house.settings.page_deadline)
        plans = self._plan(actor, want, only, refresh, ask)
        plans = self._claim(plans)
        found = self._ask(plans, ends)
        stands = self._verdicts(plans, found, ends)
        readings = self._finish(actor, plans, found, stands)
        if actor.sees_all:
            return readings
        return tuple(replace(reading, card=reading.card.as_masked()) for reading in readings)

    def admit(self, actor: Actor, *, only: Collection[uuid.UUID] | None = None) -> tuple[CardReading, ...]:
        """Only find out whether each card may be acted on now: ``FRESH`` where its PIN stands."""
        return self.read(actor, frozenset(), only=only)

    def settle_late(
        self, claim_id: uuid.UUID, link_id: Hashable, outcome: Verification | LibraryError
    ) -> None:
        """A PIN check ended after its page was sent: what it came to must not be lost."""
        assert isinstance(link_id, uuid.UUID)
        with self._house.database.writing() as session:
            settle(session, self._house, Verdict(link_id, claim_id, outcome))

    def _plan(
        self,
        actor: Actor,
        want: frozenset[Want],
        only: Collection[uuid.UUID] | None,
        refresh: bool,
        ask: bool,
    ) -> list[Plan]:
        now = self._house.now()
        with self._house.database.reading() as session:
            cards = cards_of(session, actor.account_id, actor.session_id, now)
        chosen = [card for card in cards if only is None or card.id in only]
        kept = answers.find(
            self._house,
            {card.link_id: card.answer_key for card in chosen},
            want | {Want.FEES} if Want.OWED in want else want,
        )
        planner = Planner(self._house.libraries, self._house.gateway.capabilities, want, refresh, now, ask)
        return [planner.plan(card, kept.get(card.link_id, {})) for card in chosen]

    def _claim(self, plans: list[Plan]) -> list[Plan]:
        """Settle which of the due PIN checks are this reading's to make."""
        plans = [
            replace(plan, settled=CardState.PIN_NEEDED)
            if plan.pin is PinPlan.CHECK and self._pin(plan.card) is None
            else plan
            for plan in plans
        ]
        due = [plan.card for plan in plans if plan.settled is None and plan.pin is PinPlan.CHECK]
        if not due:
            return plans
        with self._house.database.writing() as session:
            lock_links(session, [card.link_id for card in due])
            free = {card.link_id: card.pin.checked_at for card in due if card.pin is not None}
            mine = claim(session, free, self._house.now())
            locked = self._beyond_lock(session, [card for card in due if card.link_id in mine.links])
            release(session, locked, mine.id)
        claimed = []
        for plan in plans:
            if plan.pin is not PinPlan.CHECK or plan.settled is not None:
                claimed.append(plan)
            elif plan.card.link_id in locked:
                claimed.append(replace(plan, pin=PinPlan.PAUSED))
            elif plan.card.link_id not in mine.links:
                claimed.append(replace(plan, pin=PinPlan.AWAIT))
            else:
                claimed.append(replace(plan, claim=mine.id))
        return claimed

    def _beyond_lock(self, session: Session, cards: list[AccountCard]) -> frozenset[uuid.UUID]:
        """The links whose PIN must not be sent: its refusal would make the library lock the card."""
        asked = {
            card.link_id: (card.library, number)
            for card in cards
            if (number := self._number(card)) is not None
        }
        free = LibraryLocks(self._house).reserve(session, asked)
        return frozenset(card.link_id for card in cards) - free

    def _ask(self, plans: list[Plan], ends: float) -> Answers:
        requests = [request for plan in plans if (request := self._request(plan)) is not None]
        if not requests:
            return {}
        left = max(0.05, ends - time.monotonic())
        claim_id = next((plan.claim for plan in plans if plan.claim is not None), None)
        late = partial(self.settle_late, claim_id) if claim_id is not None else None
        return self._house.gateway.read_cards(requests, deadline=left, late=late)

    def _request(self, plan: Plan) -> CardRequest | None:
        if not plan.asks or plan.pin is PinPlan.PAUSED:
            return None
        card = plan.card
        number = self._number(card) or ""
        pin = self._pin(card) if plan.pin is PinPlan.CHECK else None
        return CardRequest(card.link_id, card.library, PatronRef(card.patron_id, number), pin, plan.want)

    def _number(self, card: AccountCard) -> str | None:
        sealed = Sealed(card.number_sealed, card.number_key_id)
        try:
            return self._house.vault.unseal_text(sealed, number_binding(card.library, card.id))
        except CannotUnseal:
            return None

    def _pin(self, card: AccountCard) -> str | None:
        if card.pin is None or card.pin.ciphertext is None or card.pin.key_id is None:
            return None
        return unseal(self._house, card.library, card.link_id, card.pin.ciphertext, card.pin.key_id)

    def _verdicts(self, plans: list[Plan], found: Answers, ends: float) -> dict[uuid.UUID, PinVerdict]:
        """Whether each card's PIN stands, waiting for other readings' checks until the deadline."""
        awaited = [plan.card for plan in plans if plan.asks and plan.pin is PinPlan.AWAIT]
        stands = await_checks(self._house, awaited, ends)
        for plan in plans:
            link_id = plan.card.link_id
            if plan.pin is PinPlan.FREE:
                stands[link_id] = PinVerdict.STANDS
            elif plan.pin is PinPlan.CHECK:
                answer = found.get(link_id)
                verified = answer is not None and isinstance(answer.pin, Verified)
                stands[link_id] = PinVerdict.STANDS if verified else PinVerdict.UNKNOWN
        return stands

    def _finish(
        self, actor: Actor, plans: list[Plan], found: Answers, stands: Mapping[uuid.UUID, PinVerdict]
    ) -> tuple[CardReading, ...]:
        now = self._house.now()
        database = self._house.database
        looking = {plan.card.link_id for plan in plans if link_looks.may_be_due(plan, now)}
        uses = _uses(plans, found, now)
        writes = bool(looking) or self._has_news(plans, found, now) or activity.is_news(database, uses)
        if writes or any(plan.asks for plan in plans):
            with database.writing() if writes else database.reading() as session:
                if writes:
                    self._write_down(session, plans, found, looking, now)
                    activity.note(session, uses)
                    session.flush()
                rows = cards_of(session, actor.account_id, actor.session_id, now)
                readings = self._shown(plans, rows, found, stands, now)
                if looking:
                    link_looks.write_down(session, actor, readings, looking, now)
        else:  # nobody was waited for: the rows are as they were read a moment ago
            readings = self._shown(plans, [plan.card for plan in plans], found, stands, now)
        self._keep(plans, readings, found, now)
        return readings

    @staticmethod
    def _shown(
        plans: list[Plan],
        rows: Sequence[AccountCard],
        found: Answers,
        stands: Mapping[uuid.UUID, PinVerdict],
        now: datetime,
    ) -> tuple[CardReading, ...]:
        after = {card.link_id: card for card in rows}
        return tuple(
            show(
                plan,
                after[plan.card.link_id],
                found.get(plan.card.link_id),
                stands.get(plan.card.link_id, PinVerdict.UNKNOWN),
                now,
            )
            for plan in plans
            if plan.card.link_id in after
        )

    def _write_down(
        self, session: Session, plans: list[Plan], found: Answers, looking: set[uuid.UUID], now: datetime
    ) -> None:
        used = [plan.card.link_id for plan in plans if self._notes_use(plan, now)]
        lock_links(
            session, {*used, *looking, *(plan.card.link_id for plan in plans if plan.card.link_id in found)}
        )
        for plan in sorted(plans, key=lambda plan: plan.card.link_id):
            answer = found.get(plan.card.link_id)
            if answer is None:
                continue
            if lies(answer):
                self._report_lie(session, plan.card, now)
            elif isinstance(answer.patron, PatronRecord) or is_gone(answer):
                self._write_record(session, plan.card, answer, now)
            if answer.pin is not None and plan.claim is not None:
                settle(session, self._house, Verdict(plan.card.link_id, plan.claim, answer.pin))
        if used:
            session.execute(
                update(Link)
                .where(Link.id.in_(used))
                .values(last_used_at=now)
                .execution_options(synchronize_session=False)
            )

    def _write_record(self, session: Session, card: AccountCard, answer: CardAnswer, now: datetime) -> None:
        row = session.get_one(LibraryCard, card.id)
        if not is_gone(answer):
            assert isinstance(answer.patron, PatronRecord)
            if take_over(self._house, row, answer.patron, now):
                events.record(session, events.CARD_RENUMBERED, now, library=card.library, card_id=card.id)
            if answer.pin is None or isinstance(answer.pin, Verified):
                session.get_one(Link, card.link_id).number_last4 = row.number_last4
        else:
            mark_gone(session, self._house, row, [card.link_id])

    @staticmethod
    def _report_lie(session: Session, card: AccountCard, now: datetime) -> None:
        events.record(session, events.WRONG_PATRON, now, library=card.library, card_id=card.id)

    @staticmethod
    def _notes_use(plan: Plan, now: datetime) -> bool:
        """Whether this reading is a use of the link worth noting; one that can show nothing is none."""
        last = plan.card.last_used_at
        return plan.settled is None and (last is None or now - last >= _NOTE_USE_EVERY)

    def _has_news(self, plans: list[Plan], found: Answers, now: datetime) -> bool:
        """Whether there is anything to write: most readings within a minute have nothing."""
        return any(self._notes_use(plan, now) for plan in plans) or any(
            answer.pin is not None
            or isinstance(answer.patron, PatronRecord)
            or is_gone(answer)
            or lies(answer)
            for answer in found.values()
        )

    def _keep(
        self, plans: list[Plan], readings: tuple[CardReading, ...], found: Answers, now: datetime
    ) -> None:
        """Keep what is fresh for showing again, unless the link got another key while it was read:
        then something happened (a renewal, another PIN) that it may not tell of."""
        asked = {plan.card.link_id: plan for plan in plans}
        entries = [
            KeptAnswer(reading.card.link_id, reading.card.answer_key, want, Kept(now, part.records))
            for reading in readings
            if reading.card.link_id in found
            and asked[reading.card.link_id].card.answer_key == reading.card.answer_key
            for want, part in reading.parts.items()
            if want in asked[reading.card.link_id].want and part.state is CardState.FRESH
        ]
        answers.keep(self._house, entries)
        gone = [
            r.card.link_id for r in readings if r.state in {CardState.PIN_CHANGED, CardState.NOT_A_PATRON}
        ]
        answers.forget(self._house, gone)


def _uses(plans: Sequence[Plan], found: Answers, now: datetime) -> activity.Uses:
    """The uses of the cards that what the libraries told tells of."""
    uses: dict[tuple[uuid.UUID, activity.Use], datetime] = {}
    for plan in plans:
        answer = found.get(plan.card.link_id)
        if answer is not None and not lies(answer):
            listed = [one for part in answer.lists.values() if isinstance(part, tuple) for one in part]
            uses |= activity.told_by(plan.card.id, listed, now)
    return uses
