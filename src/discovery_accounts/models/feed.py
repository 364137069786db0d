"""Addresses at which a calendar program reads when loans are due, until they are revoked."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from discovery_accounts.models.base import NOT_PERSONAL, Base, PrimaryKey, personal


class Feed(Base):
    """``link_id`` ``None``: of all cards of the account. ``token_hash`` is of the secret in the address.
    ``told`` is what it last told, by card: when, and of each loan a hash, how often it changed and when it last did."""

    __tablename__ = "feed"

    id: Mapped[PrimaryKey]
    account_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True, info=personal("account")
    )
    link_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("link.id", ondelete="CASCADE"), index=True, info=personal("link")
    )
    token_hash: Mapped[str] = mapped_column(String(64), unique=True, info=NOT_PERSONAL)
    language: Mapped[str] = mapped_column(String(8), info=personal("account"))
    created_at: Mapped[datetime] = mapped_column(info=personal("account"))
    last_read_at: Mapped[datetime | None] = mapped_column(info=personal("account"))
    told: Mapped[dict[str, Any] | None] = mapped_column(JSON, info=personal("account"))
