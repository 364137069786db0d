"""Bringing the tables to the newest version, and telling whether they are there."""

import logging
from importlib.resources import as_file, files

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy.exc import DatabaseError as DatabaseRefused
from sqlalchemy.exc import OperationalError as DatabaseUnavailable
from sqlalchemy.exc import SQLAlchemyError

from discovery_accounts.models.database import Database
from discovery_accounts.telemetry.log import event

__all__ = [
    "BEHIND",
    "VERSION_TABLE",
    "DatabaseRefused",
    "DatabaseUnavailable",
    "check",
    "is_behind",
    "is_behind_now",
    "upgrade",
]

log = logging.getLogger(__name__)

VERSION_TABLE = "discovery_accounts_version"
BEHIND = "the tables are not up to date: run “discovery-accounts database upgrade”"


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


def is_behind(database: Database) -> bool:
    """Whether migrations are missing. Tables of a newer version of the program are not behind: they
    leave the version before usable."""
    found, newest = check(database)
    return found != newest and (found is None or _knows(found))


def is_behind_now(database: Database) -> bool:
    """As :func:`is_behind`, and logged. A database that does not answer may yet: false."""
    try:
        behind = is_behind(database)
    except SQLAlchemyError:
        event(log, "database.unavailable", level=logging.ERROR)
        return False
    if behind:
        event(log, "database.behind", level=logging.ERROR, run="discovery-accounts database upgrade")
    return behind


def _knows(revision: str) -> bool:
    with as_file(files("discovery_accounts") / "migrations") as folder:
        try:
            ScriptDirectory.from_config(_config(str(folder))).get_revision(revision)
        except CommandError:
            return False
    return True


def _config(folder: str) -> Config:
    config = Config()
    config.set_main_option("script_location", folder.replace("%", "%%"))
    return config


def _newest(config: Config) -> str:
    newest = ScriptDirectory.from_config(config).get_current_head()
    assert newest is not None
    return newest
