"""What commands share: the settings file they were given, opened when first needed."""

import configparser
from dataclasses import dataclass
from pathlib import Path

import click
import plaster

from discovery_accounts.config.faults import SettingsError
from discovery_accounts.config.settings import Settings
from discovery_accounts.services.house import House
from discovery_accounts.services.opening import open_database, open_house
from discovery_accounts.services.schema import DatabaseRefused, DatabaseUnavailable, is_behind
from discovery_accounts.telemetry.log import mask_handlers
from discovery_accounts.vault.ringfile import KeyRingError
from discovery_accounts.web.application import checked_settings


class Failed(click.ClickException):
    """Something is wrong that the message says; exit status 1."""

    exit_code = 1


class Group(click.Group):
    """All commands: a database that can't be reached, or has not the tables of this program, is told in one line with
    what to do, not by a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except DatabaseRefused as problem:
            if isinstance(ctx.obj, Context) and ctx.obj.tables_are_missing():
                todo = f"discovery-accounts --config {ctx.obj.config} database upgrade"
                raise Failed(f"the tables are not up to date: run “{todo}”") from None
            if type(problem) is not DatabaseRefused and not isinstance(problem, DatabaseUnavailable):
                raise  # a fault of ours; the first is a file that is no database
            reason = str(problem.orig).strip().splitlines()[0]
            raise Failed(f"the database of accounts.database_url can't be used: {reason}") from None
        except OSError as problem:  # the folder of a new SQLite file, or what a command is to read
            if problem.filename is None:
                raise
            raise Failed(f"{problem.filename}: {problem.strerror}") from None


@dataclass(frozen=True, slots=True)
class Context:
    """``config`` is the path of the INI file."""

    config: str

    def values(self) -> dict[str, str]:
        """The settings as text. Raises ``UsageError`` when the file is missing or holds none, ``Failed``
        when it can't be read."""
        if not Path(self.config).is_file():
            raise click.UsageError(f"there is no settings file {self.config}; name one with --config")
        try:
            if "app:main" not in plaster.get_sections(self.config):
                raise click.UsageError(f"{self.config} has no section [app:main]")
            return dict(plaster.get_settings(self.config, "app:main"))
        except configparser.InterpolationError as problem:
            raise Failed(f"{problem} (in a value, % is written %%)") from None
        except (plaster.PlasterError, configparser.Error, OSError, ValueError, LookupError) as problem:
            raise Failed(f"{self.config} can't be read as settings: {problem}") from None

    def settings(self, **overrides: str) -> Settings:
        """The settings, checked. Raises ``Failed`` with every fault."""
        try:
            return checked_settings({**self.values(), **overrides})
        except SettingsError as faults:
            raise Failed(str(faults)) from None

    def tables_are_missing(self) -> bool:
        """Whether the database is there and migrations are missing; false where it can't be asked."""
        database = open_database(self.settings())
        try:
            return is_behind(database)
        except DatabaseRefused:
            return False
        finally:
            database.close()

    def house(self, settings: Settings | None = None) -> House:
        try:
            return open_house(settings or self.settings())
        except KeyRingError as problem:
            raise Failed(str(problem)) from None

    def set_up_logging(self) -> None:
        """As the file's own logging sections say."""
        plaster.setup_logging(self.config)
        mask_handlers()
