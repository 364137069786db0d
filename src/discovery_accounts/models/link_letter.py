"""One-time links in mails to a card's holder, by which they decide about a link without an account here."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from discovery_accounts.models.base import NOT_PERSONAL, Base, PrimaryKey, personal


class LinkLetter(Base):
    """``used_at`` is when an answer was given by it; it opens nothing after that."""

    __tablename__ = "link_letter"

    id: Mapped[PrimaryKey]
    link_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("link.id", ondelete="CASCADE"), index=True, info=personal("link")
    )
    token_hash: Mapped[str] = mapped_column(String(64), unique=True, info=NOT_PERSONAL)
    created_at: Mapped[datetime] = mapped_column(info=NOT_PERSONAL)
    expires_at: Mapped[datetime] = mapped_column(index=True, info=NOT_PERSONAL)
    used_at: Mapped[datetime | None] = mapped_column(info=NOT_PERSONAL)
