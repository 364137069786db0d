"""Add counts that others counted."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "imported_count",
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("library", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("date", "library", "kind", name=op.f("pk_imported_count")),
    )


def downgrade() -> None:
    op.drop_table("imported_count")
