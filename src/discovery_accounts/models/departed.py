"""Patrons whose account time has ended, until their library has removed them (rules 5.3 and 6.1)."""

import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from discovery_accounts.models.base import NOT_PERSONAL, Base, PrimaryKey, personal

_UNTIL = "patron removed"


class DepartedPatron(Base):
    """One row a patron record. ``patron_sealed`` is the library's id of the patron, bound to library and row;
    ``patron_hash`` a keyed hash of the two, by which somebody who comes back is known. The rest is what the rules of
    the library need, as ``Membership`` has it; ``last_use`` is a day."""

    __tablename__ = "departed_patron"
    __table_args__ = (Index("ix_departed_patron_look_at", "look_at", "id"),)

    id: Mapped[PrimaryKey]
    library: Mapped[str] = mapped_column(String(64), index=True, info=NOT_PERSONAL)
    patron_sealed: Mapped[bytes] = mapped_column(LargeBinary, info=personal(_UNTIL))
    key_id: Mapped[str] = mapped_column(String(64), index=True, info=NOT_PERSONAL)
    patron_hash: Mapped[str] = mapped_column(String(64), unique=True, info=personal(_UNTIL))
    kind: Mapped[str] = mapped_column(String(16), info=personal(_UNTIL))
    since: Mapped[datetime] = mapped_column(info=personal(_UNTIL))
    valid_until: Mapped[date | None] = mapped_column(info=personal(_UNTIL))
    stay_at: Mapped[datetime | None] = mapped_column(info=personal(_UNTIL))
    last_use: Mapped[date] = mapped_column(info=personal(_UNTIL))
    noticed_at: Mapped[datetime | None] = mapped_column(info=personal(_UNTIL))
    notice_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("outbox_message.id", ondelete="SET NULL"), index=True, info=NOT_PERSONAL
    )
    look_at: Mapped[datetime] = mapped_column(info=NOT_PERSONAL)
