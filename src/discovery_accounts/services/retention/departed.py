"""The job ``retire-patrons`` for those without an account: told, kept or removed by the same rules (5.3, 6.1, 6.2).

One row at a time, each in short transactions of its own. Nobody but the library knows anything new of them, so it is
asked whenever their time is nearly over; a row goes with the patron, and when a card of theirs has a holder again.
"""

import logging
import uuid
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from discovery_accounts.connectors.api import LibraryError, NotRemoved
from discovery_accounts.domain.cards import LinkState
from discovery_accounts.domain.retention import Decision, Facts, Kind, Outcome, Reason, decide
from discovery_accounts.models import DepartedPatron, LibraryCard, Link
from discovery_accounts.services import events
from discovery_accounts.services.gone_cards import mark_gone
from discovery_accounts.services.house import House
from discovery_accounts.services.progress import Progress, untold
from discovery_accounts.services.retention import facts, notices
from discovery_accounts.services.retention.departing import binding
from discovery_accounts.services.retention.policies import last_day, rules_by_library, rules_of
from discovery_accounts.services.retention.retiring import (
    FAILED,
    GONE,
    NO_ADDRESS,
    NOTICED,
    REMOVED,
    RENEWED,
    RETIRED,
    Retired,
    Retiring,
    at_midnight,
    reason_of,
)
from discovery_accounts.services.retention.returning import take_over
from discovery_accounts.services.row_locks import lock_card
from discovery_accounts.telemetry.log import event as log_event
from discovery_accounts.vault.vault import Sealed

log = logging.getLogger(__name__)

_NEXT_DAY, _NEXT_WEEK = timedelta(days=1), timedelta(days=7)
_OUTCOMES = {Outcome.NOTIFY: NOTICED, Outcome.RENEW: RENEWED, Outcome.REMOVE: REMOVED}


def retire(
    house: House, now: datetime, limit: int, *, dry_run: bool = False, progress: Progress = untold
) -> Retired:
    """The whole job: first patrons with an account, then those whose account time has ended."""
    done = Retiring(house).run(now, limit, dry_run=dry_run, progress=progress)
    looked = done.did.total() + done.kept.total()
    more = Departed(house).run(now, max(0, limit - looked), dry_run=dry_run, progress=progress)
    return Retired(done.did + more.did, done.kept + more.kept, done.left + more.left)


@dataclass(frozen=True, slots=True)
class _Case:
    """One patron to decide on; ``card_id`` where other accounts have the card still, ``holder`` who came back."""

    id: uuid.UUID
    library: str
    patron_id: str = field(repr=False)
    known: Facts
    card_id: uuid.UUID | None
    holder: uuid.UUID | None
    heard: facts.Heard = field(default_factory=facts.Heard)

    @property
    def is_gone(self) -> bool:
        return self.id in self.heard.gone


