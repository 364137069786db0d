"""How accounts end: who was warned of it, and that an account was erased (rules 1.4, 1.5)."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from discovery_accounts.models.base import NOT_PERSONAL, Base, PrimaryKey, personal


class AccountWarning(Base):
    """One warning that the account ends, ``days`` before; ``for_sign_in_at`` is the last sign-in it counts from, so a
    sign-in makes it void. ``state`` is ``waiting``, ``delivered``, ``failed`` or ``no_address``; ``settled_at`` when
    that was known: of a delivered one, when it was handed to the mail server. Where it went is the message's."""

    __tablename__ = "account_warning"
    __table_args__ = (
        UniqueConstraint("account_id", "for_sign_in_at", "days"),
        Index(
            "ix_account_warning_waiting",
            "at",
            "id",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    id: Mapped[PrimaryKey]
    account_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), info=personal("account")
    )
    for_sign_in_at: Mapped[datetime] = mapped_column(info=personal("account"))
    days: Mapped[int] = mapped_column(info=NOT_PERSONAL)
    at: Mapped[datetime] = mapped_column(info=personal("account"))
    message_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("outbox_message.id", ondelete="SET NULL"), index=True, info=personal("account")
    )
    state: Mapped[str] = mapped_column(String(16), info=personal("account"))
    settled_at: Mapped[datetime | None] = mapped_column(info=personal("account"))


class Erasure(Base):
    """That accounts were erased: when, why and how many rows of what kind; nothing tells whose they were."""

    __tablename__ = "erasure"

    id: Mapped[PrimaryKey]
    at: Mapped[datetime] = mapped_column(index=True, info=NOT_PERSONAL)
    because: Mapped[str] = mapped_column(String(16), info=NOT_PERSONAL)
    counts: Mapped[dict[str, Any]] = mapped_column(JSON, info=NOT_PERSONAL)
