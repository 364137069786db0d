"""A new e-mail address of an account, until it is proved (rules 1.2)."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from discovery_accounts.models.base import NOT_PERSONAL, Base, personal


class EmailChange(Base):
    """One at a time an account. ``code_hash`` is of the code sent to the old address, where there is one."""

    __tablename__ = "email_change"

    account_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, info=personal("one hour")
    )
    address: Mapped[str] = mapped_column(String(254), info=personal("one hour"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True, info=NOT_PERSONAL)
    code_hash: Mapped[str | None] = mapped_column(String(64), info=NOT_PERSONAL)
    tries: Mapped[int] = mapped_column(default=0, info=NOT_PERSONAL)
    expires_at: Mapped[datetime] = mapped_column(index=True, info=NOT_PERSONAL)
