"""A one-time code by which a person proves themselves once more before something that matters (rules 4.7)."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from discovery_accounts.models.base import NOT_PERSONAL, Base, personal


class StepUp(Base):
    """One at a time a session; ``tries`` counts wrong codes."""

    __tablename__ = "step_up"

    session_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("signed_in_session.id", ondelete="CASCADE"), primary_key=True, info=personal("ten minutes")
    )
    channel: Mapped[str] = mapped_column(String(16), info=NOT_PERSONAL)
    code_hash: Mapped[str] = mapped_column(String(64), info=NOT_PERSONAL)
    tries: Mapped[int] = mapped_column(default=0, info=NOT_PERSONAL)
    sent_at: Mapped[datetime] = mapped_column(info=NOT_PERSONAL)
    expires_at: Mapped[datetime] = mapped_column(index=True, info=NOT_PERSONAL)
