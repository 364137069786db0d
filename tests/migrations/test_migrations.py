"""The migrations make what the models say, on both databases, and can be taken back."""

from importlib.resources import as_file, files

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

from discovery_accounts.models import Base
from discovery_accounts.models.database import Database, open_engine
from discovery_accounts.services import schema


@pytest.fixture
def database(database_url: str) -> "Database":
    return Database(open_engine(database_url))


def test_the_newest_schema_is_that_of_the_models(database: Database) -> None:
    found, newest = schema.check(database)
    assert found == newest
    with database.engine.connect() as connection:
        options = {"compare_type": True, "version_table": schema.VERSION_TABLE}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []
    database.close()


def test_every_foreign_key_in_the_database_says_what_happens_at_the_end(database: Database) -> None:
    inspector = inspect(database.engine)
    keys = [(table, key) for table in Base.metadata.tables for key in inspector.get_foreign_keys(table)]
    assert keys
    assert [table for table, key in keys if not key["options"].get("ondelete")] == []
    database.close()


def test_going_back_leaves_nothing_and_going_forth_makes_it_again(database: Database) -> None:
    with (
        as_file(files("discovery_accounts") / "migrations") as folder,
        database.engine.connect() as connection,
    ):
        config = Config()
        config.set_main_option("script_location", str(folder))
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
        connection.commit()
    left = set(inspect(database.engine).get_table_names())
    assert left <= {schema.VERSION_TABLE}
    schema.upgrade(database)
    assert set(Base.metadata.tables) <= set(inspect(database.engine).get_table_names())
    schema.upgrade(database)
    database.close()


def test_an_empty_database_is_told_apart_from_an_old_one(tmp_path: "object") -> None:
    database = Database(open_engine(f"sqlite:///{tmp_path}/empty.db"))
    found, newest = schema.check(database)
    assert found is None
    assert newest
    database.close()