class Departed:
    """``now`` of every call is the time of the run."""

    def __init__(self, house: House) -> None:
        self._house = house

    def run(
        self, now: datetime, limit: int, *, dry_run: bool = False, progress: Progress = untold
    ) -> Retired:
        """Decide on at most ``limit`` of those that are to be looked at, the longest overdue first."""
        rules = rules_by_library(self._house)
        forgotten = self._forget_unruled(list(rules), limit, dry_run)
        ruled = [name for name, known in rules.items() if known is not None]
        due = select(DepartedPatron.id).where(
            DepartedPatron.look_at <= now, DepartedPatron.library.in_(ruled)
        )
        with self._house.database.reading() as session:
            total = session.scalar(select(func.count()).select_from(due.subquery())) or 0
            some = due.order_by(DepartedPatron.look_at, DepartedPatron.id).limit(limit - forgotten)
            ids = session.scalars(some).all()
        done = Retired(left=total - len(ids))
        done.did[GONE] += forgotten
        for number, row_id in enumerate(ids, 1):
            word = self._one_of_many(row_id, now, dry_run)
            (done.did if word in RETIRED else done.kept)[word] += 1
            progress(number, len(ids))
        return done

    def _forget_unruled(self, ruled: list[str], limit: int, dry_run: bool) -> int:
        """Nothing is kept for rules that a library has no more."""
        unruled = select(DepartedPatron.id).where(DepartedPatron.library.not_in(ruled)).limit(limit)
        if dry_run:
            with self._house.database.reading() as session:
                return len(session.scalars(unruled).all())
        with self._house.database.writing() as session:
            ids = session.scalars(unruled).all()
            for at in range(0, len(ids), 500):
                session.execute(delete(DepartedPatron).where(DepartedPatron.id.in_(ids[at : at + 500])))
        return len(ids)

    def _one_of_many(self, row_id: uuid.UUID, now: datetime, dry_run: bool) -> str:
        try:
            return self._one(row_id, now, dry_run)
        except Exception as bug:  # noqa: BLE001 (whatever is wrong with one, the others go on)
            log_event(log, "retire.failed", level=logging.ERROR, row=str(row_id), fault=type(bug).__name__)
        if not dry_run:
            later = update(DepartedPatron).where(DepartedPatron.id == row_id).values(look_at=now + _NEXT_DAY)
            with self._house.database.writing() as session:
                session.execute(later)
        return FAILED

    def _one(self, row_id: uuid.UUID, now: datetime, dry_run: bool) -> str:
        with self._house.database.reading() as session:
            row = session.get(DepartedPatron, row_id)
            if row is None:
                return GONE
            case = self._case(session, row)
        decision = self._decide(case, now)
        if case.holder is None and decision.because is Reason.UNREACHABLE:
            patron = facts.Patron(case.id, case.patron_id)
            case = replace(case, heard=facts.ask(self._house, case.library, [patron], now))
            decision = self._decide(case, now)
        if dry_run:
            gone = case.holder is not None or case.is_gone or decision.because is Reason.NO_POLICY
            return GONE if gone else _OUTCOMES.get(decision.outcome, decision.because.value)
        word = self._write_down(case, now)
        return self._remove(case, now) if word == REMOVED else word

    def _case(self, session: Session, row: DepartedPatron) -> _Case:
        sealed = Sealed(row.patron_sealed, row.key_id)
        patron_id = self._house.vault.unseal_text(sealed, binding(row.library, row.id))
        card_id = session.scalar(
            select(LibraryCard.id).where(
                LibraryCard.library == row.library, LibraryCard.patron_id == patron_id
            )
        )
        return _Case(row.id, row.library, patron_id, _facts(session, row), card_id, _holder(session, card_id))

    def _decide(self, case: _Case, now: datetime) -> Decision:
        """With what the library said, also of uses that we had not heard of."""
        known = replace(case.known, obligations=case.heard.obligations)
        known = replace(known, last_use=_newest(known, case.heard))
        return decide(known, rules_of(self._house, case.library), now.date())

    def _write_down(self, case: _Case, now: datetime) -> str:
        """Decide again with the row locked, and write what came of it; ``REMOVED`` is still to be done."""
        with self._house.database.writing() as session:
            row = _locked(session, case)
            if row is None:
                return GONE
            holder = _holder(session, case.card_id)
            if holder is not None and take_over(session, self._house, holder, case.library, case.patron_id):
                return GONE
            if case.is_gone:
                self._forget(session, row, case, now, "no_patron")
                return GONE
            case = replace(case, known=_facts(session, row))
            row.last_use = _newest(case.known, case.heard) or row.last_use
            decision = self._decide(case, now)
            if decision.because is Reason.NO_POLICY:
                session.delete(row)
                return GONE
            row.look_at = at_midnight(decision, now)
            match decision.outcome:
                case Outcome.RENEW:
                    settings = self._house.libraries.get(row.library)
                    row.valid_until = last_day(settings, now.date())
                    return RENEWED
                case Outcome.NOTIFY:
                    return self._notify(session, row, decision, case, now)
                case Outcome.REMOVE:
                    row.look_at = now  # until it is done: who is killed here has it done by the next run
                    return REMOVED
            return decision.because.value

    def _notify(
        self, session: Session, row: DepartedPatron, decision: Decision, case: _Case, now: datetime
    ) -> str:
        if facts.is_on_its_way(session, row):
            row.look_at = now + _NEXT_DAY
            return Reason.NOTICE_DUE.value
        sent = notices.write_to_departed(session, self._house, row, decision, case.heard.address, now)
        row.noticed_at, row.notice_id = now, sent
        if sent is not None:  # looked at again soon, for the mail may not arrive
            row.look_at = min(row.look_at, now + _NEXT_DAY)
        return NOTICED if sent is not None else NO_ADDRESS

    def _remove(self, case: _Case, now: datetime) -> str:
        """Have the library remove the patron, then forget them here, too."""
        because: str | None = None
        try:
            deadline = self._house.settings.act_deadline
            removal = self._house.gateway.remove_patron(case.library, case.patron_id, deadline=deadline)
            if isinstance(removal, NotRemoved):
                because = reason_of(removal.because)
        except LibraryError:  # it may be done all the same: the next run learns that the patron is gone
            because = Reason.UNREACHABLE.value
        with self._house.database.writing() as session:
            row = _locked(session, case)
            if row is not None and because is None:
                self._forget(session, row, case, now, Reason.TIME_IS_OVER.value)
            elif row is not None:
                row.look_at = now + (_NEXT_DAY if because == Reason.UNREACHABLE else _NEXT_WEEK)
        return because or REMOVED

    def _forget(
        self, session: Session, row: DepartedPatron, case: _Case, now: datetime, because: str
    ) -> None:
        if case.card_id is not None and (card := session.get(LibraryCard, case.card_id)) is not None:
            mark_gone(session, self._house, card, ())
        session.delete(row)
        events.record(session, events.MEMBERSHIP_ENDED, now, library=row.library, because=because)


def _locked(session: Session, case: _Case) -> DepartedPatron | None:
    if case.card_id is not None:
        lock_card(session, case.card_id)
    return session.get(DepartedPatron, case.id, with_for_update=True)


def _holder(session: Session, card_id: uuid.UUID | None) -> uuid.UUID | None:
    """Whose card it is again."""
    query = select(Link.account_id).where(
        Link.card_id == card_id, Link.holder, Link.state == LinkState.ACTIVE.value
    )
    return None if card_id is None else session.scalar(query.order_by(Link.since).limit(1))


def _facts(session: Session, row: DepartedPatron) -> Facts:
    return Facts(
        Kind(row.kind),
        row.since.date(),
        row.last_use,
        valid_until=row.valid_until,
        stays=row.stay_at is not None,
        noticed_on=facts.noticed_on(session, row),
    )


def _newest(known: Facts, heard: facts.Heard) -> date | None:
    return max([*(at.date() for at in heard.uses.values()), *filter(None, [known.last_use])], default=None)
