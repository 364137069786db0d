"""The stored PIN of a link, encrypted, and its state; apart from the consent (rules 2.4)."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from discovery_accounts.models.base import NOT_PERSONAL, Base, personal
from discovery_accounts.models.link import Link


class Credential(Base):
    """``ciphertext`` is bound to library and link id, so rows can't be swapped; it is empty once refused.

    ``claimed_at`` and ``claim`` say which reading may send the PIN now, over all processes;
    ``unanswered`` counts checks that were sent and got no answer, ``not_before`` is the pause after them.
    """

    __tablename__ = "credential"

    link_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("link.id", ondelete="CASCADE"), primary_key=True, info=personal("link")
    )
    ciphertext: Mapped[bytes | None] = mapped_column(LargeBinary, info=personal("link"))
    key_id: Mapped[str | None] = mapped_column(String(64), index=True, info=NOT_PERSONAL)
    state: Mapped[str] = mapped_column(String(16), info=personal("link"))
    checked_at: Mapped[datetime | None] = mapped_column(info=personal("link"))
    claimed_at: Mapped[datetime | None] = mapped_column(info=NOT_PERSONAL)
    claim: Mapped[uuid.UUID | None] = mapped_column(info=NOT_PERSONAL)
    unanswered: Mapped[int] = mapped_column(default=0, info=NOT_PERSONAL)
    not_before: Mapped[datetime | None] = mapped_column(info=NOT_PERSONAL)

    link: Mapped[Link] = relationship(passive_deletes=True)
