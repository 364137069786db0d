"""What happened, to whom, by whom: the audit. Ids and codes only, never a number, a name or a title."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from discovery_accounts.models.base import NOT_PERSONAL, Base, PrimaryKey, personal
from discovery_accounts.models.catalogue import BIG

_WAITING = text("sequence IS NULL")


class Event(Base):
    """``word`` is a constant of ``services.events``; ``detail`` holds codes and counts; ``sequence`` is that of
    its seal, ``None`` until there is one (``models.audit_seal``)."""

    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_account_id_at", "account_id", "at"),
        Index("ix_event_card_id_at", "card_id", "at"),
        Index("ix_event_waiting", "at", "id", sqlite_where=_WAITING, postgresql_where=_WAITING),
    )

    id: Mapped[PrimaryKey]
    at: Mapped[datetime] = mapped_column(index=True, info=personal("audit retention"))
    word: Mapped[str] = mapped_column(String(64), info=NOT_PERSONAL)
    library: Mapped[str | None] = mapped_column(String(64), info=NOT_PERSONAL)
    account_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL"), info=personal("account")
    )
    card_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("library_card.id", ondelete="SET NULL"), info=personal("last link")
    )
    detail: Mapped[dict[str, Any] | None] = mapped_column(JSON, info=NOT_PERSONAL)
    sequence: Mapped[int | None] = mapped_column(BIG, info=NOT_PERSONAL)
