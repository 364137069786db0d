"""Add the self-tests of libraries."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "library_check",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("library", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ok", sa.Boolean(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("refused_pin", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_library_check")),
    )
    op.create_index(op.f("ix_library_check_at"), "library_check", ["at"], unique=False)
    op.create_index("ix_library_check_library_at", "library_check", ["library", "at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_library_check_library_at", table_name="library_check")
    op.drop_index(op.f("ix_library_check_at"), table_name="library_check")
    op.drop_table("library_check")
