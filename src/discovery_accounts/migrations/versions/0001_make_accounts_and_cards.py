"""Make the tables for accounts, cards, links, sessions, events, mail and jobs."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_sign_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("email_source", sa.String(length=16), nullable=True),
        sa.Column("email_verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
    )
    op.create_index(op.f("ix_account_last_sign_in_at"), "account", ["last_sign_in_at"], unique=False)
    op.create_table(
        "job_lock",
        sa.Column("job", sa.String(length=64), nullable=False),
        sa.Column("holder", sa.Uuid(), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("job", name=op.f("pk_job_lock")),
    )
    op.create_table(
        "job_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("job", sa.String(length=64), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", sa.String(length=16), nullable=True),
        sa.Column("report", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_run")),
    )
    op.create_index(op.f("ix_job_run_job"), "job_run", ["job"], unique=False)
    op.create_index(op.f("ix_job_run_started_at"), "job_run", ["started_at"], unique=False)
    op.create_table(
        "library_card",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("library", sa.String(length=64), nullable=False),
        sa.Column("patron_id", sa.String(length=255), nullable=False),
        sa.Column("number_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("number_key_id", sa.String(length=64), nullable=False),
        sa.Column("number_lookup", sa.String(length=64), nullable=False),
        sa.Column("number_last4", sa.String(length=4), nullable=False),
        sa.Column("standing", sa.String(length=16), nullable=True),
        sa.Column("blocks", sa.JSON(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_library_card")),
        sa.UniqueConstraint("library", "patron_id", name=op.f("uq_library_card_library_patron_id")),
    )
    op.create_index(op.f("ix_library_card_number_key_id"), "library_card", ["number_key_id"], unique=False)
    op.create_index(op.f("ix_library_card_number_lookup"), "library_card", ["number_lookup"], unique=False)
    op.create_table(
        "throttle",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_throttle")),
    )
    op.create_index(op.f("ix_throttle_last_at"), "throttle", ["last_at"], unique=False)
    op.create_table(
        "card_reopening",
        sa.Column("card_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["card_id"], ["library_card.id"], name=op.f("fk_card_reopening_card_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("card_id", name=op.f("pk_card_reopening")),
    )
    op.create_index(op.f("ix_card_reopening_expires_at"), "card_reopening", ["expires_at"], unique=False)
    op.create_table(
        "email_change",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_email_change_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_email_change")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_email_change_token_hash")),
    )
    op.create_index(op.f("ix_email_change_expires_at"), "email_change", ["expires_at"], unique=False)
    op.create_table(
        "event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("word", sa.String(length=64), nullable=False),
        sa.Column("library", sa.String(length=64), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("card_id", sa.Uuid(), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_event_account_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["card_id"], ["library_card.id"], name=op.f("fk_event_card_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
    )
    op.create_index("ix_event_account_id_at", "event", ["account_id", "at"], unique=False)
    op.create_index(op.f("ix_event_at"), "event", ["at"], unique=False)
    op.create_index("ix_event_card_id_at", "event", ["card_id", "at"], unique=False)
    op.create_table(
        "identity",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("issuer", sa.String(length=255), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_identity_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity")),
        sa.UniqueConstraint("login", "issuer", "subject", name=op.f("uq_identity_login_issuer_subject")),
    )
    op.create_index(op.f("ix_identity_account_id"), "identity", ["account_id"], unique=False)
    op.create_table(
        "known_browser",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("card_id", sa.Uuid(), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["card_id"], ["library_card.id"], name=op.f("fk_known_browser_card_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_browser")),
        sa.UniqueConstraint("token_hash", "card_id", name=op.f("uq_known_browser_token_hash_card_id")),
    )
    op.create_index(op.f("ix_known_browser_card_id"), "known_browser", ["card_id"], unique=False)
    op.create_index(op.f("ix_known_browser_last_used_at"), "known_browser", ["last_used_at"], unique=False)
    op.create_table(
        "link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("card_id", sa.Uuid(), nullable=False),
        sa.Column("number_last4", sa.String(length=4), nullable=False),
        sa.Column("label", sa.String(length=60), nullable=False),
        sa.Column("relation", sa.String(length=16), nullable=False),
        sa.Column("holder", sa.Boolean(), nullable=False),
        sa.Column("scopes", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=16), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mail_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_key", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_link_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["card_id"], ["library_card.id"], name=op.f("fk_link_card_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link")),
        sa.UniqueConstraint("account_id", "card_id", name=op.f("uq_link_account_id_card_id")),
    )
    op.create_index(op.f("ix_link_account_id"), "link", ["account_id"], unique=False)
    op.create_index(op.f("ix_link_card_id"), "link", ["card_id"], unique=False)
    op.create_index(op.f("ix_link_mail_due_at"), "link", ["mail_due_at"], unique=False)
    op.create_table(
        "outbox_message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("once", sa.String(length=128), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("key_id", sa.String(length=64), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_outbox_message_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_message")),
        sa.UniqueConstraint("once", name=op.f("uq_outbox_message_once")),
    )
    op.create_index(op.f("ix_outbox_message_account_id"), "outbox_message", ["account_id"], unique=False)
    op.create_index(op.f("ix_outbox_message_key_id"), "outbox_message", ["key_id"], unique=False)
    op.create_index(op.f("ix_outbox_message_not_before"), "outbox_message", ["not_before"], unique=False)
    op.create_index(op.f("ix_outbox_message_state"), "outbox_message", ["state"], unique=False)
    op.create_table(
        "signed_in_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("issuer", sa.String(length=255), nullable=False),
        sa.Column("browser", sa.String(length=120), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_signed_in_session_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signed_in_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_signed_in_session_token_hash")),
    )
    op.create_index(
        op.f("ix_signed_in_session_account_id"), "signed_in_session", ["account_id"], unique=False
    )
    op.create_index(
        op.f("ix_signed_in_session_expires_at"), "signed_in_session", ["expires_at"], unique=False
    )
    op.create_table(
        "credential",
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=True),
        sa.Column("key_id", sa.String(length=64), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claim", sa.Uuid(), nullable=True),
        sa.Column("unanswered", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["link_id"], ["link.id"], name=op.f("fk_credential_link_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("link_id", name=op.f("pk_credential")),
    )
    op.create_index(op.f("ix_credential_key_id"), "credential", ["key_id"], unique=False)
    op.create_table(
        "session_proof",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("proved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["link_id"], ["link.id"], name=op.f("fk_session_proof_link_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["signed_in_session.id"],
            name=op.f("fk_session_proof_session_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("session_id", "link_id", name=op.f("pk_session_proof")),
    )
    op.create_index(op.f("ix_session_proof_link_id"), "session_proof", ["link_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_session_proof_link_id"), table_name="session_proof")
    op.drop_table("session_proof")
    op.drop_index(op.f("ix_credential_key_id"), table_name="credential")
    op.drop_table("credential")
    op.drop_index(op.f("ix_signed_in_session_expires_at"), table_name="signed_in_session")
    op.drop_index(op.f("ix_signed_in_session_account_id"), table_name="signed_in_session")
    op.drop_table("signed_in_session")
    op.drop_index(op.f("ix_outbox_message_state"), table_name="outbox_message")
    op.drop_index(op.f("ix_outbox_message_not_before"), table_name="outbox_message")
    op.drop_index(op.f("ix_outbox_message_key_id"), table_name="outbox_message")
    op.drop_index(op.f("ix_outbox_message_account_id"), table_name="outbox_message")
    op.drop_table("outbox_message")
    op.drop_index(op.f("ix_link_mail_due_at"), table_name="link")
    op.drop_index(op.f("ix_link_card_id"), table_name="link")
    op.drop_index(op.f("ix_link_account_id"), table_name="link")
    op.drop_table("link")
    op.drop_index(op.f("ix_known_browser_last_used_at"), table_name="known_browser")
    op.drop_index(op.f("ix_known_browser_card_id"), table_name="known_browser")
    op.drop_table("known_browser")
    op.drop_index(op.f("ix_identity_account_id"), table_name="identity")
    op.drop_table("identity")
    op.drop_index("ix_event_card_id_at", table_name="event")
    op.drop_index(op.f("ix_event_at"), table_name="event")
    op.drop_index("ix_event_account_id_at", table_name="event")
    op.drop_table("event")
    op.drop_index(op.f("ix_email_change_expires_at"), table_name="email_change")
    op.drop_table("email_change")
    op.drop_index(op.f("ix_card_reopening_expires_at"), table_name="card_reopening")
    op.drop_table("card_reopening")
    op.drop_index(op.f("ix_throttle_last_at"), table_name="throttle")
    op.drop_table("throttle")
    op.drop_index(op.f("ix_library_card_number_lookup"), table_name="library_card")
    op.drop_index(op.f("ix_library_card_number_key_id"), table_name="library_card")
    op.drop_table("library_card")
    op.drop_index(op.f("ix_job_run_started_at"), table_name="job_run")
    op.drop_index(op.f("ix_job_run_job"), table_name="job_run")
    op.drop_table("job_run")
    op.drop_table("job_lock")
    op.drop_index(op.f("ix_account_last_sign_in_at"), table_name="account")
    op.drop_table("account")
