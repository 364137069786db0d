"""New items: cleaned, put at the end of a list; what the list has already stays as it is."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Session

from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.favourites import (
    STEP,
    check_cover,
    clean_note,
    clean_tags,
    sort_key,
)
from discovery_accounts.domain.new_record import MOST_ID, MOST_SOURCE, clean_text
from discovery_accounts.models import FavouriteItem
from discovery_accounts.services.favourites.ordering import end_of
from discovery_accounts.services.favourites.rows import touch
from discovery_accounts.services.favourites.shapes import AddedMany, NewItem, Snapshot
from discovery_accounts.services.favourites.tags import write_tags

_MOST_FORMAT = 64
_AT_ONCE = 500
"""Records that one statement looks for."""

_THERE = select(FavouriteItem.source, FavouriteItem.record_id).where(
    FavouriteItem.list_id == bindparam("list_id"),
    FavouriteItem.record_id.in_(bindparam("record_ids", expanding=True)),
    FavouriteItem.removed_at.is_(None),
)


def clean_item(item: NewItem) -> NewItem:
    """As it may be kept. Raises ``BadShape`` about ``source``, ``record_id``, ``title``, ``year``, ``format``,
    ``cover_url``, ``note`` or ``tags``."""
    return replace(
        item, snapshot=clean_snapshot(item.snapshot), note=clean_note(item.note), tags=clean_tags(item.tags)
    )


def clean_snapshot(told: Snapshot) -> Snapshot:
    """Raises ``BadShape``."""
    title = clean_text(told.title)
    if not title:
        raise BadShape("title", "missing")
    if told.year is not None and not 0 < told.year < 10_000:
        raise BadShape("year", "unknown")
    kind = clean_text(told.format or "")
    if len(kind) > _MOST_FORMAT:
        raise BadShape("format", "too_long")
    return Snapshot(
        source=_identifier(told.source, "source", MOST_SOURCE),
        record_id=_identifier(told.record_id, "record_id", MOST_ID),
        title=title,
        author=clean_text(told.author or "") or None,
        year=told.year,
        format=kind or None,
        cover_url=check_cover(told.cover_url),
    )


def insert_items(session: Session, list_id: uuid.UUID, items: Sequence[NewItem], now: datetime) -> AddedMany:
    """Put cleaned items (``clean_item``) at the end of a list of an account that the caller has locked."""
    wanted = {(one.snapshot.source, one.snapshot.record_id): one for one in reversed(items)}
    record_ids = [record_id for _, record_id in wanted]
    for begin in range(0, len(record_ids), _AT_ONCE):
        some = {"list_id": list_id, "record_ids": record_ids[begin : begin + _AT_ONCE]}
        for source, record_id in session.execute(_THERE, some).all():
            wanted.pop((source, record_id), None)
    new = [one for one in dict.fromkeys(map(_key, items)) if one in wanted]
    if new:
        end = end_of(session, list_id)
        made = [
            _row(wanted[key], list_id, end + number * STEP, now) for number, key in enumerate(new, start=1)
        ]
        session.execute(insert(FavouriteItem), made)
        write_tags(session, {row["id"]: wanted[key].tags for row, key in zip(made, new, strict=True)})
        touch(session, now, list_id)
    return AddedMany(len(new), len(items) - len(new))


def _key(item: NewItem) -> tuple[str, str]:
    return item.snapshot.source, item.snapshot.record_id


def _row(item: NewItem, list_id: uuid.UUID, position: int, now: datetime) -> dict[str, Any]:
    record = item.snapshot
    return {
        "id": uuid.uuid4(),
        "list_id": list_id,
        "source": record.source,
        "record_id": record.record_id,
        "title": record.title,
        "title_key": sort_key(record.title),
        "author": record.author,
        "author_key": sort_key(record.author),
        "year": record.year,
        "year_key": record.year or 0,
        "format": record.format,
        "cover_url": record.cover_url,
        "note": item.note,
        "position": position,
        "added_at": item.added_at or now,
        "changed_at": now,
    }


def _identifier(told: str, field: str, most: int) -> str:
    cleaned = told.strip()
    if not cleaned:
        raise BadShape(field, "missing")
    if len(cleaned) > most:
        raise BadShape(field, "too_long")
    if not cleaned.isprintable():
        raise BadShape(field, "bad_characters")
    return cleaned
