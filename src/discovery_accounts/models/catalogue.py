"""Records of the catalogues that alerts are matched with, and how far each source was read."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from discovery_accounts.models.base import NOT_PERSONAL, Base

BIG = BigInteger().with_variant(Integer, "sqlite")
"""SQLite counts up by itself in a column of this very type only."""

_KEPT = text("content IS NOT NULL")


class CatalogueRecord(Base):
    """A record that a source has shown us. ``new_at`` is when it counted as new, ``None`` where it never did: it was
    there when the source was first read, or was first indexed long ago. ``content`` is the record as
    JSON, kept as long as it may be listed or tried a query on; that it was seen is kept for good, so that a
    corrected record is not new again. ``run_id`` is the run that matched it, ``None`` while it waits."""

    __tablename__ = "catalogue_record"
    __table_args__ = (
        Index("uq_catalogue_record_source_record_id", "source", "record_id", unique=True),
        # of all that was ever seen, what is kept is little
        Index("ix_catalogue_record_kept", "new_at", sqlite_where=_KEPT, postgresql_where=_KEPT),
        Index(
            "ix_catalogue_record_waiting",
            "id",
            sqlite_where=text("new_at IS NOT NULL AND run_id IS NULL"),
            postgresql_where=text("new_at IS NOT NULL AND run_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BIG, primary_key=True, autoincrement=True, info=NOT_PERSONAL)
    source: Mapped[str] = mapped_column(String(64), info=NOT_PERSONAL)
    record_id: Mapped[str] = mapped_column(String(255), info=NOT_PERSONAL)
    seen_at: Mapped[datetime] = mapped_column(info=NOT_PERSONAL)
    new_at: Mapped[datetime | None] = mapped_column(info=NOT_PERSONAL)
    gone_at: Mapped[datetime | None] = mapped_column(info=NOT_PERSONAL)
    run_id: Mapped[int | None] = mapped_column(BIG, index=True, info=NOT_PERSONAL)
    content: Mapped[str | None] = mapped_column(Text, info=NOT_PERSONAL)


class HarvestMark(Base):
    """How far a source was read. ``mark`` is the point up to which it was read whole, ``place`` where a reading
    that has not ended goes on, both in the words of the source's kind; ``begun_at`` is when that reading began.
    ``baseline_at`` is when everything that was there at first had been seen."""

    __tablename__ = "harvest_mark"

    source: Mapped[str] = mapped_column(String(64), primary_key=True, info=NOT_PERSONAL)
    mark: Mapped[str | None] = mapped_column(Text, info=NOT_PERSONAL)
    place: Mapped[str | None] = mapped_column(Text, info=NOT_PERSONAL)
    begun_at: Mapped[datetime | None] = mapped_column(info=NOT_PERSONAL)
    baseline_at: Mapped[datetime | None] = mapped_column(info=NOT_PERSONAL)
    read_at: Mapped[datetime | None] = mapped_column(info=NOT_PERSONAL)
    tried_at: Mapped[datetime | None] = mapped_column(info=NOT_PERSONAL)
    wait_until: Mapped[datetime | None] = mapped_column(info=NOT_PERSONAL)
    error: Mapped[str | None] = mapped_column(String(64), info=NOT_PERSONAL)
