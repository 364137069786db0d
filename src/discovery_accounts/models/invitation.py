"""Short-lived codes by which a card's holder lets another account have the card, without the PIN (rules 3.5)."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from discovery_accounts.models.base import NOT_PERSONAL, Base, PrimaryKey, personal


class Invitation(Base):
    """``code_hash`` is keyed; ``account_id`` is the holder's who made it, ``used_at`` when somebody took it."""

    __tablename__ = "invitation"

    id: Mapped[PrimaryKey]
    card_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("library_card.id", ondelete="CASCADE"), index=True, info=personal("short-lived")
    )
    account_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True, info=personal("short-lived")
    )
    code_hash: Mapped[str] = mapped_column(String(64), unique=True, info=NOT_PERSONAL)
    scopes: Mapped[str] = mapped_column(String(120), info=personal("short-lived"))
    until: Mapped[datetime | None] = mapped_column(info=personal("short-lived"))
    created_at: Mapped[datetime] = mapped_column(info=NOT_PERSONAL)
    expires_at: Mapped[datetime] = mapped_column(index=True, info=NOT_PERSONAL)
    used_at: Mapped[datetime | None] = mapped_column(info=NOT_PERSONAL)
