"""Messages that wait for the job ``send-mail``; written in the transaction of what they tell about."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from discovery_accounts.models.base import NOT_PERSONAL, Base, PrimaryKey, personal


class OutboxMessage(Base):
    """``sealed`` is recipient, subject and bodies, encrypted and bound to the row; erased when sent.

    ``channel`` is ``email`` or ``sms``; ``once`` is unique where a message must not be written twice.
    ``marked_at`` is when its text was about to be given to the mail server: of a message that is marked and not
    sent nobody knows whether it arrived. ``bounced_at`` is when it came back. ``address_hash`` is a keyed
    hash of a mail's recipient: by it is known, after the address was erased, whose came back.
    """

    __tablename__ = "outbox_message"

    id: Mapped[PrimaryKey]
    kind: Mapped[str] = mapped_column(String(64), info=NOT_PERSONAL)
    account_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True, info=personal("account")
    )
    channel: Mapped[str] = mapped_column(
        String(16), default="email", server_default="email", info=NOT_PERSONAL
    )
    once: Mapped[str | None] = mapped_column(String(128), unique=True, info=NOT_PERSONAL)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary, info=personal("delivery"))
    key_id: Mapped[str | None] = mapped_column(String(64), index=True, info=NOT_PERSONAL)
    state: Mapped[str] = mapped_column(String(16), index=True, info=NOT_PERSONAL)
    created_at: Mapped[datetime] = mapped_column(info=NOT_PERSONAL)
    not_before: Mapped[datetime] = mapped_column(index=True, info=NOT_PERSONAL)
    claimed_at: Mapped[datetime | None] = mapped_column(info=NOT_PERSONAL)
    tries: Mapped[int] = mapped_column(default=0, info=NOT_PERSONAL)
    marked_at: Mapped[datetime | None] = mapped_column(info=NOT_PERSONAL)
    sent_at: Mapped[datetime | None] = mapped_column(info=NOT_PERSONAL)
    bounced_at: Mapped[datetime | None] = mapped_column(info=NOT_PERSONAL)
    address_hash: Mapped[str | None] = mapped_column(String(64), info=personal("account"))
    error: Mapped[str | None] = mapped_column(String(64), info=NOT_PERSONAL)


class MessageSubject(Base):
    """A link that a waiting message tells about: when the link ends, or has not all of these ``scopes`` any more,
    the message is not sent (rules 3.4)."""

    __tablename__ = "message_subject"

    message_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("outbox_message.id", ondelete="CASCADE"), primary_key=True, info=NOT_PERSONAL
    )
    link_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("link.id", ondelete="CASCADE"), primary_key=True, index=True, info=personal("delivery")
    )
    scopes: Mapped[str] = mapped_column(String(120), default="", server_default="", info=personal("delivery"))
