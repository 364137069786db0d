"""Going through the accounts that nobody signed in to for long: warning, ending, and counting what stays and why.

Each batch is one transaction, and what it did is seen in the rows: a run that was killed is simply started again.
"""

import logging
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from discovery_accounts.domain.account_ending import Act, Because, Reviews, ends_at
from discovery_accounts.models import Account, Event, OutboxMessage, SignedInSession
from discovery_accounts.services import events
from discovery_accounts.services.endings.candidates import Candidate, Candidates, Place
from discovery_accounts.services.endings.warning import Warnings
from discovery_accounts.services.house import House
from discovery_accounts.services.outbox import WITHDRAWN, still_here
from discovery_accounts.services.progress import Progress, untold
from discovery_accounts.telemetry.log import event as log_event

log = logging.getLogger(__name__)

STAFF = "belongs to staff"
PROTECTED = "protected"
_AS_IT_IS = {"synchronize_session": False}


@dataclass(slots=True)
class Swept:
    """How many accounts were warned, could not be warned for want of an address, and ended; ``unreached`` of these
    whose last warning came back, with no address for another one. ``left`` are those that the budget did not reach,
    ``kept`` counts by reason those whose time is over and who stay for now."""

    warned: int = 0
    no_address: int = 0
    ended: int = 0
    unreached: int = 0
    left: int = 0
    kept: Counter[str] = field(default_factory=Counter)

    @property
    def done(self) -> int:
        return self.warned + self.no_address + self.ended

    def count(self, one: Candidate) -> None:
        match one.verdict.act:
            case Act.WARN:
                self.warned += 1
            case Act.NOTE:
                self.no_address += 1
            case Act.END:
                self.ended += 1
                self.unreached += one.verdict.unreached


class Sweep:
    """``limit`` is how many accounts may be changed; a dry run only counts."""

    def __init__(self, house: House, now: datetime, limit: int, *, dry_run: bool = False) -> None:
        self._house = house
        self._now = now
        self._limit = limit
        self._dry_run = dry_run
        self._candidates = Candidates(house, now)
        self._warnings = Warnings(house, self._candidates.terms, now)

    def run(self, progress: Progress = untold) -> Swept:
        """Go through all of them; ``progress`` counts those looked at."""
        swept, looked = Swept(), 0
        with self._house.database.reading() as session:
            total = self._candidates.count(session)
        after: Place | None = None
        while page := self._some(swept, after):
            after = (page[-1].last_sign_in_at, page[-1].id)
            looked += len(page)
            progress(looked, max(looked, total))
        with self._house.database.reading() as session:
            protected = self._candidates.protected(session)
        if protected:
            swept.kept[PROTECTED] = protected
        return swept

    def _some(self, swept: Swept, after: Place | None) -> Sequence[Candidate]:
        """Look at the next page, under locks where something may be done, and do it."""
        room = self._limit - swept.done
        if self._dry_run or room <= 0:
            with self._house.database.reading() as session:
                page = self._candidates.page(session, after)
            some = _wanted(page)[: max(0, room)]
        else:
            with self._house.database.writing() as session:
                page = self._candidates.page(session, after, lock=True)
                some = _wanted(page)[:room]
                self._act(session, some)
        for one in some:
            swept.count(one)
        swept.left += len(_wanted(page)) - len(some)
        self._count_kept(swept, page)
        return page

    def _count_kept(self, swept: Swept, page: Sequence[Candidate]) -> None:
        months = self._candidates.terms.months
        for one in page:
            if one.staff:  # never warned, so there is never a verdict that they end
                swept.kept[STAFF] += ends_at(one.last_sign_in_at, months) <= self._now
            elif one.verdict.kept is not None:
                swept.kept[one.verdict.kept.value] += 1

    def _act(self, session: Session, some: Sequence[Candidate]) -> None:
        self._warnings.write(session, [one for one in some if one.verdict.act in (Act.WARN, Act.NOTE)])
        over = [one.id for one in some if one.verdict.act is Act.END]
        if over:
            end(session, over, self._now)


def _wanted(page: Sequence[Candidate]) -> Sequence[Candidate]:
    return [one for one in page if one.verdict.act is not Act.NOTHING and not one.staff]


def end(session: Session, account_ids: Sequence[uuid.UUID], now: datetime) -> None:
    """In the caller's transaction, with the accounts' rows locked: hide them. They come back at a sign-in."""
    session.execute(
        update(Account)
        .where(Account.id.in_(account_ids))
        .values(ended_at=now, ended_because=Because.TIME.value, reviews_at_end=Reviews.KEEP.value),
        execution_options=_AS_IT_IS,
    )
    session.execute(
        delete(SignedInSession).where(SignedInSession.account_id.in_(account_ids)),
        execution_options=_AS_IT_IS,
    )
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.account_id.in_(account_ids), *still_here())
        .values(state=WITHDRAWN, sealed=None, key_id=None),
        execution_options=_AS_IT_IS,
    )
    session.execute(
        insert(Event),
        [
            {
                "id": uuid.uuid4(),
                "at": now,
                "word": events.ACCOUNT_ENDED,
                "account_id": account_id,
                "detail": {"because": Because.TIME.value},
            }
            for account_id in account_ids
        ],
    )
    log_event(log, events.ACCOUNT_ENDED, because=Because.TIME.value, accounts=len(account_ids))
