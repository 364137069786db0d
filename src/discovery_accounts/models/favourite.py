"""Favourites: lists of records, with what is needed to read them when the catalogue is away."""

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from discovery_accounts.models.base import NOT_PERSONAL, Base, PrimaryKey, personal

_LIVE = text("removed_at IS NULL")


def _by(key: str) -> Index:
    """What is in a list in the order of ``key``, without what was removed from it."""
    return Index(
        f"ix_favourite_item_by_{key}", "list_id", key, "id", sqlite_where=_LIVE, postgresql_where=_LIVE
    )


def _where_set(column: str) -> Index:
    """Of the few items that have it: most were never moved or removed, and an add need not write it."""
    is_set = text(f"{column} IS NOT NULL")
    return Index(f"ix_favourite_item_{column}", column, sqlite_where=is_set, postgresql_where=is_set)


class FavouriteList(Base):
    """``ordering`` is ``manual`` or the field that its items are ordered by, ``-title`` the other way round.
    ``public_id`` is the last part of its public address: made when it is first made public, and the same ever
    after. ``removed_at``: it can still be brought back by undoing ``act_id``."""

    __tablename__ = "favourite_list"

    id: Mapped[PrimaryKey]
    account_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True, info=personal("account")
    )
    name: Mapped[str] = mapped_column(String(200), info=personal("account"))
    description: Mapped[str] = mapped_column(Text, default="", info=personal("account"))
    public: Mapped[bool] = mapped_column(default=False, info=personal("account"))
    public_id: Mapped[str | None] = mapped_column(String(32), unique=True, info=personal("account"))
    ordering: Mapped[str] = mapped_column(String(16), default="manual", info=personal("account"))
    created_at: Mapped[datetime] = mapped_column(info=personal("account"))
    changed_at: Mapped[datetime] = mapped_column(info=personal("account"))
    removed_at: Mapped[datetime | None] = mapped_column(index=True, info=personal("account"))
    act_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("favourite_act.id", ondelete="SET NULL"), index=True, info=NOT_PERSONAL
    )


class FavouriteItem(Base):
    """One record in one list. ``title`` and what follows it are the record as it was when it was added, or last
    seen; the keys are what it is ordered by, never null: ``year_key`` is 0 where there is no year. ``position``
    counts up by steps, so that an item can be put between two others. ``act_id`` is the last act that
    touched it, and ``from_list_id`` and ``from_position`` where it was before that act moved it."""

    __tablename__ = "favourite_item"
    __table_args__ = (
        Index(
            "uq_favourite_item_list_id_source_record_id",
            "list_id",
            "source",
            "record_id",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        # with all that is needed to count what is in a list
        Index("ix_favourite_item_list_id_position", "list_id", "position", "removed_at"),
        _by("position"),
        _by("title_key"),
        _by("author_key"),
        _by("year_key"),
        _by("added_at"),
        _where_set("removed_at"),
        _where_set("act_id"),
        _where_set("from_list_id"),
    )

    id: Mapped[PrimaryKey]
    list_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("favourite_list.id", ondelete="CASCADE"), info=personal("account")
    )
    source: Mapped[str] = mapped_column(String(64), info=personal("account"))
    record_id: Mapped[str] = mapped_column(String(255), info=personal("account"))
    title: Mapped[str] = mapped_column(Text, info=personal("account"))
    title_key: Mapped[str] = mapped_column(String(120), info=personal("account"))
    author: Mapped[str | None] = mapped_column(Text, info=personal("account"))
    author_key: Mapped[str] = mapped_column(String(120), default="", info=personal("account"))
    year: Mapped[int | None] = mapped_column(Integer, info=personal("account"))
    year_key: Mapped[int] = mapped_column(Integer, default=0, info=personal("account"))
    format: Mapped[str | None] = mapped_column(String(64), info=personal("account"))
    cover_url: Mapped[str | None] = mapped_column(String(1000), info=personal("account"))
    note: Mapped[str] = mapped_column(Text, default="", info=personal("account"))
    position: Mapped[int] = mapped_column(BigInteger, info=personal("account"))
    added_at: Mapped[datetime] = mapped_column(info=personal("account"))
    changed_at: Mapped[datetime] = mapped_column(info=personal("account"))
    removed_at: Mapped[datetime | None] = mapped_column(info=personal("account"))
    act_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("favourite_act.id", ondelete="SET NULL"), info=NOT_PERSONAL
    )
    from_list_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("favourite_list.id", ondelete="SET NULL"), info=personal("account")
    )
    from_position: Mapped[int | None] = mapped_column(BigInteger, info=personal("account"))


class FavouriteTag(Base):
    """A word that a person gave to an item; ``key`` is the word folded, by which it is found and unique."""

    __tablename__ = "favourite_tag"

    item_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("favourite_item.id", ondelete="CASCADE"), primary_key=True, info=personal("account")
    )
    key: Mapped[str] = mapped_column(String(64), primary_key=True, index=True, info=personal("account"))
    tag: Mapped[str] = mapped_column(String(64), info=personal("account"))


class FavouriteAct(Base):
    """One thing done to many items or a list, which can be undone for a while. ``kind`` is ``remove``,
    ``remove_list``, ``move`` or ``copy``."""

    __tablename__ = "favourite_act"

    id: Mapped[PrimaryKey]
    account_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True, info=personal("account")
    )
    kind: Mapped[str] = mapped_column(String(16), info=personal("account"))
    items: Mapped[int] = mapped_column(info=personal("account"))
    at: Mapped[datetime] = mapped_column(index=True, info=personal("account"))
