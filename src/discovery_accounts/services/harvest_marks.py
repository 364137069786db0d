"""How far each source was read, as it is kept: written after every batch, so that a reading that was killed goes on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from discovery_accounts.models import HarvestMark
from discovery_accounts.models.database import Database
from discovery_accounts.services.upserts import insert_missing


@dataclass(frozen=True, slots=True)
class Mark:
    """One source. ``mark``, ``place``, ``begun_at`` and ``baseline_at`` as in the table; ``read_at`` is when it was
    last read whole, ``tried_at`` when somebody last began or went on, ``error`` why that did not end well."""

    mark: str | None = None
    place: str | None = None
    begun_at: datetime | None = None
    baseline_at: datetime | None = None
    read_at: datetime | None = None
    tried_at: datetime | None = None
    wait_until: datetime | None = None
    error: str | None = None


_COLUMNS = tuple(getattr(HarvestMark, name) for name in Mark.__dataclass_fields__)


class HarvestMarks:
    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> Mapping[str, Mark]:
        with self._database.reading() as session:
            rows = session.execute(select(HarvestMark.source, *_COLUMNS)).all()
        return {name: Mark(*values) for name, *values in rows}

    def of(self, source: str) -> Mark:
        return self.all().get(source, Mark())

    def keep(self, source: str, **changed: Any) -> None:
        """Write what changed of a source's row."""
        with self._database.writing() as session:
            insert_missing(session, HarvestMark, [{"source": source}])
            session.execute(
                update(HarvestMark)
                .where(HarvestMark.source == source)
                .values(**changed)
                .execution_options(synchronize_session=False)
            )
