"""A link joins an account to a card and carries the consent (rules 2 and 3)."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from discovery_accounts.models.account import Account
from discovery_accounts.models.base import NOT_PERSONAL, Base, PrimaryKey, personal
from discovery_accounts.models.card import LibraryCard


class Link(Base):
    """One row an account and card, kept after its end so that who ended it is known; ``ended_by`` stays
    while a link that its holder or staff ended waits for the holder's yes. Of a link that works it is set where the
    holder let it do less than it did: who removes it and adds it again has to wait for the yes, too.

    Of a link that lost its consent because the library knows the patron no more, ``ended_at`` is when, while it
    waits for the holder's yes.

    ``number_last4`` is as it was when this link was last told something; a number given to the card
    since is not shown through a link that must not see it.

    ``confirmed_at`` is when the holder last said yes to the link; ``told_at`` when both sides were told that
    the card is about to be handed over. ``colour`` is 1 to 8 where the owner chose one. ``days_ahead`` is how
    long before a loan is due the owner's digest tells of it; ``None`` leaves the card out of it.

    ``holder`` tells that the account signed in with this card, ``proof`` how it got it.
    ``looked`` is when the card's log last told that something was seen through the link: seconds since 1970 for
    each of ``services.link_looks``'s words.

    ``answer_key`` seals cached answers of the library for this link; a new key makes every cached copy
    unreadable, wherever it lies.
    """

    __tablename__ = "link"
    __table_args__ = (UniqueConstraint("account_id", "card_id"),)

    id: Mapped[PrimaryKey]
    account_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True, info=personal("account")
    )
    card_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("library_card.id", ondelete="CASCADE"), index=True, info=personal("account")
    )
    number_last4: Mapped[str] = mapped_column(String(4), info=personal("link"))
    label: Mapped[str] = mapped_column(String(60), info=personal("link"))
    relation: Mapped[str] = mapped_column(String(16), info=personal("link"))
    holder: Mapped[bool] = mapped_column(info=personal("link"))
    scopes: Mapped[str] = mapped_column(String(120), info=personal("link"))
    state: Mapped[str] = mapped_column(String(16), info=NOT_PERSONAL)
    proof: Mapped[str] = mapped_column(String(16), default="pin", server_default="pin", info=NOT_PERSONAL)
    since: Mapped[datetime] = mapped_column(info=personal("account"))
    until: Mapped[datetime | None] = mapped_column(info=personal("link"))
    ended_at: Mapped[datetime | None] = mapped_column(info=personal("account"))
    ended_by: Mapped[str | None] = mapped_column(String(16), info=personal("account"))
    last_used_at: Mapped[datetime | None] = mapped_column(info=personal("account"))
    confirmed_at: Mapped[datetime | None] = mapped_column(info=personal("link"))
    told_at: Mapped[datetime | None] = mapped_column(info=personal("link"))
    colour: Mapped[int | None] = mapped_column(info=NOT_PERSONAL)
    days_ahead: Mapped[int | None] = mapped_column(info=personal("link"))
    mail_due_at: Mapped[datetime | None] = mapped_column(index=True, info=personal("link"))
    looked: Mapped[dict[str, Any] | None] = mapped_column(JSON, info=personal("link"))
    answer_key: Mapped[bytes] = mapped_column(LargeBinary(32), info=personal("link"))

    account: Mapped[Account] = relationship(passive_deletes=True)
    card: Mapped[LibraryCard] = relationship(lazy="joined", innerjoin=True)
