"""Add who may see a card, invitations, what a holder is asked by mail, calendar feeds and digests."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "digest",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("quiet_from", sa.Integer(), nullable=True),
        sa.Column("quiet_until", sa.Integer(), nullable=True),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("titles", sa.Boolean(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stop_hash", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_digest_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_digest")),
        sa.UniqueConstraint("stop_hash", name=op.f("uq_digest_stop_hash")),
    )
    op.create_index(op.f("ix_digest_due_at"), "digest", ["due_at"], unique=False)
    op.create_table(
        "invitation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("card_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.String(length=120), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_invitation_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["card_id"], ["library_card.id"], name=op.f("fk_invitation_card_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_invitation_code_hash")),
    )
    op.create_index(op.f("ix_invitation_account_id"), "invitation", ["account_id"], unique=False)
    op.create_index(op.f("ix_invitation_card_id"), "invitation", ["card_id"], unique=False)
    op.create_index(op.f("ix_invitation_expires_at"), "invitation", ["expires_at"], unique=False)
    op.create_table(
        "feed",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=True),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_feed_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["link_id"], ["link.id"], name=op.f("fk_feed_link_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_feed_token_hash")),
    )
    op.create_index(op.f("ix_feed_account_id"), "feed", ["account_id"], unique=False)
    op.create_index(op.f("ix_feed_link_id"), "feed", ["link_id"], unique=False)
    op.create_table(
        "holder_code",
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["link_id"], ["link.id"], name=op.f("fk_holder_code_link_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("link_id", name=op.f("pk_holder_code")),
    )
    op.create_index(op.f("ix_holder_code_expires_at"), "holder_code", ["expires_at"], unique=False)
    op.create_table(
        "link_letter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["link_id"], ["link.id"], name=op.f("fk_link_letter_link_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_letter")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_link_letter_token_hash")),
    )
    op.create_index(op.f("ix_link_letter_expires_at"), "link_letter", ["expires_at"], unique=False)
    op.create_index(op.f("ix_link_letter_link_id"), "link_letter", ["link_id"], unique=False)
    op.create_table(
        "message_subject",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("scopes", sa.String(length=120), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["link_id"], ["link.id"], name=op.f("fk_message_subject_link_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["outbox_message.id"],
            name=op.f("fk_message_subject_message_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("message_id", "link_id", name=op.f("pk_message_subject")),
    )
    op.create_index(op.f("ix_message_subject_link_id"), "message_subject", ["link_id"], unique=False)
    op.create_table(
        "reminder",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("fact", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["link_id"], ["link.id"], name=op.f("fk_reminder_link_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["outbox_message.id"],
            name=op.f("fk_reminder_message_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint("fact", name=op.f("uq_reminder_fact")),
    )
    op.create_index(op.f("ix_reminder_link_id"), "reminder", ["link_id"], unique=False)
    op.create_index(op.f("ix_reminder_message_id"), "reminder", ["message_id"], unique=False)
    op.create_index(op.f("ix_reminder_told_at"), "reminder", ["told_at"], unique=False)
    op.add_column("account", sa.Column("linking_blocked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("library_card", sa.Column("hands_over_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("library_card", sa.Column("handover_age", sa.Integer(), nullable=True))
    op.add_column("library_card", sa.Column("linking_refused_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("library_card", sa.Column("linking_blocked_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_library_card_hands_over_at"), "library_card", ["hands_over_at"], unique=False)
    op.add_column("link", sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("link", sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("link", sa.Column("colour", sa.Integer(), nullable=True))
    op.add_column("link", sa.Column("days_ahead", sa.Integer(), nullable=True))
    op.add_column("link", sa.Column("looked", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("link", "looked")
    op.drop_column("link", "days_ahead")
    op.drop_column("link", "colour")
    op.drop_column("link", "told_at")
    op.drop_column("link", "confirmed_at")
    op.drop_index(op.f("ix_library_card_hands_over_at"), table_name="library_card")
    op.drop_column("library_card", "linking_blocked_at")
    op.drop_column("library_card", "linking_refused_at")
    op.drop_column("library_card", "handover_age")
    op.drop_column("library_card", "hands_over_at")
    op.drop_column("account", "linking_blocked_at")
    op.drop_index(op.f("ix_reminder_told_at"), table_name="reminder")
    op.drop_index(op.f("ix_reminder_message_id"), table_name="reminder")
    op.drop_index(op.f("ix_reminder_link_id"), table_name="reminder")
    op.drop_table("reminder")
    op.drop_index(op.f("ix_message_subject_link_id"), table_name="message_subject")
    op.drop_table("message_subject")
    op.drop_index(op.f("ix_link_letter_link_id"), table_name="link_letter")
    op.drop_index(op.f("ix_link_letter_expires_at"), table_name="link_letter")
    op.drop_table("link_letter")
    op.drop_index(op.f("ix_holder_code_expires_at"), table_name="holder_code")
    op.drop_table("holder_code")
    op.drop_index(op.f("ix_feed_link_id"), table_name="feed")
    op.drop_index(op.f("ix_feed_account_id"), table_name="feed")
    op.drop_table("feed")
    op.drop_index(op.f("ix_invitation_expires_at"), table_name="invitation")
    op.drop_index(op.f("ix_invitation_card_id"), table_name="invitation")
    op.drop_index(op.f("ix_invitation_account_id"), table_name="invitation")
    op.drop_table("invitation")
    op.drop_index(op.f("ix_digest_due_at"), table_name="digest")
    op.drop_table("digest")
