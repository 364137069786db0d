"""Add how accounts end: the mark, its reason, protection, warnings, and that something was erased."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_LIVE = sa.text("ended_at IS NULL AND protected_at IS NULL")
_ENDED = sa.text("ended_at IS NOT NULL")
_WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    op.add_column("account", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("account", sa.Column("ended_because", sa.String(length=16), nullable=True))
    op.add_column("account", sa.Column("reviews_at_end", sa.String(length=16), nullable=True))
    op.add_column("account", sa.Column("protected_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("account", sa.Column("protected_because", sa.String(length=32), nullable=True))
    op.create_index(
        "ix_account_live",
        "account",
        ["last_sign_in_at", "id"],
        unique=False,
        sqlite_where=_LIVE,
        postgresql_where=_LIVE,
    )
    op.create_index(
        "ix_account_ended",
        "account",
        ["ended_at", "id"],
        unique=False,
        sqlite_where=_ENDED,
        postgresql_where=_ENDED,
    )
    op.create_table(
        "account_warning",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("for_sign_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_account_warning_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["outbox_message.id"],
            name=op.f("fk_account_warning_message_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_warning")),
        sa.UniqueConstraint(
            "account_id",
            "for_sign_in_at",
            "days",
            name=op.f("uq_account_warning_account_id_for_sign_in_at_days"),
        ),
    )
    op.create_index(op.f("ix_account_warning_message_id"), "account_warning", ["message_id"], unique=False)
    op.create_index(
        "ix_account_warning_waiting",
        "account_warning",
        ["at", "id"],
        unique=False,
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    )
    op.create_table(
        "erasure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("because", sa.String(length=16), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
    )
    op.create_index(op.f("ix_erasure_at"), "erasure", ["at"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_erasure_at"), table_name="erasure")
    op.drop_table("erasure")
    op.drop_index(
        "ix_account_warning_waiting",
        table_name="account_warning",
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    )
    op.drop_index(op.f("ix_account_warning_message_id"), table_name="account_warning")
    op.drop_table("account_warning")
    op.drop_index("ix_account_ended", table_name="account", sqlite_where=_ENDED, postgresql_where=_ENDED)
    op.drop_index("ix_account_live", table_name="account", sqlite_where=_LIVE, postgresql_where=_LIVE)
    op.drop_column("account", "protected_because")
    op.drop_column("account", "protected_at")
    op.drop_column("account", "reviews_at_end")
    op.drop_column("account", "ended_because")
    op.drop_column("account", "ended_at")
