"""Add memberships, what cards were used for last, and what universities tell of their people."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "membership",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("library", sa.String(length=64), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("stay_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("noticed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("notice_id", sa.Uuid(), nullable=True),
        sa.Column("look_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kept_because", sa.String(length=32), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_membership_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["outbox_message.id"], name=op.f("fk_membership_notice_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint("account_id", "library", name=op.f("uq_membership_account_id_library")),
    )
    op.create_index(op.f("ix_membership_notice_id"), "membership", ["notice_id"], unique=False)
    op.create_index(
        "ix_membership_look_at",
        "membership",
        ["look_at", "id"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "card_activity",
        sa.Column("card_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["card_id"], ["library_card.id"], name=op.f("fk_card_activity_card_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("card_id", "kind", name=op.f("pk_card_activity")),
    )
    op.create_table(
        "feed_patron",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("identity_id", sa.Uuid(), nullable=False),
        sa.Column("library", sa.String(length=64), nullable=False),
        sa.Column("login_name", sa.String(length=64), nullable=False),
        sa.Column("subject_hash", sa.String(length=64), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("locked", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["identity.id"], name=op.f("fk_feed_patron_identity_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_patron")),
        sa.UniqueConstraint(
            "login_name", "subject_hash", name=op.f("uq_feed_patron_login_name_subject_hash")
        ),
    )
    op.create_index(op.f("ix_feed_patron_identity_id"), "feed_patron", ["identity_id"], unique=False)
    op.create_index(op.f("ix_feed_patron_library"), "feed_patron", ["library"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_feed_patron_library"), table_name="feed_patron")
    op.drop_index(op.f("ix_feed_patron_identity_id"), table_name="feed_patron")
    op.drop_table("feed_patron")
    op.drop_table("card_activity")
    op.drop_index(
        "ix_membership_look_at",
        table_name="membership",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index(op.f("ix_membership_notice_id"), table_name="membership")
    op.drop_table("membership")
