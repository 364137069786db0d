"""Add sign-in by identity providers and by e-mail, consents to the transfer, staff."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "email_sign_in",
        sa.Column("asked_hash", sa.String(length=64), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("code_hash", sa.String(length=64), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("login_name", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("asked_hash", name=op.f("pk_email_sign_in")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_email_sign_in_token_hash")),
    )
    op.create_index(op.f("ix_email_sign_in_expires_at"), "email_sign_in", ["expires_at"], unique=False)
    op.create_index(op.f("ix_email_sign_in_state"), "email_sign_in", ["state"], unique=False)

    op.create_table(
        "login_step",
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("login_name", sa.String(length=64), nullable=False),
        sa.Column("browser_hash", sa.String(length=64), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_login_step")),
    )
    op.create_index(op.f("ix_login_step_expires_at"), "login_step", ["expires_at"], unique=False)

    op.create_table(
        "provider_entity",
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("entity_id", sa.String(length=1024), nullable=False),
        sa.Column("metadata_xml", sa.LargeBinary(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ask_again_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("batch", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("source", "entity_id", name=op.f("pk_provider_entity")),
    )
    op.create_index("ix_provider_entity_source_hidden", "provider_entity", ["source", "hidden"], unique=False)

    op.create_table(
        "provider_source",
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("origin", sa.String(length=64), nullable=False),
        sa.Column("trusted", sa.String(length=64), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("etag", sa.String(length=255), nullable=True),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.String(length=255), nullable=True),
        sa.Column("entities", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_provider_source")),
    )
    op.create_table(
        "replay",
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("word_hash", sa.String(length=64), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", "word_hash", name=op.f("pk_replay")),
    )
    op.create_index(op.f("ix_replay_until"), "replay", ["until"], unique=False)

    op.create_table(
        "staff_member",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("invitation_hash", sa.String(length=64), nullable=True),
        sa.Column("invited_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("password_hash", sa.String(length=255), nullable=True),
        sa.Column("password_changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("totp_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("totp_key_id", sa.String(length=64), nullable=True),
        sa.Column("totp_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("totp_last_step", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_staff_member_account_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_member")),
        sa.UniqueConstraint("account_id", name=op.f("uq_staff_member_account_id")),
        sa.UniqueConstraint("email", name=op.f("uq_staff_member_email")),
        sa.UniqueConstraint("invitation_hash", name=op.f("uq_staff_member_invitation_hash")),
    )
    op.create_table(
        "passkey",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["staff_member.id"], name=op.f("fk_passkey_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    op.create_index(op.f("ix_passkey_member_id"), "passkey", ["member_id"], unique=False)

    op.create_table(
        "staff_grant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("library", sa.String(length=64), nullable=True),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("granted_by", sa.String(length=254), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["staff_member.id"], name=op.f("fk_staff_grant_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_grant")),
    )
    op.create_index(op.f("ix_staff_grant_member_id"), "staff_grant", ["member_id"], unique=False)

    op.create_table(
        "transfer_consent",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("identity_id", sa.Uuid(), nullable=True),
        sa.Column("login_name", sa.String(length=64), nullable=False),
        sa.Column("organisation", sa.String(length=255), nullable=False),
        sa.Column("library", sa.String(length=64), nullable=True),
        sa.Column("legal_basis", sa.String(length=16), nullable=False),
        sa.Column("text_version", sa.String(length=32), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_transfer_consent_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["identity_id"],
            ["identity.id"],
            name=op.f("fk_transfer_consent_identity_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer_consent")),
    )
    op.create_index(op.f("ix_transfer_consent_account_id"), "transfer_consent", ["account_id"], unique=False)
    op.create_index(
        op.f("ix_transfer_consent_identity_id"), "transfer_consent", ["identity_id"], unique=False
    )

    op.create_table(
        "session_handle",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("handle_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["signed_in_session.id"],
            name=op.f("fk_session_handle_session_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("session_id", "handle_hash", name=op.f("pk_session_handle")),
    )
    op.create_index(op.f("ix_session_handle_handle_hash"), "session_handle", ["handle_hash"], unique=False)

    op.create_table(
        "step_up",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["signed_in_session.id"], name=op.f("fk_step_up_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_step_up")),
    )
    op.create_index(op.f("ix_step_up_expires_at"), "step_up", ["expires_at"], unique=False)

    op.add_column("link", sa.Column("proof", sa.String(length=16), nullable=False, server_default="pin"))
    op.add_column(
        "outbox_message",
        sa.Column("channel", sa.String(length=16), nullable=False, server_default="email"),
    )
    op.add_column("identity", sa.Column("login_name", sa.String(length=64), nullable=True))
    op.add_column("identity", sa.Column("shown_as", sa.String(length=254), nullable=True))

    for column in (
        sa.Column("login_name", sa.String(length=64), nullable=True),
        sa.Column("identity_id", sa.Uuid(), nullable=True),
        sa.Column("strength", sa.String(length=16), nullable=False, server_default="normal"),
        sa.Column("provider_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("provider_key_id", sa.String(length=64), nullable=True),
        sa.Column("stepped_up_at", sa.DateTime(timezone=True), nullable=True),
    ):
        op.add_column("signed_in_session", column)


def downgrade() -> None:
    for name in (
        "stepped_up_at",
        "provider_key_id",
        "provider_sealed",
        "strength",
        "identity_id",
        "login_name",
    ):
        op.drop_column("signed_in_session", name)
    op.drop_column("identity", "shown_as")
    op.drop_column("identity", "login_name")
    op.drop_column("outbox_message", "channel")
    op.drop_column("link", "proof")

    op.drop_index(op.f("ix_step_up_expires_at"), table_name="step_up")

    op.drop_table("step_up")
    op.drop_index(op.f("ix_session_handle_handle_hash"), table_name="session_handle")

    op.drop_table("session_handle")
    op.drop_index(op.f("ix_transfer_consent_identity_id"), table_name="transfer_consent")
    op.drop_index(op.f("ix_transfer_consent_account_id"), table_name="transfer_consent")

    op.drop_table("transfer_consent")
    op.drop_index(op.f("ix_staff_grant_member_id"), table_name="staff_grant")

    op.drop_table("staff_grant")
    op.drop_index(op.f("ix_passkey_member_id"), table_name="passkey")

    op.drop_table("passkey")
    op.drop_table("staff_member")
    op.drop_index(op.f("ix_replay_until"), table_name="replay")

    op.drop_table("replay")
    op.drop_table("provider_source")
    op.drop_index("ix_provider_entity_source_hidden", table_name="provider_entity")

    op.drop_table("provider_entity")
    op.drop_index(op.f("ix_login_step_expires_at"), table_name="login_step")

    op.drop_table("login_step")
    op.drop_index(op.f("ix_email_sign_in_state"), table_name="email_sign_in")
    op.drop_index(op.f("ix_email_sign_in_expires_at"), table_name="email_sign_in")

    op.drop_table("email_sign_in")
