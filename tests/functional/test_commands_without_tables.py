"""Commands on a database that is not there, or not ready: one line that says what to do."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from discovery_accounts.cli import main
from tests.factories.portal import Portal
from tests.factories.rows import write
from tests.fixtures.databases import ON_SQLITE

COMMANDS = [
    ["run", "expire-accounts", "--dry-run"],
    ["run", "seal-audit"],
    ["audit", "verify"],
    ["accounts", "protect", "6f1c1b1e-7a0d-4b8e-9a55-0d9c4a3f6c11", "--reason", "legal_hold"],
    ["staff", "list"],
]


def run(portal: Portal, *arguments: str, **settings: str) -> Result:
    return CliRunner().invoke(main, ["--config", portal.ini(**settings), *arguments])


@ON_SQLITE
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_an_empty_database_is_to_be_upgraded(portal: Portal, tmp_path: Path, command: list[str]) -> None:
    ran = run(portal, *command, database_url=f"sqlite:///{tmp_path / 'new.db'}")
    [line] = ran.output.splitlines()[-1:]
    assert (ran.exit_code, line.startswith("Error: the tables are not up to date")) == (1, True), ran.output
    assert f"--config {tmp_path / 'portal.ini'} database upgrade" in line


def test_tables_that_are_missing_are_told_on_each_database(portal: Portal) -> None:
    write(portal.house, "UPDATE discovery_accounts_version SET version_num = '0008'")
    write(portal.house, "ALTER TABLE imported_count RENAME TO lost")
    path = portal.folder / "counts.csv"
    path.write_text("date,library,kind,count\n2026-05-01,lumme,events,4\n")
    ran = run(portal, "run", "import-counts", str(path))
    assert (ran.exit_code, "database upgrade" in ran.output.splitlines()[-1]) == (1, True), ran.output


@ON_SQLITE
@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("sqlite:///{folder}/portal.ini", "file is not a database"),
        ("postgresql+psycopg://nobody@127.0.0.1:1/none", "onnection refused"),
    ],
)
def test_a_database_that_can_not_be_used_is_told_in_a_line(
    make_portal: Callable[..., Portal], tmp_path: Path, url: str, told: str
) -> None:
    ran = run(make_portal(), "run", "seal-audit", database_url=url.format(folder=tmp_path))
    assert ran.exit_code == 1
    assert "accounts.database_url can't be used" in ran.output
    assert told in ran.output.splitlines()[-1]
