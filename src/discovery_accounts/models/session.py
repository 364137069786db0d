"""Sessions kept at the server: the browser holds a token, the table only its hash."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from discovery_accounts.models.base import NOT_PERSONAL, Base, PrimaryKey, personal


class SignedInSession(Base):
    """``kind`` is ``browser`` or ``api``; ``proved_at`` is when the person last gave proof of identity in it,
    ``stepped_up_at`` when they last gave a one-time code. ``provider_sealed`` is what ending the session at
    an identity provider needs."""

    __tablename__ = "signed_in_session"

    id: Mapped[PrimaryKey]
    account_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True, info=personal("session")
    )
    token_hash: Mapped[str] = mapped_column(String(64), unique=True, info=NOT_PERSONAL)
    kind: Mapped[str] = mapped_column(String(16), info=NOT_PERSONAL)
    login: Mapped[str] = mapped_column(String(64), info=personal("session"))
    issuer: Mapped[str] = mapped_column(String(255), info=personal("session"))
    login_name: Mapped[str | None] = mapped_column(String(64), info=NOT_PERSONAL)
    identity_id: Mapped[uuid.UUID | None] = mapped_column(info=personal("session"))
    strength: Mapped[str] = mapped_column(
        String(16), default="normal", server_default="normal", info=NOT_PERSONAL
    )
    provider_sealed: Mapped[bytes | None] = mapped_column(info=personal("session"))
    provider_key_id: Mapped[str | None] = mapped_column(String(64), info=NOT_PERSONAL)
    stepped_up_at: Mapped[datetime | None] = mapped_column(info=personal("session"))
    browser: Mapped[str | None] = mapped_column(String(120), info=personal("session"))
    created_at: Mapped[datetime] = mapped_column(info=personal("session"))
    proved_at: Mapped[datetime] = mapped_column(info=personal("session"))
    last_seen_at: Mapped[datetime] = mapped_column(info=personal("session"))
    expires_at: Mapped[datetime] = mapped_column(index=True, info=NOT_PERSONAL)


class SessionProof(Base):
    """A PIN given in a session for a card whose library stores none: that it was right, and when."""

    __tablename__ = "session_proof"

    session_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("signed_in_session.id", ondelete="CASCADE"), primary_key=True, info=personal("session")
    )
    link_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("link.id", ondelete="CASCADE"), primary_key=True, index=True, info=personal("session")
    )
    proved_at: Mapped[datetime] = mapped_column(info=personal("session"))


class SessionHandle(Base):
    """A word by which an identity provider may name a session when it tells us to end it; its keyed hash."""

    __tablename__ = "session_handle"

    session_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("signed_in_session.id", ondelete="CASCADE"), primary_key=True, info=personal("session")
    )
    handle_hash: Mapped[str] = mapped_column(String(64), primary_key=True, index=True, info=NOT_PERSONAL)
