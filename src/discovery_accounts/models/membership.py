"""Being a patron of a library through an account, what the card was used for last, and what a university told
(rules 5 and 6)."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from discovery_accounts.models.base import NOT_PERSONAL, Base, PrimaryKey, personal

_GOES_ON = text("ended_at IS NULL")


class Membership(Base):
    """One row an account and library. ``kind`` is ``ordinary`` or ``university``; ``valid_until`` the last day, of a
    university patron as the university told. ``stay_at`` is when a university patron said that they want to stay.

    ``noticed_at`` is when the notice that comes before a removal was written, ``notice_id`` its message.
    ``look_at`` is when it is to be decided again; never later than when something could be due.
    ``kept_because`` is the code of why the last decision that looked at the library kept the patron."""

    __tablename__ = "membership"
    __table_args__ = (
        UniqueConstraint("account_id", "library"),
        Index(
            "ix_membership_look_at", "look_at", "id", sqlite_where=_GOES_ON, postgresql_where=_GOES_ON
        ),
    )  # fmt: skip

    id: Mapped[PrimaryKey]
    account_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), info=personal("account")
    )
    library: Mapped[str] = mapped_column(String(64), info=personal("account"))
    since: Mapped[datetime] = mapped_column(info=personal("account"))
    kind: Mapped[str] = mapped_column(String(16), info=personal("account"))
    valid_until: Mapped[date | None] = mapped_column(info=personal("account"))
    stay_at: Mapped[datetime | None] = mapped_column(info=personal("account"))
    noticed_at: Mapped[datetime | None] = mapped_column(info=personal("account"))
    notice_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("outbox_message.id", ondelete="SET NULL"), index=True, info=NOT_PERSONAL
    )
    look_at: Mapped[datetime] = mapped_column(info=NOT_PERSONAL)
    kept_because: Mapped[str | None] = mapped_column(String(32), info=personal("account"))
    ended_at: Mapped[datetime | None] = mapped_column(info=personal("account"))


class CardActivity(Base):
    """When a card was last used, one row a kind of use: ``loan``, ``hold``, ``sign_in``. To the day is enough
    to know; a use of the same day writes nothing."""

    __tablename__ = "card_activity"

    card_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("library_card.id", ondelete="CASCADE"), primary_key=True, info=personal("last link")
    )
    kind: Mapped[str] = mapped_column(String(16), primary_key=True, info=NOT_PERSONAL)
    last_at: Mapped[datetime] = mapped_column(info=personal("last link"))


class FeedPatron(Base):
    """What a university's feed told last of a person whose transfer is in force. ``subject_hash`` is a keyed hash
    of whom the feed names, ``content_hash`` of what the library was told; ``locked`` are the names of the fields
    that the university maintains. Goes with the way of signing in that the person agreed to."""

    __tablename__ = "feed_patron"
    __table_args__ = (UniqueConstraint("login_name", "subject_hash"),)

    id: Mapped[PrimaryKey]
    identity_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("identity.id", ondelete="CASCADE"), index=True, info=personal("account")
    )
    library: Mapped[str] = mapped_column(String(64), index=True, info=personal("account"))
    login_name: Mapped[str] = mapped_column(String(64), info=NOT_PERSONAL)
    subject_hash: Mapped[str] = mapped_column(String(64), info=personal("account"))
    content_hash: Mapped[str | None] = mapped_column(String(64), info=personal("account"))
    valid_until: Mapped[date | None] = mapped_column(info=personal("account"))
    seen_at: Mapped[datetime] = mapped_column(info=personal("account"))
    locked: Mapped[list[Any]] = mapped_column(JSON, info=personal("account"))
