"""Counts of refused tries, by a keyed hash of what is counted: no card number, no address in clear."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from discovery_accounts.models.base import NOT_PERSONAL, Base, personal


class Throttle(Base):
    __tablename__ = "throttle"

    key: Mapped[str] = mapped_column(String(64), primary_key=True, info=personal("forgotten tries"))
    kind: Mapped[str] = mapped_column(String(16), info=NOT_PERSONAL)
    count: Mapped[int] = mapped_column(info=NOT_PERSONAL)
    started_at: Mapped[datetime] = mapped_column(info=NOT_PERSONAL)
    last_at: Mapped[datetime] = mapped_column(index=True, info=NOT_PERSONAL)
    told_at: Mapped[datetime | None] = mapped_column(info=NOT_PERSONAL)
