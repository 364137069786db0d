"""One mail about all cards of an account: when it goes out, and what it told of already."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from discovery_accounts.models.base import NOT_PERSONAL, Base, PrimaryKey, personal


class Digest(Base):
    """An account that has none gets none. ``hour`` and the quiet hours are whole hours (0 to 23) in ``timezone``;
    nothing is sent from ``quiet_from`` until ``quiet_until``. ``titles`` tells whether titles of other people's
    cards are in it (checklist A1). ``due_at`` is when the next one is to be written, ``stop_hash`` of the
    secret by which a mail program unsubscribes."""

    __tablename__ = "digest"

    account_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, info=personal("account")
    )
    wanted: Mapped[bool] = mapped_column(info=personal("account"))
    hour: Mapped[int] = mapped_column(info=personal("account"))
    quiet_from: Mapped[int | None] = mapped_column(info=personal("account"))
    quiet_until: Mapped[int | None] = mapped_column(info=personal("account"))
    timezone: Mapped[str] = mapped_column(String(64), info=personal("account"))
    titles: Mapped[bool] = mapped_column(info=personal("account"))
    due_at: Mapped[datetime | None] = mapped_column(index=True, info=NOT_PERSONAL)
    claimed_at: Mapped[datetime | None] = mapped_column(info=NOT_PERSONAL)
    stop_hash: Mapped[str | None] = mapped_column(String(64), unique=True, info=NOT_PERSONAL)


class Reminder(Base):
    """One fact that a digest told: so that it is not told again, also by two workers at once (checklist A3).
    ``fact`` is a keyed hash of what was told of: which loan or hold, and of which due date. It counts as told
    unless the message that tells it was withdrawn or could not be sent."""

    __tablename__ = "reminder"

    id: Mapped[PrimaryKey]
    link_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("link.id", ondelete="CASCADE"), index=True, info=personal("link")
    )
    fact: Mapped[str] = mapped_column(String(64), unique=True, info=NOT_PERSONAL)
    kind: Mapped[str] = mapped_column(String(32), info=personal("link"))
    message_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("outbox_message.id", ondelete="SET NULL"), index=True, info=NOT_PERSONAL
    )
    told_at: Mapped[datetime] = mapped_column(index=True, info=personal("link"))
