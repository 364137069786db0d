"""Staff: who may help patrons or look after the portal, for which library and until which day (rules 9.4)."""

import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from discovery_accounts.models.base import NOT_PERSONAL, Base, PrimaryKey, personal


class StaffMember(Base):
    """One person. ``invitation_hash`` is of the one-time link by which they set a password."""

    __tablename__ = "staff_member"

    id: Mapped[PrimaryKey]
    name: Mapped[str] = mapped_column(String(120), info=personal("grant"))
    email: Mapped[str] = mapped_column(String(254), unique=True, info=personal("grant"))
    account_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL"), unique=True, info=personal("grant")
    )
    created_at: Mapped[datetime] = mapped_column(info=personal("grant"))
    invitation_hash: Mapped[str | None] = mapped_column(String(64), unique=True, info=NOT_PERSONAL)
    invited_until: Mapped[datetime | None] = mapped_column(info=NOT_PERSONAL)
    password_hash: Mapped[str | None] = mapped_column(String(255), info=personal("grant"))
    password_changed_at: Mapped[datetime | None] = mapped_column(info=personal("grant"))
    totp_sealed: Mapped[bytes | None] = mapped_column(info=personal("grant"))
    totp_key_id: Mapped[str | None] = mapped_column(String(64), info=NOT_PERSONAL)
    totp_confirmed_at: Mapped[datetime | None] = mapped_column(info=personal("grant"))
    totp_last_step: Mapped[int | None] = mapped_column(info=NOT_PERSONAL)


class StaffGrant(Base):
    """``role`` is ``helpdesk``, ``it`` or ``insight``; ``library`` ``None`` is every library."""

    __tablename__ = "staff_grant"

    id: Mapped[PrimaryKey]
    member_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("staff_member.id", ondelete="CASCADE"), index=True, info=personal("grant")
    )
    library: Mapped[str | None] = mapped_column(String(64), info=NOT_PERSONAL)
    role: Mapped[str] = mapped_column(String(16), info=NOT_PERSONAL)
    last_day: Mapped[date] = mapped_column(info=personal("grant"))
    granted_by: Mapped[str] = mapped_column(String(254), info=personal("grant"))
    created_at: Mapped[datetime] = mapped_column(info=personal("grant"))
    ended_at: Mapped[datetime | None] = mapped_column(info=personal("grant"))


class Passkey(Base):
    """A WebAuthn credential of a staff member; ``sign_count`` shows up copies of it."""

    __tablename__ = "passkey"

    id: Mapped[PrimaryKey]
    member_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("staff_member.id", ondelete="CASCADE"), index=True, info=personal("grant")
    )
    credential_id: Mapped[bytes] = mapped_column(unique=True, info=personal("grant"))
    public_key: Mapped[bytes] = mapped_column(info=personal("grant"))
    sign_count: Mapped[int] = mapped_column(default=0, info=NOT_PERSONAL)
    label: Mapped[str] = mapped_column(String(60), info=personal("grant"))
    created_at: Mapped[datetime] = mapped_column(info=personal("grant"))
    last_used_at: Mapped[datetime | None] = mapped_column(info=personal("grant"))
