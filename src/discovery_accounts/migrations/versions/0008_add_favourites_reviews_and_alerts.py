"""Add favourites, reviews, alerts and what they are matched with, and mail that comes back."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alert_query",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("written", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_query")),
        sa.UniqueConstraint("hash", name=op.f("uq_alert_query_hash")),
    )
    op.create_table(
        "alert_slot",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("frequency", sa.String(length=16), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_slot")),
    )
    op.create_index(
        "uq_alert_slot_frequency_weekday_hour_timezone",
        "alert_slot",
        ["frequency", "weekday", "hour", "timezone"],
        unique=True,
    )
    op.create_table(
        "catalogue_record",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("record_id", sa.String(length=255), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("new_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("content", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_record")),
    )
    op.create_index(
        "ix_catalogue_record_kept",
        "catalogue_record",
        ["new_at"],
        unique=False,
        sqlite_where=sa.text("content IS NOT NULL"),
        postgresql_where=sa.text("content IS NOT NULL"),
    )
    op.create_index(op.f("ix_catalogue_record_run_id"), "catalogue_record", ["run_id"], unique=False)
    op.create_index(
        "ix_catalogue_record_waiting",
        "catalogue_record",
        ["id"],
        unique=False,
        sqlite_where=sa.text("new_at IS NOT NULL AND run_id IS NULL"),
        postgresql_where=sa.text("new_at IS NOT NULL AND run_id IS NULL"),
    )
    op.create_index(
        "uq_catalogue_record_source_record_id", "catalogue_record", ["source", "record_id"], unique=True
    )
    op.create_table(
        "harvest_mark",
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("mark", sa.Text(), nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("baseline_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wait_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_harvest_mark")),
    )
    op.create_table(
        "match_run",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_run")),
    )
    op.create_index(op.f("ix_match_run_finished_at"), "match_run", ["finished_at"], unique=False)
    op.create_table(
        "alert",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("query_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slot_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("by_email", sa.Boolean(), nullable=False),
        sa.Column("by_feed", sa.Boolean(), nullable=False),
        sa.Column("feed_version", sa.Integer(), nullable=False),
        sa.Column("feed_hash", sa.String(length=64), nullable=True),
        sa.Column("stop_hash", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_alert_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["query_id"], ["alert_query.id"], name=op.f("fk_alert_query_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["slot_id"], ["alert_slot.id"], name=op.f("fk_alert_slot_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
        sa.UniqueConstraint("feed_hash", name=op.f("uq_alert_feed_hash")),
        sa.UniqueConstraint("stop_hash", name=op.f("uq_alert_stop_hash")),
    )
    op.create_index(op.f("ix_alert_account_id"), "alert", ["account_id"], unique=False)
    op.create_index(op.f("ix_alert_asked_at"), "alert", ["asked_at"], unique=False)
    op.create_index(op.f("ix_alert_opened_at"), "alert", ["opened_at"], unique=False)
    op.create_index(
        "ix_alert_matched", "alert", ["query_id", "since", "by_email", "by_feed", "id"], unique=False
    )
    op.create_index(op.f("ix_alert_slot_id"), "alert", ["slot_id"], unique=False)
    op.create_table(
        "favourite_act",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_favourite_act_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_favourite_act")),
    )
    op.create_index(op.f("ix_favourite_act_account_id"), "favourite_act", ["account_id"], unique=False)
    op.create_index(op.f("ix_favourite_act_at"), "favourite_act", ["at"], unique=False)
    op.create_table(
        "match_bucket",
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bucket", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["match_run.id"], name=op.f("fk_match_bucket_run_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", "bucket", name=op.f("pk_match_bucket")),
    )
    op.create_table(
        "query_match",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("query_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("records", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["query_id"], ["alert_query.id"], name=op.f("fk_query_match_query_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["match_run.id"], name=op.f("fk_query_match_run_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_query_match")),
    )
    op.create_index(op.f("ix_query_match_query_id"), "query_match", ["query_id"], unique=False)
    op.create_index("uq_query_match_run_id_query_id", "query_match", ["run_id", "query_id"], unique=True)
    op.create_table(
        "review",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("record_id", sa.String(length=255), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("stars", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("signed", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moderated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("moderated_because", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_review_account_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint(
            "account_id", "source", "record_id", name=op.f("uq_review_account_id_source_record_id")
        ),
    )
    op.create_index("ix_review_source_record_id", "review", ["source", "record_id", "state"], unique=False)
    op.create_index("ix_review_state_changed_at", "review", ["state", "changed_at"], unique=False)
    op.create_table(
        "alert_news",
        sa.Column("alert_id", sa.Uuid(), nullable=False),
        sa.Column("match_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["alert.id"], name=op.f("fk_alert_news_alert_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["match_id"], ["query_match.id"], name=op.f("fk_alert_news_match_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["outbox_message.id"], name=op.f("fk_alert_news_message_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("alert_id", "match_id", name=op.f("pk_alert_news")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_alert_news_match_id"), "alert_news", ["match_id"], unique=False)
    op.create_index(
        "ix_alert_news_message_id",
        "alert_news",
        ["message_id"],
        unique=False,
        sqlite_where=sa.text("message_id IS NOT NULL"),
        postgresql_where=sa.text("message_id IS NOT NULL"),
    )
    op.create_index(
        "ix_alert_news_untold",
        "alert_news",
        ["alert_id"],
        unique=False,
        sqlite_where=sa.text("told_at IS NULL"),
        postgresql_where=sa.text("told_at IS NULL"),
    )
    op.create_table(
        "favourite_list",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=True),
        sa.Column("ordering", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("act_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_favourite_list_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["act_id"], ["favourite_act.id"], name=op.f("fk_favourite_list_act_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_favourite_list")),
        sa.UniqueConstraint("public_id", name=op.f("uq_favourite_list_public_id")),
    )
    op.create_index(op.f("ix_favourite_list_account_id"), "favourite_list", ["account_id"], unique=False)
    op.create_index(op.f("ix_favourite_list_act_id"), "favourite_list", ["act_id"], unique=False)
    op.create_index(op.f("ix_favourite_list_removed_at"), "favourite_list", ["removed_at"], unique=False)
    op.create_table(
        "review_report",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_review_report_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["review_id"], ["review.id"], name=op.f("fk_review_report_review_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_report")),
        sa.UniqueConstraint("review_id", "account_id", name=op.f("uq_review_report_review_id_account_id")),
    )
    op.create_index(op.f("ix_review_report_account_id"), "review_report", ["account_id"], unique=False)
    op.create_index(op.f("ix_review_report_closed_at"), "review_report", ["closed_at"], unique=False)
    op.create_table(
        "favourite_item",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("list_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("record_id", sa.String(length=255), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("title_key", sa.String(length=120), nullable=False),
        sa.Column("author", sa.Text(), nullable=True),
        sa.Column("author_key", sa.String(length=120), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("year_key", sa.Integer(), nullable=False),
        sa.Column("format", sa.String(length=64), nullable=True),
        sa.Column("cover_url", sa.String(length=1000), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("act_id", sa.Uuid(), nullable=True),
        sa.Column("from_list_id", sa.Uuid(), nullable=True),
        sa.Column("from_position", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["act_id"], ["favourite_act.id"], name=op.f("fk_favourite_item_act_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["from_list_id"],
            ["favourite_list.id"],
            name=op.f("fk_favourite_item_from_list_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["list_id"], ["favourite_list.id"], name=op.f("fk_favourite_item_list_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_favourite_item")),
    )
    op.create_index(
        "ix_favourite_item_act_id",
        "favourite_item",
        ["act_id"],
        unique=False,
        sqlite_where=sa.text("act_id IS NOT NULL"),
        postgresql_where=sa.text("act_id IS NOT NULL"),
    )
    op.create_index(
        "ix_favourite_item_from_list_id",
        "favourite_item",
        ["from_list_id"],
        unique=False,
        sqlite_where=sa.text("from_list_id IS NOT NULL"),
        postgresql_where=sa.text("from_list_id IS NOT NULL"),
    )
    op.create_index(
        "ix_favourite_item_by_added_at",
        "favourite_item",
        ["list_id", "added_at", "id"],
        unique=False,
        sqlite_where=sa.text("removed_at IS NULL"),
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_index(
        "ix_favourite_item_by_author_key",
        "favourite_item",
        ["list_id", "author_key", "id"],
        unique=False,
        sqlite_where=sa.text("removed_at IS NULL"),
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_index(
        "ix_favourite_item_by_position",
        "favourite_item",
        ["list_id", "position", "id"],
        unique=False,
        sqlite_where=sa.text("removed_at IS NULL"),
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_index(
        "ix_favourite_item_list_id_position",
        "favourite_item",
        ["list_id", "position", "removed_at"],
        unique=False,
    )
    op.create_index(
        "ix_favourite_item_by_title_key",
        "favourite_item",
        ["list_id", "title_key", "id"],
        unique=False,
        sqlite_where=sa.text("removed_at IS NULL"),
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_index(
        "ix_favourite_item_by_year_key",
        "favourite_item",
        ["list_id", "year_key", "id"],
        unique=False,
        sqlite_where=sa.text("removed_at IS NULL"),
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_index(
        "ix_favourite_item_removed_at",
        "favourite_item",
        ["removed_at"],
        unique=False,
        sqlite_where=sa.text("removed_at IS NOT NULL"),
        postgresql_where=sa.text("removed_at IS NOT NULL"),
    )
    op.create_index(
        "uq_favourite_item_list_id_source_record_id",
        "favourite_item",
        ["list_id", "source", "record_id"],
        unique=True,
        sqlite_where=sa.text("removed_at IS NULL"),
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_table(
        "favourite_tag",
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("tag", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["favourite_item.id"], name=op.f("fk_favourite_tag_item_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("item_id", "key", name=op.f("pk_favourite_tag")),
    )
    op.create_index(op.f("ix_favourite_tag_key"), "favourite_tag", ["key"], unique=False)
    op.add_column("account", sa.Column("email_paused_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("account", sa.Column("email_paused_because", sa.String(length=32), nullable=True))
    op.add_column("outbox_message", sa.Column("marked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("outbox_message", sa.Column("bounced_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("outbox_message", sa.Column("address_hash", sa.String(length=64), nullable=True))


def downgrade() -> None:
    op.drop_column("outbox_message", "address_hash")
    op.drop_column("outbox_message", "bounced_at")
    op.drop_column("outbox_message", "marked_at")
    op.drop_column("account", "email_paused_because")
    op.drop_column("account", "email_paused_at")
    op.drop_index(op.f("ix_favourite_tag_key"), table_name="favourite_tag")
    op.drop_table("favourite_tag")
    op.drop_index(
        "uq_favourite_item_list_id_source_record_id",
        table_name="favourite_item",
        sqlite_where=sa.text("removed_at IS NULL"),
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.drop_index(
        "ix_favourite_item_removed_at",
        table_name="favourite_item",
        sqlite_where=sa.text("removed_at IS NOT NULL"),
        postgresql_where=sa.text("removed_at IS NOT NULL"),
    )
    op.drop_index(
        "ix_favourite_item_by_year_key",
        table_name="favourite_item",
        sqlite_where=sa.text("removed_at IS NULL"),
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.drop_index(
        "ix_favourite_item_by_title_key",
        table_name="favourite_item",
        sqlite_where=sa.text("removed_at IS NULL"),
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.drop_index(
        "ix_favourite_item_by_position",
        table_name="favourite_item",
        sqlite_where=sa.text("removed_at IS NULL"),
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.drop_index("ix_favourite_item_list_id_position", table_name="favourite_item")
    op.drop_index(
        "ix_favourite_item_by_author_key",
        table_name="favourite_item",
        sqlite_where=sa.text("removed_at IS NULL"),
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.drop_index(
        "ix_favourite_item_by_added_at",
        table_name="favourite_item",
        sqlite_where=sa.text("removed_at IS NULL"),
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.drop_index(
        "ix_favourite_item_from_list_id",
        table_name="favourite_item",
        sqlite_where=sa.text("from_list_id IS NOT NULL"),
        postgresql_where=sa.text("from_list_id IS NOT NULL"),
    )
    op.drop_index(
        "ix_favourite_item_act_id",
        table_name="favourite_item",
        sqlite_where=sa.text("act_id IS NOT NULL"),
        postgresql_where=sa.text("act_id IS NOT NULL"),
    )
    op.drop_table("favourite_item")
    op.drop_index(op.f("ix_review_report_closed_at"), table_name="review_report")
    op.drop_index(op.f("ix_review_report_account_id"), table_name="review_report")
    op.drop_table("review_report")
    op.drop_index(op.f("ix_favourite_list_removed_at"), table_name="favourite_list")
    op.drop_index(op.f("ix_favourite_list_act_id"), table_name="favourite_list")
    op.drop_index(op.f("ix_favourite_list_account_id"), table_name="favourite_list")
    op.drop_table("favourite_list")
    op.drop_index(
        "ix_alert_news_untold",
        table_name="alert_news",
        sqlite_where=sa.text("told_at IS NULL"),
        postgresql_where=sa.text("told_at IS NULL"),
    )
    op.drop_index(
        "ix_alert_news_message_id",
        table_name="alert_news",
        sqlite_where=sa.text("message_id IS NOT NULL"),
        postgresql_where=sa.text("message_id IS NOT NULL"),
    )
    op.drop_index(op.f("ix_alert_news_match_id"), table_name="alert_news")
    op.drop_table("alert_news")
    op.drop_index("ix_review_state_changed_at", table_name="review")
    op.drop_index("ix_review_source_record_id", table_name="review")
    op.drop_table("review")
    op.drop_index("uq_query_match_run_id_query_id", table_name="query_match")
    op.drop_index(op.f("ix_query_match_query_id"), table_name="query_match")
    op.drop_table("query_match")
    op.drop_table("match_bucket")
    op.drop_index(op.f("ix_favourite_act_at"), table_name="favourite_act")
    op.drop_index(op.f("ix_favourite_act_account_id"), table_name="favourite_act")
    op.drop_table("favourite_act")
    op.drop_index(op.f("ix_alert_slot_id"), table_name="alert")
    op.drop_index("ix_alert_matched", table_name="alert")
    op.drop_index(op.f("ix_alert_opened_at"), table_name="alert")
    op.drop_index(op.f("ix_alert_asked_at"), table_name="alert")
    op.drop_index(op.f("ix_alert_account_id"), table_name="alert")
    op.drop_table("alert")
    op.drop_index(op.f("ix_match_run_finished_at"), table_name="match_run")
    op.drop_table("match_run")
    op.drop_table("harvest_mark")
    op.drop_index("uq_catalogue_record_source_record_id", table_name="catalogue_record")
    op.drop_index(
        "ix_catalogue_record_waiting",
        table_name="catalogue_record",
        sqlite_where=sa.text("new_at IS NOT NULL AND run_id IS NULL"),
        postgresql_where=sa.text("new_at IS NOT NULL AND run_id IS NULL"),
    )
    op.drop_index(op.f("ix_catalogue_record_run_id"), table_name="catalogue_record")
    op.drop_index(
        "ix_catalogue_record_kept",
        table_name="catalogue_record",
        sqlite_where=sa.text("content IS NOT NULL"),
        postgresql_where=sa.text("content IS NOT NULL"),
    )
    op.drop_table("catalogue_record")
    op.drop_index("uq_alert_slot_frequency_weekday_hour_timezone", table_name="alert_slot")
    op.drop_table("alert_slot")
    op.drop_table("alert_query")
