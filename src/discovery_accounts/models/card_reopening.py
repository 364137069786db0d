"""A code by which a holder opens a card again that we stopped asking the library about."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from discovery_accounts.models.base import NOT_PERSONAL, Base, personal


class CardReopening(Base):
    """One at a time a card; ``tries`` counts wrong codes."""

    __tablename__ = "card_reopening"

    card_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("library_card.id", ondelete="CASCADE"), primary_key=True, info=personal("ten minutes")
    )
    code_hash: Mapped[str] = mapped_column(String(64), info=NOT_PERSONAL)
    tries: Mapped[int] = mapped_column(default=0, info=NOT_PERSONAL)
    asked_at: Mapped[datetime] = mapped_column(info=NOT_PERSONAL)
    expires_at: Mapped[datetime] = mapped_column(index=True, info=NOT_PERSONAL)
