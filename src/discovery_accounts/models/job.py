"""Jobs: who is running which one now, and what the last runs did."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from discovery_accounts.models.base import NOT_PERSONAL, Base, PrimaryKey


class JobLock(Base):
    """A lease: whoever holds it runs the job; it ends by itself if its holder dies."""

    __tablename__ = "job_lock"

    job: Mapped[str] = mapped_column(String(64), primary_key=True, info=NOT_PERSONAL)
    holder: Mapped[uuid.UUID | None] = mapped_column(info=NOT_PERSONAL)
    until: Mapped[datetime | None] = mapped_column(info=NOT_PERSONAL)


class JobRun(Base):
    __tablename__ = "job_run"
    __table_args__ = (Index("ix_job_run_job_started_at", "job", "started_at"),)

    id: Mapped[PrimaryKey]
    job: Mapped[str] = mapped_column(String(64), index=True, info=NOT_PERSONAL)
    started_at: Mapped[datetime] = mapped_column(index=True, info=NOT_PERSONAL)
    finished_at: Mapped[datetime | None] = mapped_column(info=NOT_PERSONAL)
    result: Mapped[str | None] = mapped_column(String(16), info=NOT_PERSONAL)
    report: Mapped[dict[str, Any] | None] = mapped_column(JSON, info=NOT_PERSONAL)
