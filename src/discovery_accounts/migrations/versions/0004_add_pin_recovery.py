"""Add codes for setting a new PIN."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pin_recovery",
        sa.Column("card_hash", sa.String(length=64), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("card_hash", name=op.f("pk_pin_recovery")),
    )
    op.create_index(op.f("ix_pin_recovery_state"), "pin_recovery", ["state"], unique=False)
    op.create_index(op.f("ix_pin_recovery_expires_at"), "pin_recovery", ["expires_at"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_pin_recovery_expires_at"), table_name="pin_recovery")
    op.drop_index(op.f("ix_pin_recovery_state"), table_name="pin_recovery")
    op.drop_table("pin_recovery")
