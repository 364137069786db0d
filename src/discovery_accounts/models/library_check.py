"""Self-tests of libraries: what each found, and what IT was told of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from discovery_accounts.models.base import NOT_PERSONAL, Base, PrimaryKey


class LibraryCheck(Base):
    """``steps`` are as they were found, without anything personal. ``told`` is what IT knows after this test:
    ``{"failed": bool, "warnings": [code…]}``. ``refused_pin`` is a keyed hash of the test card and PIN that the
    library refused, which is not sent again."""

    __tablename__ = "library_check"
    __table_args__ = (Index("ix_library_check_library_at", "library", "at"),)

    id: Mapped[PrimaryKey]
    library: Mapped[str] = mapped_column(String(64), info=NOT_PERSONAL)
    at: Mapped[datetime] = mapped_column(index=True, info=NOT_PERSONAL)
    ok: Mapped[bool] = mapped_column(info=NOT_PERSONAL)
    steps: Mapped[list[Any]] = mapped_column(JSON, info=NOT_PERSONAL)
    told: Mapped[dict[str, Any]] = mapped_column(JSON, info=NOT_PERSONAL)
    refused_pin: Mapped[str | None] = mapped_column(String(64), info=NOT_PERSONAL)
