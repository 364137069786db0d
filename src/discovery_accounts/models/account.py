"""A portal account: one person's (rules 1)."""

from datetime import datetime

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from discovery_accounts.models.base import NOT_PERSONAL, Base, PrimaryKey, personal


class Account(Base):
    """``email_source`` is ``library`` (on file there, may be written to) or ``typed`` (proved by its link).

    ``linking_blocked_at`` is when staff forbade it to link any more cards. ``email_paused_at`` is when mails to
    the address began to come back, ``email_paused_because`` the code of why: nothing is sent there until it
    is proved anew.

    ``ended_at`` is when the account ended: hidden from then on, whole again at a sign-in within its grace, then erased.
    ``ended_because`` is ``time`` or ``asked``, ``reviews_at_end`` what becomes of its reviews: ``keep_anonymous`` or
    ``delete``. A protected account does not end by time; ``protected_because`` is a code.
    """

    __tablename__ = "account"
    __table_args__ = (
        Index(
            "ix_account_live",
            "last_sign_in_at",
            "id",
            sqlite_where=text("ended_at IS NULL AND protected_at IS NULL"),
            postgresql_where=text("ended_at IS NULL AND protected_at IS NULL"),
        ),
        Index(
            "ix_account_ended",
            "ended_at",
            "id",
            sqlite_where=text("ended_at IS NOT NULL"),
            postgresql_where=text("ended_at IS NOT NULL"),
        ),
    )

    id: Mapped[PrimaryKey]
    created_at: Mapped[datetime] = mapped_column(info=personal("account"))
    last_sign_in_at: Mapped[datetime] = mapped_column(index=True, info=personal("account"))
    language: Mapped[str | None] = mapped_column(String(8), info=personal("account"))
    name: Mapped[str | None] = mapped_column(String(120), info=personal("account"))
    email: Mapped[str | None] = mapped_column(String(254), info=personal("account"))
    email_source: Mapped[str | None] = mapped_column(String(16), info=NOT_PERSONAL)
    email_verified_at: Mapped[datetime | None] = mapped_column(info=personal("account"))
    linking_blocked_at: Mapped[datetime | None] = mapped_column(info=personal("account"))
    email_paused_at: Mapped[datetime | None] = mapped_column(info=personal("account"))
    email_paused_because: Mapped[str | None] = mapped_column(String(32), info=personal("account"))
    ended_at: Mapped[datetime | None] = mapped_column(info=personal("account"))
    ended_because: Mapped[str | None] = mapped_column(String(16), info=personal("account"))
    reviews_at_end: Mapped[str | None] = mapped_column(String(16), info=personal("account"))
    protected_at: Mapped[datetime | None] = mapped_column(info=personal("account"))
    protected_because: Mapped[str | None] = mapped_column(String(32), info=personal("account"))
