"""Self-tests of libraries: run by the clock, by staff and from a terminal; what they found is kept for 90 days."""

import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from discovery_accounts.config.settings import LibrarySettings, RateLimit
from discovery_accounts.connectors.api import CheckCause, CheckName, CheckState, CheckStep, TestCard
from discovery_accounts.connectors.selftest.causes import Failure
from discovery_accounts.connectors.selftest.run import Plan, faulty, self_test
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.models import LibraryCheck
from discovery_accounts.services import events
from discovery_accounts.services.card_numbers import typed_number
from discovery_accounts.services.house import House
from discovery_accounts.services.library_checks_mail import tell_it
from discovery_accounts.services.library_checks_pin import PinGuard
from discovery_accounts.services.library_checks_told import told_before
from discovery_accounts.services.purging import Purged, purge
from discovery_accounts.services.throttles import Throttles
from discovery_accounts.telemetry.log import event

log = logging.getLogger(__name__)

KEPT = timedelta(days=90)
ONCE_A_MINUTE = RateLimit(1, 60)
_AT_ONCE = 4  # libraries that the clock tests side by side

Tell = Callable[[CheckStep], None]


class UnknownLibrary(LookupError):
    """No library of that name is configured."""


@dataclass(frozen=True, slots=True)
class LibraryReport:
    """What one test found. ``refused_pin`` is kept so that a refused PIN is not sent again."""

    library: str
    at: datetime
    steps: tuple[CheckStep, ...]
    refused_pin: str | None = field(default=None, repr=False)

    @property
    def state(self) -> CheckState:
        """The worst of the steps: passed, warned or failed."""
        states = {step.state for step in self.steps}
        worst = (state for state in (CheckState.FAILED, CheckState.WARNED) if state in states)
        return next(worst, CheckState.PASSED)

    @property
    def ok(self) -> bool:
        """Whether nothing failed."""
        return self.state is not CheckState.FAILED

    @property
    def troubles(self) -> tuple[CheckStep, ...]:
        """The steps that failed or warned."""
        return tuple(step for step in self.steps if step.cause is not None)


