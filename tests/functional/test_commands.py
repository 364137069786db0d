"""What library IT does from a terminal."""

import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from discovery_accounts import main as application
from discovery_accounts.cli import main
from discovery_accounts.cli.context import Context
from discovery_accounts.services import schema
from tests.factories.portal import Portal


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def test_settings_without_fault_are_told_so(portal: Portal) -> None:
    ran = run("--config", portal.ini(), "settings", "check")
    assert ran.exit_code == 0, ran.output
    assert "lumme, helka" in ran.output


def test_every_fault_is_told_at_once_with_key_and_example(portal: Portal) -> None:
    config = portal.ini(
        page_deadline="soon",
        limits__address="many",
        librarys="typo",
        broker_url="redis://127.0.0.1/0",
        library__lumme__timeout="-1",
        library__lumme__client_id="",
        library__turku__connector="koha",
        login__card__kind="telepathy",
    )
    ran = run("--config", config, "settings", "check")
    assert ran.exit_code == 1
    told = dict(line.strip().split(": ", 1) for line in ran.output.splitlines()[1:])
    assert set(told) == {
        "accounts.page_deadline",
        "accounts.limits.address",
        "accounts.librarys",
        "accounts.broker_url",
        "accounts.library.lumme.timeout",
        "accounts.library.lumme.client_id",
        "accounts.library.turku",
        "accounts.login.card.kind",
    }
    for key, said in told.items():
        what_to_do = (
            f"(for example: {key} = ",
            "did you mean accounts.libraries?",
            "leave it out",
            "add turku there",
        )
        assert any(words in said for words in what_to_do), said


def test_a_faulty_library_is_reported_and_does_not_stop_the_others(
    make_portal: Callable[..., Portal],
) -> None:
    portal = make_portal(library__helka__connector="almma")
    ran = run("--config", portal.ini(), "settings", "check")
    assert ran.exit_code == 1
    assert "accounts.library.helka.connector" in ran.output
    client = portal.signed_in_client()
    libraries = {one["name"]: one for one in client.call("GET", "/libraries").json["libraries"]}
    assert (libraries["helka"]["available"], libraries["lumme"]["available"]) == (False, True)
    assert client.link("helka", portal.patron("helka"), status=503).json["code"] == "library_unavailable"


def test_settings_are_shown_without_secrets(portal: Portal) -> None:
    ran = run("--config", portal.ini(), "settings", "show")
    assert ran.exit_code == 0
    assert portal.koha.client_secret not in ran.output
    assert portal.alma.api_key not in ran.output
    assert "accounts.page_deadline = 2.5" in ran.output


def test_wrong_use_is_told_apart_from_failure() -> None:
    assert run("--config", "no-such-file.ini", "settings", "show").exit_code == 2
    assert run("no-such-command").exit_code == 2


def test_the_tables_are_brought_up_to_date_and_checked(portal: Portal, tmp_path: Path) -> None:
    config = portal.ini(database_url=f"sqlite:///{tmp_path / 'new' / 'empty.db'}")
    assert run("--config", config, "database", "check").exit_code == 1
    assert run("--config", config, "database", "upgrade").exit_code == 0
    assert run("--config", config, "database", "check").exit_code == 0


def test_keys_rotate_under_a_serving_portal_and_the_old_one_goes(portal: Portal) -> None:
    client = portal.signed_in_client()
    config = portal.ini()
    old = run("--config", config, "keys", "list").output.split()[0]
    rotated = run("--config", config, "keys", "rotate")
    assert rotated.exit_code == 0, rotated.output
    assert "Put 2 values" in rotated.output  # a PIN and a card number
    dropped = run("--config", config, "keys", "drop", old)
    assert dropped.exit_code == 0, dropped.output
    portal.clock.advance(minutes=20)
    answer = client.call("GET", "/loans?refresh=1", status=200).json
    assert [card["state"] for card in answer["cards"]] == ["fresh"]


