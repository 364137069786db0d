"""Browsers that signed in with a card before: they have their own count of refused tries (``limits.card``)."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from discovery_accounts.models.base import NOT_PERSONAL, Base, PrimaryKey, personal


class KnownBrowser(Base):
    __tablename__ = "known_browser"
    __table_args__ = (UniqueConstraint("token_hash", "card_id"),)

    id: Mapped[PrimaryKey]
    token_hash: Mapped[str] = mapped_column(String(64), info=NOT_PERSONAL)
    card_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("library_card.id", ondelete="CASCADE"), index=True, info=personal("180 days unused")
    )
    last_used_at: Mapped[datetime] = mapped_column(index=True, info=personal("180 days unused"))
