"""Add the chain of seals that shows whether the audit was changed."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "audit_mark",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("first", BIG, nullable=False),
        sa.Column("first_digest", sa.String(length=64), nullable=False),
        sa.Column("last", BIG, nullable=False),
        sa.Column("last_digest", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.String(length=64), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_mark")),
    )
    op.create_index(op.f("ix_audit_mark_key_id"), "audit_mark", ["key_id"], unique=False)
    op.create_table(
        "event_seal",
        sa.Column("sequence", BIG, autoincrement=False, nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_event_seal")),
        sa.UniqueConstraint("event_id", name=op.f("uq_event_seal_event_id")),
    )
    op.create_table(
        "person_key",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("seals", BIG, nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_person_key_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_key")),
    )
    op.create_index(op.f("ix_person_key_account_id"), "person_key", ["account_id"], unique=False)
    op.create_index(op.f("ix_person_key_key_id"), "person_key", ["key_id"], unique=False)
    op.add_column("event", sa.Column("sequence", BIG, nullable=True))
    op.create_index(
        "ix_event_waiting",
        "event",
        ["at", "id"],
        unique=False,
        sqlite_where=sa.text("sequence IS NULL"),
        postgresql_where=sa.text("sequence IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_event_waiting", table_name="event")
    op.drop_column("event", "sequence")
    op.drop_index(op.f("ix_person_key_key_id"), table_name="person_key")
    op.drop_index(op.f("ix_person_key_account_id"), table_name="person_key")
    op.drop_table("person_key")
    op.drop_table("event_seal")
    op.drop_index(op.f("ix_audit_mark_key_id"), table_name="audit_mark")
    op.drop_table("audit_mark")
