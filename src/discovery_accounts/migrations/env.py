"""How Alembic reaches the database: over the connection it is given, or it prints SQL."""

from alembic import context

from discovery_accounts.models import Base

config = context.config
connection = config.attributes["connection"]

context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    version_table="discovery_accounts_version",
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    transaction_per_migration=True,
    include_object=lambda _object, name, kind, _reflected, _to: (
        kind != "table" or name in Base.metadata.tables
    ),
)
with context.begin_transaction():
    context.run_migrations()
