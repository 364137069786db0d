"""A card: one patron record in one library, known by its permanent id there (rules 1.3)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from discovery_accounts.models.base import NOT_PERSONAL, Base, PrimaryKey, personal


class LibraryCard(Base):
    """The number is an attribute that may change; it is kept sealed, bound to library and row.

    ``standing``, ``blocks`` and ``expires_on`` are what the library last told, at ``read_at``;
    ``gone_at`` is when it said that it has no such patron any more. ``hands_over_at`` is when a young
    patron reaches the age at which they decide alone; ``None`` for adults and where the library did not tell;
    ``handover_age`` is the library's age in years by which that was reckoned.
    ``linking_refused_at`` is when the holder, ``linking_blocked_at`` when staff forbade any more links.
    """

    __tablename__ = "library_card"
    __table_args__ = (UniqueConstraint("library", "patron_id"),)

    id: Mapped[PrimaryKey]
    library: Mapped[str] = mapped_column(String(64), info=NOT_PERSONAL)
    patron_id: Mapped[str] = mapped_column(String(255), info=personal("last link"))
    number_sealed: Mapped[bytes] = mapped_column(LargeBinary, info=personal("last link"))
    number_key_id: Mapped[str] = mapped_column(String(64), index=True, info=NOT_PERSONAL)
    number_lookup: Mapped[str] = mapped_column(String(64), index=True, info=personal("last link"))
    number_last4: Mapped[str] = mapped_column(String(4), info=personal("last link"))
    standing: Mapped[str | None] = mapped_column(String(16), info=personal("last link"))
    blocks: Mapped[list[Any] | None] = mapped_column(JSON, info=personal("last link"))
    expires_on: Mapped[date | None] = mapped_column(info=personal("last link"))
    read_at: Mapped[datetime | None] = mapped_column(info=personal("last link"))
    gone_at: Mapped[datetime | None] = mapped_column(info=personal("last link"))
    hands_over_at: Mapped[datetime | None] = mapped_column(index=True, info=personal("last link"))
    handover_age: Mapped[int | None] = mapped_column(info=personal("last link"))
    linking_refused_at: Mapped[datetime | None] = mapped_column(info=personal("last link"))
    linking_blocked_at: Mapped[datetime | None] = mapped_column(info=personal("last link"))
    created_at: Mapped[datetime] = mapped_column(info=personal("last link"))
