"""The job ``retire-patrons``: memberships whose time is over are renewed, told of, or ended (rules 5.3, 6.1, 6.2).

One membership at a time, each in short transactions of its own: who is killed in between has lost nothing. What was
decided before the library was asked is decided again with the row locked, and so before each patron is removed; a use
or a "stay" meanwhile wins. The library itself removes the patron, and looks once more at what keeps one.
"""

import logging
import uuid
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from discovery_accounts.connectors.api import LibraryError, NotRemoved, Removal
from discovery_accounts.domain.retention import Decision, Kind, Outcome, Reason, decide
from discovery_accounts.models import Account, LibraryCard, Membership
from discovery_accounts.services import events
from discovery_accounts.services.gone_cards import mark_gone
from discovery_accounts.services.house import House
from discovery_accounts.services.progress import Progress, untold
from discovery_accounts.services.retention import activity, facts, joining, notices
from discovery_accounts.services.retention.policies import last_day, policies_of
from discovery_accounts.services.row_locks import NO_KEY, lock_card
from discovery_accounts.telemetry.log import event

log = logging.getLogger(__name__)
FAILED = "failed"
REMOVED, RENEWED, NOTICED, NO_ADDRESS, GONE = "removed", "renewed", "noticed", "no_address", "gone"
RETIRED = (NOTICED, NO_ADDRESS, RENEWED, REMOVED, GONE)
"""What a run does, in the order of a report."""


@dataclass(frozen=True, slots=True)
class Retired:
    """What was done (in a dry run: would be), by word; why others were kept; how many are ``left``."""

    did: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)
    left: int = 0


@dataclass(frozen=True, slots=True)
class _Case:
    """One membership to decide on."""

    id: uuid.UUID
    account_id: uuid.UUID
    library: str
    known: facts.Known
    heard: facts.Heard = field(default_factory=facts.Heard)


