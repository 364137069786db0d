"""When IT is told of a library: at a change, and only once it has lasted for some tests in a row."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from discovery_accounts.connectors.api import CheckState, CheckStep
from discovery_accounts.models import LibraryCheck

Troubles = Sequence[CheckStep]


class News(StrEnum):
    FAILED = "failed"
    RECOVERED = "recovered"
    WARNED = "warned"


@dataclass(frozen=True, slots=True)
class Told:
    """What IT knows of a library: whether it fails, and which warnings there are."""

    failed: bool = False
    warnings: frozenset[str] = frozenset()

    def after(self, now: Troubles, before: Sequence[Troubles]) -> "Change":
        """What changes by a test that found ``now``; ``before`` are the earlier ones that must agree with it.

        A failure is told when all of them failed, a new warning when all of them warned of it. What is in
        order again is told at once: nobody should go on searching.
        """
        row = [now, *before]
        if _fails(now):
            if self.failed or not all(_fails(one) for one in row):
                return Change(self, None, ())
            return Change(Told(True, self.warnings), News.FAILED, _of(now, CheckState.FAILED))
        lasting = frozenset.intersection(*(_warnings(one) for one in row))
        new = lasting - self.warnings
        known = (self.warnings & _warnings(now)) | new
        if self.failed:
            return Change(Told(False, known), News.RECOVERED, _of(now, CheckState.WARNED))
        if new:
            told = tuple(step for step in _of(now, CheckState.WARNED) if _code(step) in new)
            return Change(Told(False, known), News.WARNED, told)
        return Change(Told(False, known), None, ())

    def written(self) -> dict[str, Any]:
        """As the table keeps it."""
        return {"failed": self.failed, "warnings": sorted(self.warnings)}


@dataclass(frozen=True, slots=True)
class Change:
    """What IT knows from now on, and the news that makes it so, about these steps."""

    told: Told
    news: News | None
    steps: tuple[CheckStep, ...]


def told_before(session: Session, library: str) -> tuple[Told, uuid.UUID | None]:
    """What IT knew after the last test, and which one that was."""
    query = select(LibraryCheck).where(LibraryCheck.library == library)
    row = session.scalars(query.order_by(LibraryCheck.at.desc(), LibraryCheck.id).limit(1)).first()
    return (_read(row.told), row.id) if row is not None else (Told(), None)


def _read(told: Mapping[str, Any]) -> Told:
    return Told(bool(told.get("failed")), frozenset(told.get("warnings", ())))


def _fails(troubles: Troubles) -> bool:
    return any(step.state is CheckState.FAILED for step in troubles)


def _warnings(troubles: Troubles) -> frozenset[str]:
    return frozenset(_code(step) for step in troubles if step.state is CheckState.WARNED)


def _of(troubles: Troubles, state: CheckState) -> tuple[CheckStep, ...]:
    return tuple(step for step in troubles if step.state is state)


def _code(step: CheckStep) -> str:
    return f"{step.name}:{step.cause}"
