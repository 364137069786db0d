"""A code by which a patron who forgot the PIN may set a new one."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from discovery_accounts.models.base import NOT_PERSONAL, Base, personal


class PinRecovery(Base):
    """Written for every card number that is asked for, known or not: ``card_hash`` is its keyed hash. ``sealed``
    says what was asked, and once the library was searched which patron was found.

    ``state`` is ``waiting`` (for the search), ``sent``, ``nobody``, or ``using`` while the library is asked
    to set the PIN; ``tries`` counts wrong codes.
    """

    __tablename__ = "pin_recovery"

    card_hash: Mapped[str] = mapped_column(String(64), primary_key=True, info=personal("ten minutes"))
    code_hash: Mapped[str | None] = mapped_column(String(64), info=NOT_PERSONAL)
    state: Mapped[str] = mapped_column(String(16), index=True, info=NOT_PERSONAL)
    tries: Mapped[int] = mapped_column(default=0, info=NOT_PERSONAL)
    sealed: Mapped[bytes] = mapped_column(info=personal("ten minutes"))
    key_id: Mapped[str] = mapped_column(String(64), info=NOT_PERSONAL)
    asked_at: Mapped[datetime] = mapped_column(info=NOT_PERSONAL)
    claimed_at: Mapped[datetime | None] = mapped_column(info=NOT_PERSONAL)
    expires_at: Mapped[datetime] = mapped_column(index=True, info=NOT_PERSONAL)
