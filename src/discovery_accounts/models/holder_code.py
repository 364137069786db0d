"""Codes sent to the contact on file, by which somebody who linked a card shows that it is their own (rules 3.0)."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from discovery_accounts.models.base import NOT_PERSONAL, Base, personal


class HolderCode(Base):
    """One at a time for a link."""

    __tablename__ = "holder_code"

    link_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("link.id", ondelete="CASCADE"), primary_key=True, info=personal("short-lived")
    )
    code_hash: Mapped[str | None] = mapped_column(String(64), info=NOT_PERSONAL)
    tries: Mapped[int] = mapped_column(default=0, info=NOT_PERSONAL)
    created_at: Mapped[datetime] = mapped_column(info=NOT_PERSONAL)
    expires_at: Mapped[datetime] = mapped_column(index=True, info=NOT_PERSONAL)
