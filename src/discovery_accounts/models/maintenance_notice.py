"""What patrons of a library are told of maintenance and faults, for a time."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from discovery_accounts.models.base import NOT_PERSONAL, Base, PrimaryKey, personal


class MaintenanceNotice(Base):
    """``texts`` by language, ``kind`` ``info`` or ``warning``. It is shown from ``starts_at`` until ``ends_at``; to
    end it sooner is to move that."""

    __tablename__ = "maintenance_notice"
    __table_args__ = (Index("ix_maintenance_notice_library_ends_at", "library", "ends_at"),)

    id: Mapped[PrimaryKey]
    library: Mapped[str] = mapped_column(String(64), info=NOT_PERSONAL)
    kind: Mapped[str] = mapped_column(String(16), info=NOT_PERSONAL)
    texts: Mapped[dict[str, Any]] = mapped_column(JSON, info=NOT_PERSONAL)
    starts_at: Mapped[datetime] = mapped_column(info=NOT_PERSONAL)
    ends_at: Mapped[datetime] = mapped_column(info=NOT_PERSONAL)
    created_at: Mapped[datetime] = mapped_column(info=NOT_PERSONAL)
    member_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("staff_member.id", ondelete="SET NULL"), info=personal("grant")
    )
