"""Tags of items: written, and counted for a list."""

import uuid
from collections.abc import Iterable, Mapping

from sqlalchemy import bindparam, delete, func, insert, select
from sqlalchemy.orm import Session

from discovery_accounts.domain.favourites import tag_key
from discovery_accounts.models import FavouriteItem, FavouriteTag
from discovery_accounts.services.favourites.shapes import TagCount

_COUNTS = (
    select(func.min(FavouriteTag.tag), func.count())
    .join(FavouriteItem, FavouriteItem.id == FavouriteTag.item_id)
    .where(FavouriteItem.list_id == bindparam("list_id"), FavouriteItem.removed_at.is_(None))
    .group_by(FavouriteTag.key)
    .order_by(FavouriteTag.key)
)


def write_tags(session: Session, tags: Mapping[uuid.UUID, Iterable[str]], *, anew: bool = False) -> None:
    """Give cleaned tags to items; ``anew``: in place of those that they have."""
    if anew and tags:
        gone = delete(FavouriteTag).where(FavouriteTag.item_id.in_(tags))
        session.execute(gone.execution_options(synchronize_session=False))
    found = [
        {"item_id": item_id, "key": tag_key(tag), "tag": tag}
        for item_id, some in tags.items()
        for tag in some
    ]
    if found:
        session.execute(insert(FavouriteTag), found)


def count_tags(session: Session, list_id: uuid.UUID) -> tuple[TagCount, ...]:
    """By name; where people wrote a tag in two ways, in one of them."""
    return tuple(TagCount(tag, items) for tag, items in session.execute(_COUNTS, {"list_id": list_id}))
