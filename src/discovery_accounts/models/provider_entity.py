"""Identity providers of a federation, one row each, split from signed metadata that was verified first."""

from datetime import datetime

from sqlalchemy import JSON, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from discovery_accounts.models.base import NOT_PERSONAL, Base


class ProviderEntity(Base):
    """``source`` is the name of the login whose federation it is. ``words`` is what people search in:
    names in every language and scopes, case-folded and without accents, the scopes in the last line.
    ``names`` is by language. ``ask_again_at`` is there where the one entity was asked for by itself."""

    __tablename__ = "provider_entity"
    __table_args__ = (Index("ix_provider_entity_source_hidden", "source", "hidden"),)

    source: Mapped[str] = mapped_column(String(64), primary_key=True, info=NOT_PERSONAL)
    entity_id: Mapped[str] = mapped_column(String(1024), primary_key=True, info=NOT_PERSONAL)
    metadata_xml: Mapped[bytes] = mapped_column(info=NOT_PERSONAL)
    names: Mapped[dict[str, str]] = mapped_column(JSON, info=NOT_PERSONAL)
    words: Mapped[str] = mapped_column(Text, info=NOT_PERSONAL)
    hidden: Mapped[bool] = mapped_column(default=False, info=NOT_PERSONAL)
    valid_until: Mapped[datetime | None] = mapped_column(info=NOT_PERSONAL)
    ask_again_at: Mapped[datetime | None] = mapped_column(info=NOT_PERSONAL)
    batch: Mapped[str] = mapped_column(String(64), info=NOT_PERSONAL)


class ProviderSource(Base):
    """Where a login's metadata comes from, and how the last reading of it went.

    ``origin`` is a hash of the address it was read from: what came from another one does not count.
    ``trusted`` is a hash of the certificates it was verified with, ``digest`` of the document. ``etag`` is
    what its server calls this version, or, where it does not, when the server says it was changed.
    """

    __tablename__ = "provider_source"

    source: Mapped[str] = mapped_column(String(64), primary_key=True, info=NOT_PERSONAL)
    origin: Mapped[str] = mapped_column(String(64), info=NOT_PERSONAL)
    trusted: Mapped[str | None] = mapped_column(String(64), info=NOT_PERSONAL)
    read_at: Mapped[datetime | None] = mapped_column(info=NOT_PERSONAL)
    tried_at: Mapped[datetime] = mapped_column(info=NOT_PERSONAL)
    digest: Mapped[str | None] = mapped_column(String(64), info=NOT_PERSONAL)
    etag: Mapped[str | None] = mapped_column(String(255), info=NOT_PERSONAL)
    valid_until: Mapped[datetime | None] = mapped_column(info=NOT_PERSONAL)
    failure: Mapped[str | None] = mapped_column(String(255), info=NOT_PERSONAL)
    entities: Mapped[int] = mapped_column(default=0, info=NOT_PERSONAL)
