"""Bringing the tables to the newest version, and telling whether they are there."""

from importlib.resources import as_file, files

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from discovery_accounts.models.database import Database

VERSION_TABLE = "discovery_accounts_version"


def upgrade(database: Database) -> str:
    """Run the migrations that are missing; the version that is reached."""
    with as_file(files("discovery_accounts") / "migrations") as folder:
        config = _config(str(folder))
        with database.engine.connect() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
        return _newest(config)


def check(database: Database) -> tuple[str | None, str]:
    """The version the tables have (``None`` for an empty database) and the newest there is."""
    with as_file(files("discovery_accounts") / "migrations") as folder:
        newest = _newest(_config(str(folder)))
    with database.engine.connect() as connection:
        found = MigrationContext.configure(
            connection, opts={"version_table": VERSION_TABLE}
        ).get_current_revision()
    return found, newest


def _config(folder: str) -> Config:
    config = Config()
    config.set_main_option("script_location", folder.replace("%", "%%"))
    return config


def _newest(config: Config) -> str:
    newest = ScriptDirectory.from_config(config).get_current_head()
    assert newest is not None
    return newest
