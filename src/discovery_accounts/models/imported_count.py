"""Counts that others counted, of events and of Wi-Fi for example: a day, a library, a kind, a number (rules 9.5)."""

import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from discovery_accounts.models.base import NOT_PERSONAL, Base
from discovery_accounts.models.catalogue import BIG


class ImportedCount(Base):
    __tablename__ = "imported_count"

    date: Mapped[datetime.date] = mapped_column(primary_key=True, info=NOT_PERSONAL)
    library: Mapped[str] = mapped_column(String(64), primary_key=True, info=NOT_PERSONAL)
    kind: Mapped[str] = mapped_column(String(64), primary_key=True, info=NOT_PERSONAL)
    count: Mapped[int] = mapped_column(BIG, info=NOT_PERSONAL)
