"""Add to a way of signing in for which staff member it was added, as it opens nothing of staff otherwise."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("identity", sa.Column("staff_member_id", sa.Uuid(), nullable=True))


def downgrade() -> None:
    op.drop_column("identity", "staff_member_id")
