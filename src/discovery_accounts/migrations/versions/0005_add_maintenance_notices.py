"""Add what patrons are told of maintenance, and find the runs of a job faster."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "maintenance_notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("library", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["staff_member.id"],
            name=op.f("fk_maintenance_notice_member_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_maintenance_notice")),
    )
    op.create_index(
        "ix_maintenance_notice_library_ends_at", "maintenance_notice", ["library", "ends_at"], unique=False
    )
    op.create_index("ix_job_run_job_started_at", "job_run", ["job", "started_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_job_run_job_started_at", table_name="job_run")
    op.drop_index("ix_maintenance_notice_library_ends_at", table_name="maintenance_notice")
    op.drop_table("maintenance_notice")
