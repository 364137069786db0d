"""Verifying: the whole chain read anew, each seal against the one before and against its event."""

from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy import exists, func, or_, select

from discovery_accounts.models import AuditMark, Event, EventSeal
from discovery_accounts.services.audit_chain import mark as marks
from discovery_accounts.services.audit_chain.digest import START, digest
from discovery_accounts.services.audit_chain.mark import Mark, MarkBroken
from discovery_accounts.services.audit_chain.missing import first_without_account
from discovery_accounts.services.audit_chain.reading import Agrees, Linked, page_after
from discovery_accounts.services.audit_chain.sealing import seal
from discovery_accounts.services.house import House
from discovery_accounts.services.progress import Progress, untold

_EVERYTHING = 10**12


class Fault(StrEnum):
    """What is wrong at a place of the chain."""

    MARK = "mark_not_signed"
    MISSING = "seal_missing"
    ORDER = "not_after_the_one_before"
    EVENT_GONE = "event_missing"
    CHANGED = "seal_or_event_changed"
    DIFFERS = "event_differs"
    INSERTED = "inserted"
    ACCOUNT_REMOVED = "account_removed"
    END = "end_differs"


@dataclass(frozen=True, slots=True)
class Broken:
    """The first place that does not hold. ``sequence`` 0 is the mark of the chain."""

    sequence: int
    fault: Fault


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """``checked`` seals, from the one after ``first`` (what retention took away) to ``last`` with its digest;
    ``unreadable`` of them are of people who were erased. ``sealed`` were added before, ``broken`` is ``None``
    where all holds."""

    sealed: int = 0
    checked: int = 0
    unreadable: int = 0
    first: int = 0
    last: int = 0
    last_digest: str = START
    broken: Broken | None = None


def verify(house: House, progress: Progress = untold) -> VerifyReport:
    """Seal what waits, then check everything; ``progress`` counts seals. Reads in short transactions, by pages:
    memory stays flat."""
    added = seal(house, _EVERYTHING)
    try:
        with house.database.reading() as session:
            mark = marks.read(session, house)
        if mark is None:
            return VerifyReport(broken=_inserted(house, 0))
        walk = _Walk(house, mark, progress)
        broken = walk.run() or _inserted(house, walk.mark.first)
        if broken is None:
            stripped = first_without_account(house, walk.mark)
            broken = None if stripped is None else Broken(stripped, Fault.ACCOUNT_REMOVED)
    except MarkBroken:
        return VerifyReport(added.sealed, broken=Broken(0, Fault.MARK))
    now = walk.mark
    return VerifyReport(
        added.sealed, walk.checked, walk.unreadable, now.first, now.last, now.last_digest, broken
    )


class _Walk:
    """From the first seal to the last one that the mark knew when we began."""

    def __init__(self, house: House, mark: Mark, progress: Progress) -> None:
        self._house = house
        self._progress = progress
        self.mark = mark
        self.checked = 0
        self.unreadable = 0

    def run(self) -> Broken | None:
        at, previous = self.mark.first, self.mark.first_digest
        while at < self.mark.last:
            page = page_after(self._house, at, self.mark.last, self.mark.house_key)
            if (not page or page[0].sequence != at + 1) and self._moved(at):
                at, previous = self.mark.first, self.mark.first_digest
                continue
            if not page:
                return Broken(at + 1, Fault.MISSING)
            for one in page:
                fault = _fault(one, at + 1, previous)
                if fault is not None:
                    return Broken(at + 1, fault)
                at, previous = one.sequence, one.digest
                self.checked += 1
                self.unreadable += one.agrees is Agrees.UNREADABLE
            self._progress(at - self.mark.first, self.mark.last - self.mark.first)
        return None if previous == self.mark.last_digest else Broken(at, Fault.END)

    def _moved(self, at: int) -> bool:
        """Whether retention took away, meanwhile, what was to be read next: the chain begins later now."""
        with self._house.database.reading() as session:
            now = marks.read(session, self._house)
        if now is None or now.first <= at:
            return False
        self.mark = (
            now
            if now.first >= self.mark.last
            else replace(self.mark, first=now.first, first_digest=now.first_digest)
        )
        return True


def _fault(one: Linked, expected: int, previous: str) -> Fault | None:
    if one.sequence != expected:
        return Fault.MISSING
    if one.previous != previous:
        return Fault.ORDER
    if one.event is None:
        return Fault.EVENT_GONE
    if digest(previous, one.sequence, one.event, one.sealed) != one.digest:
        return Fault.CHANGED
    if one.claims != one.sequence or one.agrees is Agrees.NO:
        return Fault.DIFFERS
    return None


def _inserted(house: House, first: int) -> Broken | None:
    """A seal outside of the chain, or an event that says it is sealed and is not."""
    newest = select(func.coalesce(func.max(AuditMark.last), 0)).scalar_subquery()
    outside = or_(EventSeal.sequence <= first, EventSeal.sequence > newest)
    sealed = exists().where(EventSeal.event_id == Event.id)
    with house.database.reading() as session:
        found = [
            session.scalar(select(func.min(EventSeal.sequence)).where(outside)),
            session.scalar(select(func.min(Event.sequence)).where(Event.sequence.is_not(None), ~sealed)),
        ]
    places = [place for place in found if place is not None]
    return Broken(min(places), Fault.INSERTED) if places else None
