"""That a person said yes to the transfer of data from their organisation, to what, and until when (rules 4.5)."""

import uuid
from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from discovery_accounts.models.base import NOT_PERSONAL, Base, PrimaryKey, personal


class TransferConsent(Base):
    """``fields`` are names of :class:`~discovery_accounts.domain.person.Person`, and of what a feed tells
    (:data:`~discovery_accounts.domain.feed_person.DAILY`), not their values."""

    __tablename__ = "transfer_consent"

    id: Mapped[PrimaryKey]
    account_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True, info=personal("account")
    )
    identity_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("identity.id", ondelete="SET NULL"), index=True, info=personal("account")
    )
    login_name: Mapped[str] = mapped_column(String(64), info=NOT_PERSONAL)
    organisation: Mapped[str] = mapped_column(String(255), info=personal("account"))
    library: Mapped[str | None] = mapped_column(String(64), info=personal("account"))
    legal_basis: Mapped[str] = mapped_column(String(16), info=NOT_PERSONAL)
    text_version: Mapped[str] = mapped_column(String(32), info=NOT_PERSONAL)
    fields: Mapped[list[str]] = mapped_column(JSON, info=personal("account"))
    given_at: Mapped[datetime] = mapped_column(info=personal("account"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(info=personal("account"))