class Retiring:
    """``now`` of every call is the time of the run."""

    def __init__(self, house: House) -> None:
        self._house = house

    def run(
        self, now: datetime, limit: int, *, dry_run: bool = False, progress: Progress = untold
    ) -> Retired:
        """Decide on at most ``limit`` memberships that are to be looked at, the longest overdue first."""
        if not dry_run:
            joining.begin_missing(self._house, limit)
        due = (
            select(Membership.id)
            .join(Account, Account.id == Membership.account_id)
            .where(Membership.ended_at.is_(None), Membership.look_at <= now)
            .where(Account.ended_at.is_(None))  # who is hidden is not written to
        )
        with self._house.database.reading() as session:
            total = session.scalar(select(func.count()).select_from(due.subquery())) or 0
            ids = session.scalars(due.order_by(Membership.look_at, Membership.id).limit(limit)).all()
        done = Retired(left=total - len(ids))
        for number, membership_id in enumerate(ids, 1):
            try:
                self._one(membership_id, now, done, dry_run)
            except Exception:  # noqa: BLE001 (whatever is wrong with one, the others have their turn)
                event(log, "retire.failed", level=logging.ERROR, exc_info=True, membership=membership_id)
                done.kept[FAILED] += 1
                if not dry_run:
                    self._postpone(membership_id, now)
            progress(number, len(ids))
        return done

    def _postpone(self, membership_id: uuid.UUID, now: datetime) -> None:
        with self._house.database.writing() as session:
            row = session.get(Membership, membership_id, with_for_update=True)
            if row is not None:
                row.look_at = now + _NEXT_DAY

    def _one(self, membership_id: uuid.UUID, now: datetime, done: Retired, dry_run: bool) -> None:
        with self._house.database.reading() as session:
            row = session.get(Membership, membership_id)
            if row is None or row.ended_at is not None:
                return
            case = _Case(row.id, row.account_id, row.library, facts.known(session, row, now))
        decision = self._decide(case, now)
        if decision.because is Reason.UNREACHABLE:
            heard = facts.ask(self._house, case.library, case.known.to_go(decision.policy), now)
            case = replace(case, heard=heard)
            decision = self._decide(case, now)
        if dry_run:
            self._count(done, case, decision)
            return
        word = self._write_down(case, now)
        if word == REMOVED:
            word = self._remove(case, now)
        if word in _DID:
            done.did[word] += 1
        else:
            done.kept[word] += 1

    def _count(self, done: Retired, case: _Case, decision: Decision) -> None:
        if decision.outcome is Outcome.KEEP and case.known.patrons:
            done.kept[decision.because] += 1
        elif case.known.patrons and not case.known.to_go(decision.policy):
            done.kept[Reason.NOT_YET] += 1  # as an ordinary patron
        else:
            done.did[_WORDS.get(decision.outcome, GONE)] += 1

    def _decide(self, case: _Case, now: datetime) -> Decision:
        """With what the library said, also of uses that we had not heard of."""
        known = case.known.facts
        used = max((at.date() for at in case.heard.uses.values()), default=known.last_use)
        if used is not None and (known.last_use is None or used > known.last_use):
            known = replace(known, last_use=used)
        rules = policies_of(self._house, case.library)
        policy = decide(known, rules, now.date()).policy
        going = case.known.to_go(policy)
        owed = case.heard.obligations
        if owed is None or any(one.card_id not in case.heard.of for one in going):
            return decide(known, rules, now.date())
        if case.known.protected:
            owed = (Reason.PROTECTED, *owed)
        if any(one.elsewhere for one in going):  # perhaps only since the library was asked
            owed = (*owed, Reason.OTHER_ACCOUNT)
        return decide(replace(known, obligations=owed), rules, now.date())

    def _write_down(self, case: _Case, now: datetime) -> str:
        """Decide again with the row locked, and write what came of it; ``REMOVED`` is still to be done."""
        with self._house.database.writing() as session:
            for one in case.known.patrons:
                lock_card(session, one.card_id)
            session.get(Account, case.account_id, with_for_update=NO_KEY)
            row = session.get(Membership, case.id, with_for_update=True)
            if row is None or row.ended_at is not None:
                return GONE
            activity.note(session, case.heard.uses)
            known = facts.known(session, row, now)
            if self._is_over(session, row, known, case, now):
                return GONE
            decision = self._decide(replace(case, known=known), now)
            if decision.outcome is not Outcome.KEEP and not known.to_go(decision.policy):
                return self._goes_on(row, now)
            row.look_at = at_midnight(decision, now)
            match decision.outcome:
                case Outcome.RENEW:
                    settings = self._house.libraries.get(row.library)
                    row.valid_until, row.kept_because = last_day(settings, now.date()), None
                    _record(session, events.MEMBERSHIP_RENEWED, row, now)
                    return RENEWED
                case Outcome.NOTIFY:
                    return self._notify(session, row, decision, case, now)
                case Outcome.REMOVE:
                    row.look_at = now  # until it is done: who is killed here has it done by the next run
                    return REMOVED
            row.kept_because = decision.because.value
            return decision.because.value

    def _is_over(
        self, session: Session, row: Membership, known: facts.Known, case: _Case, now: datetime
    ) -> bool:
        """Whether there is no patron behind it any more; one whom the library misses may come back within a day."""
        for one in known.patrons:
            if one.card_id in case.heard.gone:
                mark_gone(session, self._house, session.get_one(LibraryCard, one.card_id), ())
        if known.patrons:
            return False
        row.ended_at = now
        _record(session, events.MEMBERSHIP_ENDED, row, now, because="no_patron")
        return True

    def _notify(
        self, session: Session, row: Membership, decision: Decision, case: _Case, now: datetime
    ) -> str:
        row.kept_because = decision.because.value
        if facts.is_on_its_way(session, row):
            return Reason.NOTICE_DUE.value
        sent = notices.write(session, self._house, row, decision, case.heard.address, now)
        row.noticed_at, row.notice_id = now, sent
        if sent is not None:  # looked at again soon, for the mail may not arrive
            row.look_at = min(row.look_at, now + _SOON)
        return NOTICED if sent is not None else NO_ADDRESS

    def _remove(self, case: _Case, now: datetime) -> str:
        """Have the library remove the patrons, then write it down."""
        gone = set()
        because: str | None = None
        for one in case.known.patrons:
            if one.card_id not in self._still_to_go(case, now):
                continue
            try:
                removal: Removal = self._house.gateway.remove_patron(
                    case.library, one.patron_id, deadline=self._house.settings.act_deadline
                )
            except LibraryError:  # it may be done all the same: the next run learns that the patron is gone
                because = Reason.UNREACHABLE.value
                continue
            if isinstance(removal, NotRemoved):
                because = reason_of(removal.because)
            else:
                gone.add(one.card_id)
        with self._house.database.writing() as session:
            for card_id in sorted(gone):
                lock_card(session, card_id)
                mark_gone(session, self._house, session.get_one(LibraryCard, card_id), ())
            row = session.get(Membership, case.id, with_for_update=True)
            if row is None or row.ended_at is not None:
                return REMOVED if gone else GONE
            return self._settle(session, row, case, gone, because, now)

    def _still_to_go(self, case: _Case, now: datetime) -> frozenset[uuid.UUID]:
        """The cards of whom to remove at this very moment: a removal before took its time, and somebody may have
        said meanwhile that they want to stay, signed in, or become the holder of one."""
        with self._house.database.reading() as session:
            row = session.get(Membership, case.id)
            if row is None or row.ended_at is not None:
                return frozenset()
            known = facts.known(session, row, now)
        decision = self._decide(replace(case, known=known), now)
        going = known.to_go(decision.policy) if decision.outcome is Outcome.REMOVE else ()
        return frozenset(one.card_id for one in going)

    def _settle(
        self,
        session: Session,
        row: Membership,
        case: _Case,
        gone: set[uuid.UUID],
        because: str | None,
        now: datetime,
    ) -> str:
        """After the library was called: a wish to stay that came during that time holds for whoever is left."""
        known = facts.known(session, row, now)
        known = replace(known, patrons=tuple(one for one in known.patrons if one.card_id not in gone))
        if not known.patrons:
            late = row.stay_at is not None and not case.known.facts.stays  # not one of years ago
            if late:
                event(log, "retire.stay_came_too_late", level=logging.WARNING, membership=row.id)
            row.ended_at, row.kept_because = now, None
            told = "stay_came_too_late" if late else Reason.TIME_IS_OVER.value
            _record(session, events.MEMBERSHIP_ENDED, row, now, because=told)
            return REMOVED
        decision = self._decide(replace(case, known=known), now)
        if decision.outcome is not Outcome.REMOVE:
            return REMOVED if gone else decision.because.value
        if not known.to_go(decision.policy):
            self._goes_on(row, now)
            return REMOVED
        if because is None:  # kept for a moment: the next run looks again
            return REMOVED if gone else decision.because.value
        row.look_at = now + (_NEXT_DAY if because == Reason.UNREACHABLE else _NEXT_WEEK)
        row.kept_because = because
        return because

    def _goes_on(self, row: Membership, now: datetime) -> str:
        """The university's own patron is none any more; the person's other cards there have nothing to do with it."""
        row.kind, row.look_at = Kind.ORDINARY.value, now
        row.valid_until = last_day(self._house.libraries.get(row.library), now.date())
        row.noticed_at = row.notice_id = row.kept_because = None
        return Reason.NOT_YET.value


_DID = frozenset({REMOVED, RENEWED, NOTICED, NO_ADDRESS, GONE})
_WORDS = {Outcome.NOTIFY: NOTICED, Outcome.RENEW: RENEWED, Outcome.REMOVE: REMOVED}
_SOON = _NEXT_DAY = timedelta(days=1)
_NEXT_WEEK = timedelta(days=7)


def at_midnight(decision: Decision, now: datetime) -> datetime:
    """When to look again: never sooner than the next run, nor so late that nobody would look."""
    day = decision.look_on
    return now + _NEXT_DAY if day is None else datetime.combine(day, time(0), UTC)


def reason_of(code: str) -> str:
    """Why the library keeps a patron, by its own word for it."""
    return code if code in Reason._value2member_map_ else Reason.LIBRARY_SAYS_NO.value


def _record(session: Session, word: str, row: Membership, now: datetime, **detail: Any) -> None:
    events.record(session, word, now, library=row.library, account_id=row.account_id, **detail)
