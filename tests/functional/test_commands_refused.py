"""Commands about accounts that can't do what is asked: in words, and nothing is written down that was not done."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from discovery_accounts.cli import main
from discovery_accounts.models import Account
from discovery_accounts.services import events as words
from tests.factories.portal import Portal
from tests.factories.rows import events, rows
from tests.fixtures.databases import ON_SQLITE

pytestmark = ON_SQLITE
NOBODY = "00000000-0000-4000-8000-000000000000"


def accounts(portal: Portal, *arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(main, ["--config", portal.ini(), "accounts", *arguments], input=typed)


@pytest.mark.parametrize(
    "arguments",
    [
        ("show", NOBODY, "--reason", "asked"),
        ("erase", NOBODY, "--reason", "person_asked", "--yes"),
        ("protect", NOBODY, "--reason", "legal_hold"),
        ("unprotect", NOBODY),
    ],
    ids=" ".join,
)
def test_an_account_that_is_not_there_is_told_in_words(portal: Portal, arguments: tuple[str, ...]) -> None:
    ran = accounts(portal, *arguments)
    assert (ran.exit_code, ran.output.splitlines()[-1]) == (
        1,
        "Error: not done: there is no such account or card here",
    )


def test_a_library_that_is_not_there_is_told_in_words(portal: Portal) -> None:
    ran = accounts(portal, "show", "--card", "nowhere", "--reason", "asked", typed="21270000001\n")
    assert (ran.exit_code, "no such library in accounts.libraries" in ran.output) == (1, True)


def test_a_copy_that_has_no_place_is_not_written_down_as_given(portal: Portal, tmp_path: Path) -> None:
    portal.signed_in_client()
    (account,) = rows(portal.house, Account)
    file = tmp_path / "copy.zip"
    file.write_text("mine")
    ran = accounts(portal, "export", str(account.id), str(file), "--reason", "asked")
    assert (ran.exit_code, file.read_text()) == (1, "mine")
    assert "FILE must be new" in ran.output
    assert events(portal.house, words.DATA_HANDED_OVER) == []