def test_a_key_in_use_is_not_dropped(portal: Portal) -> None:
    portal.signed_in_client()
    config = portal.ini()
    only = run("--config", config, "keys", "list").output.split()[0]
    assert run("--config", config, "keys", "drop", only).exit_code == 1
    assert run("--config", config, "keys", "create").exit_code == 1


def test_the_key_ring_is_for_its_owner_only(portal: Portal) -> None:
    path = portal.folder / "keys.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    ran = run("--config", portal.ini(), "keys", "list")
    assert ran.exit_code == 1
    assert "chmod 600" in ran.output


@pytest.mark.parametrize("job", ["send-mail", "verify-cards", "purge-sessions"])
def test_a_job_ends_with_one_line_of_json(portal: Portal, job: str) -> None:
    ran = run("--config", portal.ini(), "run", job, "--dry-run", "--now", "2027-01-01T00:00:00Z", "--json")
    assert ran.exit_code == 0, ran.output
    report = json.loads(ran.output.splitlines()[-1])
    assert set(report) == {"job", "started", "finished", "did", "left", "kept"}
    assert report["job"] == job


def test_a_job_nobody_knows_is_wrong_use(portal: Portal) -> None:
    assert run("--config", portal.ini(), "run", "make-coffee").exit_code == 2


def test_the_api_names_its_description(portal: Portal) -> None:
    answer = portal.client().call("GET", "/libraries", status=200)
    assert answer.headers["Link"] == '</api/v1/openapi.json>; rel="describedby"'


def test_faults_of_connectors_are_told_together_with_the_portals(portal: Portal) -> None:
    config = portal.ini(page_deadline="soon", library__helka__api_kay="typo")
    ran = run("--config", config, "settings", "check")
    assert ran.exit_code == 1
    assert "accounts.page_deadline" in ran.output
    assert "accounts.library.helka.api_kay" in ran.output


def test_a_part_that_is_not_built_yet_is_refused_and_not_ignored(portal: Portal) -> None:
    ran = run("--config", portal.ini(broker_url="redis://127.0.0.1:6379"), "settings", "check")
    assert ran.exit_code == 1
    assert "accounts.broker_url" in ran.output


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[app:main]\naccounts.mail_from = a%b\n", "%%"),
        ("[app:main]\naccounts.stage = production\naccounts.stage = development\n", "already exists"),
        ("[app:portal]\naccounts.stage = production\n", "[app:main]"),
        ("accounts.stage = production\n", "section"),
    ],
)
def test_a_file_that_is_no_settings_is_told_in_words(tmp_path: Path, text: str, told: str) -> None:
    config = tmp_path / "broken.ini"
    config.write_text(text)
    ran = run("--config", str(config), "settings", "check")
    assert ran.exit_code != 0
    assert isinstance(ran.exception, SystemExit)
    assert told in ran.output


def test_a_database_that_does_not_answer_is_told_in_one_line(portal: Portal) -> None:
    config = portal.ini(database_url="postgresql+psycopg://nobody@127.0.0.1:1/accounts")
    ran = run("--config", config, "database", "check")
    assert (ran.exit_code, ran.output.count("\n")) == (1, 1)
    assert "accounts.database_url" in ran.output


def test_tables_of_a_newer_program_are_not_behind(portal: Portal) -> None:
    with portal.house.database.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE {schema.VERSION_TABLE} SET version_num = '9999'")
    assert not schema.is_behind(portal.house.database)
    ran = run("--config", portal.ini(), "database", "check")
    assert (ran.exit_code, "newer" in ran.output) == (0, True)


def test_the_application_does_not_start_on_tables_that_are_behind(portal: Portal, tmp_path: Path) -> None:
    values = Context(portal.ini(database_url=f"sqlite:///{tmp_path}/empty.db")).values()
    with pytest.raises(RuntimeError, match="database upgrade"):
        application(**values)
