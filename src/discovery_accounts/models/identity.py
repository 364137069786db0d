"""One way to sign in: (login, issuer, subject), compared letter by letter (checklist L2)."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from discovery_accounts.models.base import NOT_PERSONAL, Base, PrimaryKey, personal


class Identity(Base):
    """For the card login the issuer is the library and the subject its permanent patron id. ``login`` is the
    kind, ``login_name`` the settings it was last used by, ``shown_as`` what the person knows it by.
    ``staff_member_id`` is there when it was added by that member, signed in as one of staff."""

    __tablename__ = "identity"
    __table_args__ = (UniqueConstraint("login", "issuer", "subject"),)

    id: Mapped[PrimaryKey]
    account_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True, info=personal("account")
    )
    login: Mapped[str] = mapped_column(String(64), info=NOT_PERSONAL)
    issuer: Mapped[str] = mapped_column(String(255), info=NOT_PERSONAL)
    subject: Mapped[str] = mapped_column(String(255), info=personal("account"))
    login_name: Mapped[str | None] = mapped_column(String(64), info=NOT_PERSONAL)
    shown_as: Mapped[str | None] = mapped_column(String(254), info=personal("account"))
    staff_member_id: Mapped[uuid.UUID | None] = mapped_column(info=personal("account"))
    created_at: Mapped[datetime] = mapped_column(info=personal("account"))
    last_used_at: Mapped[datetime] = mapped_column(info=personal("account"))
