"""Identity providers in the database, as they were split from metadata that was verified first."""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, or_, select
from sqlalchemy.orm import Session

from discovery_accounts.domain.search_words import fold, prepare
from discovery_accounts.login.saml.metadata import Entity, MetadataRefused
from discovery_accounts.models import ProviderEntity, ProviderSource
from discovery_accounts.models.database import Database
from discovery_accounts.services.metadata_sources import MetadataSource
from discovery_accounts.services.upserts import insert_or_update

_AT_ONCE = 100  # rows in a transaction: no writer waits long for this one


@dataclass(frozen=True, slots=True)
class Document:
    """What is known of a document that was verified. ``version`` is its server's name for it."""

    digest: str
    trusted: str
    version: str | None = None
    valid_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """One entity as it is kept. ``ask_again_at`` is there where it was asked for by itself."""

    xml: bytes = field(repr=False)
    valid_until: datetime | None
    ask_again_at: datetime | None


def valid(now: datetime) -> ColumnElement[bool]:
    return or_(ProviderEntity.valid_until.is_(None), ProviderEntity.valid_until > now)


def of_source(source: MetadataSource) -> ColumnElement[bool]:
    """For a query over entities joined with their source: rows that came from this very address."""
    return and_(ProviderEntity.source == source.login, ProviderSource.origin == source.origin)


JOINED = ProviderSource.source == ProviderEntity.source


class KeptMetadata:
    def __init__(self, database: Database) -> None:
        self._database = database

    def state(self, source: MetadataSource) -> ProviderSource | None:
        """How reading it went; ``None`` when it was never read from where it is now."""
        with self._database.reading() as session:
            row = session.get(ProviderSource, source.login)
            return row if row is not None and row.origin == source.origin else None

    def entity(self, source: MetadataSource, entity_id: str, now: datetime) -> Kept | None:
        columns = (ProviderEntity.metadata_xml, ProviderEntity.valid_until, ProviderEntity.ask_again_at)
        query = select(*columns).join(ProviderSource, JOINED).where(of_source(source), valid(now))
        with self._database.reading() as session:
            row = session.execute(query.where(ProviderEntity.entity_id == entity_id)).one_or_none()
        return Kept(*row) if row is not None else None

    def only(self, source: MetadataSource, now: datetime) -> str | None:
        query = select(ProviderEntity.entity_id).join(ProviderSource, JOINED)
        with self._database.reading() as session:
            found = session.scalars(query.where(of_source(source), valid(now)).limit(2)).all()
        return found[0] if len(found) == 1 else None

    def replace(
        self, source: MetadataSource, entities: Iterable[Entity], document: Document, now: datetime
    ) -> int:
        """Keep these and no others; how many they are. A document without any changes nothing: it raises
        ``MetadataRefused``. While it is under way, old and new stand side by side, all of them verified.
        """
        count, batch = 0, uuid.uuid4().hex
        rest = iter(entities)
        while some := list(islice(rest, _AT_ONCE)):
            with self._database.writing() as session:
                _adopted(session, source, now)
                insert_or_update(session, ProviderEntity, list(_rows(source, some, batch)))
                count += len(some)
        if not count:
            raise MetadataRefused("empty", "no identity provider in it that is valid")
        with self._database.writing() as session:
            others = and_(ProviderEntity.source == source.login, ProviderEntity.batch != batch)
            session.execute(delete(ProviderEntity).where(others).execution_options(synchronize_session=False))
            row = _adopted(session, source, now)
            row.digest, row.trusted = document.digest, document.trusted
            row.etag, row.valid_until = document.version, document.valid_until
            row.read_at, row.failure, row.entities = now, None, _count(session, source)
            return row.entities

    def keep_one(self, source: MetadataSource, entity: Entity, ask_again_at: datetime, now: datetime) -> None:
        """Keep one entity that was asked for by itself, beside the others."""
        with self._database.writing() as session:
            row = _adopted(session, source, now)
            insert_or_update(session, ProviderEntity, list(_rows(source, [entity], "", ask_again_at)))
            row.read_at, row.failure, row.entities = now, None, _count(session, source)

    def remove_one(self, source: MetadataSource, entity_id: str) -> None:
        """The server does not know it any more."""
        with self._database.writing() as session:
            session.execute(
                delete(ProviderEntity)
                .where(ProviderEntity.source == source.login, ProviderEntity.entity_id == entity_id)
                .execution_options(synchronize_session=False)
            )

    def remove_over(self, source: MetadataSource, now: datetime) -> int:
        """Entities asked for one by one that are no longer valid; how many there were."""
        over = and_(ProviderEntity.source == source.login, ~valid(now))
        with self._database.writing() as session:
            found = session.scalar(select(func.count()).select_from(ProviderEntity).where(over)) or 0
            session.execute(delete(ProviderEntity).where(over).execution_options(synchronize_session=False))
        return found

    def unchanged(self, source: MetadataSource, now: datetime) -> None:
        with self._database.writing() as session:
            row = _adopted(session, source, now)
            row.read_at, row.failure = now, None

    def failed(self, source: MetadataSource, reason: str, now: datetime) -> None:
        """What was read before stays."""
        with self._database.writing() as session:
            _adopted(session, source, now).failure = reason[:255]


def _adopted(session: Session, source: MetadataSource, now: datetime) -> ProviderSource:
    """The row of the source; what was kept from another address goes."""
    row = session.get(ProviderSource, source.login, with_for_update=True)
    if row is not None and row.origin != source.origin:
        session.execute(
            delete(ProviderEntity)
            .where(ProviderEntity.source == source.login)
            .execution_options(synchronize_session=False)
        )
        session.delete(row)
        session.flush()
        row = None
    if row is None:
        row = ProviderSource(source=source.login, origin=source.origin, tried_at=now, entities=0)
        session.add(row)
        session.flush()
    row.tried_at = now
    return row


def _count(session: Session, source: MetadataSource) -> int:
    rows = select(func.count()).select_from(ProviderEntity).where(ProviderEntity.source == source.login)
    return session.scalar(rows) or 0


def _rows(
    source: MetadataSource, entities: Iterable[Entity], batch: str, ask_again_at: datetime | None = None
) -> Iterator[dict[str, Any]]:
    # an entity that is listed twice is taken as it comes last; no statement may insert one row twice
    for entity in {entity.entity_id: entity for entity in entities}.values():
        yield {
            "source": source.login,
            "entity_id": entity.entity_id,
            "metadata_xml": entity.xml,
            "names": dict(entity.names),
            "words": search_text(entity),
            "hidden": entity.hidden,
            "valid_until": entity.valid_until,
            "ask_again_at": ask_again_at,
            "batch": batch,
        }


def search_text(entity: Entity) -> str:
    """Names line by line, then the scopes in one."""
    names = prepare(entity.names.values()) or prepare([entity.entity_id])
    return f"{names}\n {' '.join(fold(scope) for scope in entity.scopes)}"
