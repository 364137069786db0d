"""A sign-in under way: what must be known when the browser comes back from elsewhere, or says yes."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from discovery_accounts.models.base import NOT_PERSONAL, Base, personal


class LoginStep(Base):
    """Good once. ``kind`` says what is awaited; ``browser_hash`` is of the browser it belongs to."""

    __tablename__ = "login_step"

    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True, info=NOT_PERSONAL)
    kind: Mapped[str] = mapped_column(String(32), info=NOT_PERSONAL)
    login_name: Mapped[str] = mapped_column(String(64), info=NOT_PERSONAL)
    browser_hash: Mapped[str | None] = mapped_column(String(64), info=NOT_PERSONAL)
    sealed: Mapped[bytes] = mapped_column(info=personal("ten minutes"))
    key_id: Mapped[str] = mapped_column(String(64), info=NOT_PERSONAL)
    created_at: Mapped[datetime] = mapped_column(info=NOT_PERSONAL)
    expires_at: Mapped[datetime] = mapped_column(index=True, info=NOT_PERSONAL)
