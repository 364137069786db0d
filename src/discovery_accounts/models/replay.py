"""Words of providers that are good once, kept until they would no longer be accepted anyway."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from discovery_accounts.models.base import NOT_PERSONAL, Base


class Replay(Base):
    """``word_hash`` is SHA-256 of an assertion's or a logout token's id."""

    __tablename__ = "replay"

    kind: Mapped[str] = mapped_column(String(32), primary_key=True, info=NOT_PERSONAL)
    word_hash: Mapped[str] = mapped_column(String(64), primary_key=True, info=NOT_PERSONAL)
    until: Mapped[datetime] = mapped_column(index=True, info=NOT_PERSONAL)
