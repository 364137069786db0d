"""Alerts: what somebody wants to hear of when it is new, and what was found for them."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from discovery_accounts.models.base import NOT_PERSONAL, Base, PrimaryKey, personal
from discovery_accounts.models.catalogue import BIG

_UNTOLD = text("told_at IS NULL")
_IN_A_MAIL = text("message_id IS NOT NULL")


class AlertQuery(Base):
    """One query with its filters and language, shared by all alerts that ask the same. ``written`` is the
    query in its normal form as the matching reads it, ``hash`` of that. ``id`` is the beginning of the hash, so that
    the part of all queries that one belongs to lies in one place. A query that no alert has is removed."""

    __tablename__ = "alert_query"

    id: Mapped[int] = mapped_column(BIG, primary_key=True, autoincrement=False, info=NOT_PERSONAL)
    hash: Mapped[str] = mapped_column(String(64), unique=True, info=NOT_PERSONAL)
    written: Mapped[str] = mapped_column(Text, info=personal("account"))


class AlertSlot(Base):
    """When the mails of alerts go out: ``frequency`` ``daily`` or ``weekly`` at ``hour`` in ``timezone``, weekly on
    ``weekday`` (0 is Monday); or ``instant``, with none of these. Alerts share the few slots there are."""

    __tablename__ = "alert_slot"
    __table_args__ = (
        Index(
            "uq_alert_slot_frequency_weekday_hour_timezone",
            "frequency",
            "weekday",
            "hour",
            "timezone",
            unique=True,
        ),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True, info=NOT_PERSONAL)
    frequency: Mapped[str] = mapped_column(String(16), info=NOT_PERSONAL)
    weekday: Mapped[int] = mapped_column(default=-1, info=NOT_PERSONAL)
    hour: Mapped[int] = mapped_column(default=-1, info=NOT_PERSONAL)
    timezone: Mapped[str] = mapped_column(String(64), default="", info=NOT_PERSONAL)


class Alert(Base):
    """``query`` and ``filters`` as the person wrote them; ``since`` is when they began to be what they are: of
    what came before nothing is told. ``by_email`` and ``by_feed`` are where it tells; ``feed_version`` is part
    of its feed's secret, of which ``feed_hash`` is kept. While ``paused_at`` is set nothing is mailed, until
    ``paused_until`` if that is set. ``opened_at`` is when its owner last looked at what it found or kept it on;
    ``asked_at`` when they were asked whether they still want it. ``stop_hash`` is of the secret by
    which a mail program ends its mails."""

    __tablename__ = "alert"
    __table_args__ = (
        # all that the matching reads of an alert
        Index("ix_alert_matched", "query_id", "since", "by_email", "by_feed", "id"),
    )

    id: Mapped[PrimaryKey]
    account_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True, info=personal("account")
    )
    query_id: Mapped[int] = mapped_column(
        BIG,
        ForeignKey("alert_query.id", ondelete="CASCADE"),
        info=personal("account"),
    )
    slot_id: Mapped[int] = mapped_column(
        ForeignKey("alert_slot.id", ondelete="CASCADE"), index=True, info=personal("account")
    )
    name: Mapped[str] = mapped_column(String(200), info=personal("account"))
    query: Mapped[str] = mapped_column(Text, info=personal("account"))
    filters: Mapped[dict[str, Any]] = mapped_column(JSON, info=personal("account"))
    language: Mapped[str] = mapped_column(String(8), info=personal("account"))
    by_email: Mapped[bool] = mapped_column(default=True, info=personal("account"))
    by_feed: Mapped[bool] = mapped_column(default=False, info=personal("account"))
    feed_version: Mapped[int] = mapped_column(default=0, info=NOT_PERSONAL)
    feed_hash: Mapped[str | None] = mapped_column(String(64), unique=True, info=NOT_PERSONAL)
    stop_hash: Mapped[str | None] = mapped_column(String(64), unique=True, info=NOT_PERSONAL)
    created_at: Mapped[datetime] = mapped_column(info=personal("account"))
    since: Mapped[datetime] = mapped_column(info=personal("account"))
    changed_at: Mapped[datetime] = mapped_column(info=personal("account"))
    paused_at: Mapped[datetime | None] = mapped_column(info=personal("account"))
    paused_until: Mapped[datetime | None] = mapped_column(info=personal("account"))
    opened_at: Mapped[datetime] = mapped_column(index=True, info=personal("account"))
    asked_at: Mapped[datetime | None] = mapped_column(index=True, info=personal("account"))


class MatchRun(Base):
    """One batch of new records, matched with all alerts of before ``started_at``. ``finished_at`` is set when every
    bucket is done."""

    __tablename__ = "match_run"

    id: Mapped[int] = mapped_column(BIG, primary_key=True, autoincrement=True, info=NOT_PERSONAL)
    started_at: Mapped[datetime] = mapped_column(info=NOT_PERSONAL)
    finished_at: Mapped[datetime | None] = mapped_column(index=True, info=NOT_PERSONAL)
    records: Mapped[int] = mapped_column(info=NOT_PERSONAL)


class MatchBucket(Base):
    """A bucket of queries that a run is through with: written with what was found, so that no bucket counts twice."""

    __tablename__ = "match_bucket"

    run_id: Mapped[int] = mapped_column(
        BIG, ForeignKey("match_run.id", ondelete="CASCADE"), primary_key=True, info=NOT_PERSONAL
    )
    bucket: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False, info=NOT_PERSONAL)
    done_at: Mapped[datetime] = mapped_column(info=NOT_PERSONAL)


class QueryMatch(Base):
    """What one run found for one query: ``records`` are ids of ``catalogue_record``, as JSON, all of them."""

    __tablename__ = "query_match"
    __table_args__ = (Index("uq_query_match_run_id_query_id", "run_id", "query_id", unique=True),)

    id: Mapped[int] = mapped_column(BIG, primary_key=True, autoincrement=True, info=NOT_PERSONAL)
    run_id: Mapped[int] = mapped_column(
        BIG, ForeignKey("match_run.id", ondelete="CASCADE"), info=NOT_PERSONAL
    )
    query_id: Mapped[int] = mapped_column(
        BIG, ForeignKey("alert_query.id", ondelete="CASCADE"), index=True, info=NOT_PERSONAL
    )
    total: Mapped[int] = mapped_column(info=NOT_PERSONAL)
    records: Mapped[str] = mapped_column(Text, info=NOT_PERSONAL)


class AlertNews(Base):
    """What one run found for one alert; ``told_at`` is when a mail told of it, or ``None``."""

    __tablename__ = "alert_news"
    __table_args__ = (
        Index("ix_alert_news_untold", "alert_id", sqlite_where=_UNTOLD, postgresql_where=_UNTOLD),
        Index("ix_alert_news_message_id", "message_id", sqlite_where=_IN_A_MAIL, postgresql_where=_IN_A_MAIL),
        # very many are written at once: each index less is felt
        {"sqlite_with_rowid": False},
    )

    alert_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("alert.id", ondelete="CASCADE"), primary_key=True, info=personal("account")
    )
    match_id: Mapped[int] = mapped_column(
        BIG,
        ForeignKey("query_match.id", ondelete="CASCADE"),
        primary_key=True,
        index=True,
        info=personal("account"),
    )
    at: Mapped[datetime] = mapped_column(info=personal("account"))
    told_at: Mapped[datetime | None] = mapped_column(info=personal("account"))
    message_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("outbox_message.id", ondelete="SET NULL"), info=NOT_PERSONAL
    )
