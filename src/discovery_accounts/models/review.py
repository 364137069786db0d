"""What people think of records: stars and texts, and who found a text inappropriate (rules 1.2, 1.6)."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from discovery_accounts.models.base import NOT_PERSONAL, Base, PrimaryKey, personal


class Review(Base):
    """One person's stars (1 to 5) or text, or both, on one record. ``account_id`` ``None``: its writer's account
    ended, and it stays nameless. ``signed``: shown with the name that the account has. ``state`` is ``shown``,
    ``waiting`` or ``hidden``, the last two by staff or after reports; ``title`` is the record's as it was."""

    __tablename__ = "review"
    __table_args__ = (
        UniqueConstraint("account_id", "source", "record_id"),
        Index("ix_review_source_record_id", "source", "record_id", "state"),
        Index("ix_review_state_changed_at", "state", "changed_at"),
    )

    id: Mapped[PrimaryKey]
    account_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL"), info=personal("account")
    )
    source: Mapped[str] = mapped_column(String(64), info=NOT_PERSONAL)
    record_id: Mapped[str] = mapped_column(String(255), info=NOT_PERSONAL)
    title: Mapped[str | None] = mapped_column(Text, info=NOT_PERSONAL)
    stars: Mapped[int | None] = mapped_column(Integer, info=personal("review"))
    text: Mapped[str | None] = mapped_column(Text, info=personal("review"))
    signed: Mapped[bool] = mapped_column(default=False, info=personal("review"))
    state: Mapped[str] = mapped_column(String(16), info=NOT_PERSONAL)
    created_at: Mapped[datetime] = mapped_column(info=personal("review"))
    changed_at: Mapped[datetime] = mapped_column(info=personal("review"))
    moderated_at: Mapped[datetime | None] = mapped_column(info=NOT_PERSONAL)
    moderated_because: Mapped[str | None] = mapped_column(String(32), info=NOT_PERSONAL)


class ReviewReport(Base):
    """Somebody found a review inappropriate; closed when staff have looked at it."""

    __tablename__ = "review_report"
    __table_args__ = (UniqueConstraint("review_id", "account_id"),)

    id: Mapped[PrimaryKey]
    review_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("review.id", ondelete="CASCADE"), info=NOT_PERSONAL
    )
    account_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True, info=personal("account")
    )
    reason: Mapped[str] = mapped_column(String(32), info=personal("account"))
    message: Mapped[str] = mapped_column(Text, default="", info=personal("account"))
    created_at: Mapped[datetime] = mapped_column(info=personal("account"))
    closed_at: Mapped[datetime | None] = mapped_column(index=True, info=NOT_PERSONAL)
