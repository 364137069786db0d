"""Add patrons whose account time has ended, until their library has removed them."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "departed_patron",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("library", sa.String(length=64), nullable=False),
        sa.Column("patron_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("patron_hash", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("stay_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_use", sa.Date(), nullable=False),
        sa.Column("noticed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("notice_id", sa.Uuid(), nullable=True),
        sa.Column("look_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["notice_id"],
            ["outbox_message.id"],
            name=op.f("fk_departed_patron_notice_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_departed_patron")),
        sa.UniqueConstraint("patron_hash", name=op.f("uq_departed_patron_patron_hash")),
    )
    for columns in (["key_id"], ["library"], ["notice_id"], ["look_at", "id"]):
        op.create_index(_index(columns[0]), "departed_patron", columns, unique=False)


def downgrade() -> None:
    for column in ("look_at", "notice_id", "library", "key_id"):
        op.drop_index(_index(column), table_name="departed_patron")
    op.drop_table("departed_patron")


def _index(column: str) -> str:
    return op.f(f"ix_departed_patron_{column}")