class LibraryChecks:
    def __init__(self, house: House) -> None:
        self._house = house

    def names(self, wanted: Sequence[str] = ()) -> tuple[str, ...]:
        """All libraries in the order of the settings, faulty ones too, or those ``wanted``. Raises
        ``UnknownLibrary``."""
        known = tuple(self._house.gateway.states())
        unknown = [name for name in wanted if name not in known]
        if unknown:
            raise UnknownLibrary(*unknown)
        return tuple(name for name in known if not wanted or name in wanted)

    def run(
        self, name: str, *, card: TestCard | None = None, tell: Tell | None = None, at: datetime | None = None
    ) -> LibraryReport:
        """Test one library now. ``card`` takes the place of the library's own test card. Raises ``BadShape`` for a
        number that can't be one, ``UnknownLibrary``."""
        at = at or self._house.now()
        self.names([name])
        faults = self._house.gateway.states()[name].faults
        library = self._house.settings.library(name)
        if faults or library is None:
            return self._noted(LibraryReport(name, at, faulty(faults, tell).steps))
        plan = self._plan(library, card)
        guard = PinGuard(self._house, library, plan.card)
        plan = Plan(plan.card, guard.begin() or None, plan.instead_of_card)
        try:
            tested = self_test(self._house.settings, library, plan, tell=tell)
        except BaseException:
            guard.settle(None)
            raise
        guard.settle(tested.pin)
        return self._noted(LibraryReport(name, at, tested.steps, guard.refused))

    def keep(self, report: LibraryReport) -> None:
        """Write down what was found, and tell IT when it changed."""
        with self._house.database.writing() as session:
            told, row_id = told_before(session, report.library)
            change = told.after(report.troubles, self._in_a_row(session, report))
            row = LibraryCheck(
                library=report.library,
                at=report.at,
                ok=report.ok,
                steps=[_written(step) for step in report.steps],
                told=change.told.written(),
                refused_pin=report.refused_pin,
            )
            session.add(row)
            if any(step.cause is CheckCause.WRONG_PATRON for step in report.steps):
                events.record(session, events.WRONG_PATRON, report.at, library=report.library)
            tell_it(
                session, self._house, report.library, change, once=row_id.hex if row_id else report.library
            )

    def run_again(self, name: str) -> LibraryReport:
        """For a page: test and keep. Raises ``Problem`` ``too_many_attempts`` within a minute of the last time."""
        self.names([name])
        Throttles(self._house).count_asking("library_check", ONCE_A_MINUTE, name)
        report = self.run(name)
        self.keep(report)
        return report

    def run_all(self, now: datetime, limit: int) -> tuple[LibraryReport, ...]:
        """For the clock: test and keep, several libraries side by side."""
        names = self.names()[:limit]

        def one(name: str) -> LibraryReport:
            report = self.run(name, at=now)
            self.keep(report)
            return report

        with ThreadPoolExecutor(_AT_ONCE, "library-check") as pool:
            return tuple(pool.map(one, names))

    def latest(self) -> Mapping[str, LibraryReport]:
        """The last test of each library that was ever tested."""
        last = (
            select(LibraryCheck.library, func.max(LibraryCheck.at).label("at"))
            .group_by(LibraryCheck.library)
            .subquery()
        )
        joined = (LibraryCheck.library == last.c.library) & (LibraryCheck.at == last.c.at)
        with self._house.database.reading() as session:
            rows = session.scalars(select(LibraryCheck).join(last, joined))
            return {row.library: _read(row) for row in rows}

    def history(self, name: str, most: int) -> tuple[LibraryReport, ...]:
        """The last tests of a library, the newest first."""
        query = select(LibraryCheck).where(LibraryCheck.library == name)
        with self._house.database.reading() as session:
            rows = session.scalars(query.order_by(LibraryCheck.at.desc()).limit(most))
            return tuple(_read(row) for row in rows)

    def purge(self, now: datetime, limit: int, *, dry_run: bool = False) -> Purged:
        """Forget what is older than ``KEPT``."""
        return purge(self._house, LibraryCheck.id, LibraryCheck.at < now - KEPT, limit, dry_run)

    def _plan(self, library: LibrarySettings, given: TestCard | None) -> Plan:
        if given is not None:
            number = typed_number(self._house, library.name, given.card_number)
            return Plan(TestCard(number, given.pin))
        if library.test_card is None:
            return Plan()
        pin = library.test_pin.reveal() if library.test_pin is not None else None
        try:
            return Plan(TestCard(typed_number(self._house, library.name, library.test_card), pin))
        except BadShape:
            found = "“.test_card” can’t be a card number of this library"
            return Plan(instead_of_card=Failure(CheckCause.TEST_CARD_UNKNOWN, found))

    def _in_a_row(self, session: Session, report: LibraryReport) -> Sequence[tuple[CheckStep, ...]]:
        """The troubles of the tests before this one that count with it, the newest first."""
        before = self._house.settings.failed_checks - 1
        query = select(LibraryCheck).where(LibraryCheck.library == report.library)
        rows = session.scalars(query.order_by(LibraryCheck.at.desc(), LibraryCheck.id).limit(before)).all()
        # fewer than needed: a library that was never tested has nobody waiting for news of it
        found = [_read(row).troubles for row in rows]
        return found if len(found) == before else [*found, ()]

    def _noted(self, report: LibraryReport) -> LibraryReport:
        failed = [step.name.value for step in report.steps if step.state is CheckState.FAILED]
        causes = [step.cause.value for step in report.troubles if step.cause]
        level = logging.INFO if report.ok else logging.WARNING
        event(
            log,
            "library.checked",
            level=level,
            library=report.library,
            state=report.state.value,
            failed=" ".join(failed),
            causes=" ".join(causes),
        )
        return report


def _written(step: CheckStep) -> dict[str, Any]:
    return {
        "name": step.name.value,
        "state": step.state.value,
        "seconds": round(step.seconds, 3),
        "found": step.found,
        "cause": step.cause.value if step.cause else None,
    }


def _read(row: LibraryCheck) -> LibraryReport:
    steps = tuple(_step(one) for one in row.steps if one["name"] in _NAMES and one["state"] in _STATES)
    return LibraryReport(row.library, row.at, steps, row.refused_pin)


_NAMES = {name.value for name in CheckName}
_STATES = {state.value for state in CheckState}
_CAUSES = {cause.value for cause in CheckCause}


def _step(one: Mapping[str, Any]) -> CheckStep:
    """A step as it was written, perhaps by another version."""
    cause = CheckCause(one["cause"]) if one["cause"] in _CAUSES else None
    return CheckStep(CheckName(one["name"]), CheckState(one["state"]), one["seconds"], one["found"], cause)
