"""What is stored about oneself: on one page, as an archive, and at the desk (rules 9.2)."""

import io
import json
import uuid
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from discovery_accounts.cli import main
from discovery_accounts.models import Account
from discovery_accounts.services import events as words
from discovery_accounts.services.own_data.schema import archive_schema
from tests.factories.portal import Browser, Client, Portal
from tests.factories.rows import events, rows, write
from tests.factories.staff import LOGINS, colleague
from tests.fixtures.databases import ON_SQLITE

PAGE = "/account/data"
FILE = "/account/export"
DESK = "/admin/own-data"


def unpacked(body: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode() for name in archive.namelist()}


def exported(client: Client) -> dict[str, str]:
    answer = client.call("GET", FILE, status=200)
    assert answer.content_type == "application/zip"
    return unpacked(answer.body)


def test_the_archive_is_whole_and_as_its_schema_says(portal: Portal) -> None:
    client = portal.signed_in_client()
    client.link("helka", portal.patron("helka"))
    client.call("PATCH", "/account", {"name": "Aino Canary"}, status=200)
    files = exported(client)
    assert list(files) == ["account.json", "schema.json", "account.html"]
    told = json.loads(files["account.json"])
    schema = json.loads(files["schema.json"])
    assert schema == archive_schema()
    checked = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    assert [error.message for error in checked.iter_errors(told)] == []
    assert told["account"]["name"] == "Aino Canary"
    assert told["complete"] is True
    assert {card["number"] for card in told["cards"]} == {portal.patron("lumme").card_number}
    assert {link["number_last4"] for link in told["links"]} == {
        portal.patron(library).card_number[-4:] for library in ("lumme", "helka")
    }
    page = files["account.html"]
    assert "Aino Canary" in page
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")


def test_no_secret_and_nobody_elses_data_is_in_it(portal: Portal) -> None:
    other = portal.signed_in_client("helka")
    other.call("PATCH", "/account", {"name": "Somebody Elsewhere"}, status=200)
    other.link("lumme", portal.patron("lumme"), label="their words for it")
    mine = portal.signed_in_client()
    text = "".join(exported(mine).values())
    (account,) = (one for one in rows(portal.house, Account) if one.name)
    secrets = (portal.patron("lumme").pin, mine.token or "none", other.token or "none")
    for word in (
        str(account.id),
        "Somebody",
        "their words",
        portal.patron("helka").card_number,
        *secrets[1:],
    ):
        assert word not in text, word
    told = json.loads(exported(mine)["account.json"])
    assert len(told["viewers"]) == 1
    assert secrets[0] not in {str(value) for row in told["pins"] for value in row.values()}


@ON_SQLITE
def test_a_weak_sign_in_gets_no_archive_and_sees_no_values(portal: Portal) -> None:
    client, browser = portal.signed_in_client(), portal.signed_in_browser()
    client.call("PATCH", "/account", {"name": "Aino Canary"}, status=200)
    write(portal.house, "UPDATE signed_in_session SET strength = 'weak'")
    refused = client.call("GET", FILE, status=403)
    assert refused.json["code"] == "step_up_required"
    assert "Aino Canary" not in browser.get(PAGE).text
    assert browser.get(FILE).status_int == 303
    assert events(portal.house, words.DATA_EXPORTED) == []


@ON_SQLITE
def test_a_stranger_gets_nothing(portal: Portal) -> None:
    portal.client().call("GET", FILE, status=401)


@ON_SQLITE
def test_the_sixth_archive_in_an_hour_waits_and_each_is_written_down(portal: Portal) -> None:
    client = portal.signed_in_client()
    statuses = [client.call("GET", FILE).status_int for _ in range(6)]
    assert statuses == [200] * 5 + [429]
    assert len(events(portal.house, words.DATA_EXPORTED)) == 5


@ON_SQLITE
def test_the_page_shows_what_there_is_and_leads_on(portal: Portal) -> None:
    browser = portal.signed_in_browser()
    browser.post("/account", name="Aino Canary", language="en", action="profile")
    page = browser.get(PAGE)
    assert "Aino Canary" in page.text
    addresses = {str(link["href"]) for link in page.html.find("main").find_all("a")}
    assert {"/account", "/account/methods", "/cards", FILE} <= addresses
    assert browser.get(FILE).content_type == "application/zip"


@pytest.fixture
def staffed(make_portal: Callable[..., Portal]) -> Portal:
    return make_portal(**LOGINS)


def look(desk: Browser, portal: Portal, **fields: str) -> object:
    number = portal.patron("lumme").card_number
    asked = {"action": "find", "library": "lumme", "card_number": number, "reason": "asked", "present": "1"}
    return desk.post(DESK, **(asked | fields))


@ON_SQLITE
def test_staff_show_it_to_a_person_who_is_there_and_that_person_sees_so(staffed: Portal) -> None:
    owner = staffed.signed_in_browser()
    owner.post("/account", name="Aino Canary", language="en", action="profile")
    desk = colleague(staffed, role="helpdesk", library="lumme").sign_in()
    answer = look(desk, staffed)
    assert "Aino Canary" in answer.text  # type: ignore[attr-defined]
    ticket = answer.html.find("input", {"name": "ticket"})["value"]  # type: ignore[attr-defined]
    copy = desk.post(DESK, action="hand_over", ticket=ticket, reason="asked", theirs="1")
    assert json.loads(unpacked(copy.body)["account.json"])["account"]["name"] == "Aino Canary"
    seen = owner.get(PAGE).text
    assert "They showed you what is stored about you." in seen
    assert "They gave you a copy of what is stored about you." in seen
    assert "LUMME-kirjastot" in seen


@ON_SQLITE
def test_staff_say_why_and_that_the_person_is_there(staffed: Portal) -> None:
    staffed.signed_in_client()
    desk = colleague(staffed, role="helpdesk").sign_in()
    for fields, words_of_it in (
        ({"reason": "misuse"}, "Choose why you look."),
        ({"present": ""}, "has shown who they are."),
    ):
        answer = look(desk, staffed, **fields)
        assert words_of_it in answer.text  # type: ignore[attr-defined]
        assert "ticket" not in answer.text  # type: ignore[attr-defined]
    assert events(staffed.house, words.DATA_SHOWN) == []


@ON_SQLITE
def test_a_card_that_was_looked_up_for_something_else_hands_over_nothing(staffed: Portal) -> None:
    staffed.signed_in_client()
    desk = colleague(staffed, role="helpdesk", library="lumme").sign_in()
    number = staffed.patron("lumme").card_number
    seen = desk.post("/admin/linking", action="find", library="lumme", card_number=number, reason="misuse")
    ticket = seen.html.find("input", {"name": "ticket"})["value"]
    answer = desk.post(DESK, action="hand_over", ticket=ticket, reason="asked", theirs="1")
    assert answer.content_type == "text/html"
    assert events(staffed.house, words.DATA_HANDED_OVER) == []


@ON_SQLITE
def test_commands_show_and_write_it_and_the_person_sees_so(portal: Portal, tmp_path: Path) -> None:
    owner = portal.signed_in_browser()
    owner.post("/account", name="Aino Canary", language="en", action="profile")
    (account,) = rows(portal.house, Account)
    file = tmp_path / "copy.zip"

    def run(*arguments: str) -> Result:
        given = ["--config", portal.ini(), "accounts", *arguments, "--reason", "asked"]
        return CliRunner().invoke(main, given)

    assert "Name: Aino Canary" in run("show", str(account.id)).output
    assert run("export", str(account.id), str(file)).exit_code == 0
    assert json.loads(unpacked(file.read_bytes())["account.json"])["account"]["name"] == "Aino Canary"
    assert file.stat().st_mode & 0o777 == 0o600
    assert run("export", str(account.id), str(file)).exit_code == 1
    assert list(tmp_path.glob("copy*")) == [file]
    assert run("show", str(uuid.uuid4())).exit_code == 1
    seen = owner.get(PAGE).text
    assert "They showed you what is stored about you." in seen
    assert "staff of this service" in seen


@ON_SQLITE
@pytest.mark.parametrize(("role", "status"), [("insight", 404), ("helpdesk", 200), ("it", 200)])
def test_it_is_for_help_desk_and_it_of_that_library(staffed: Portal, role: str, status: int) -> None:
    browser = colleague(staffed, role=role, library="helka").sign_in()
    assert browser.app.get(DESK, status="*").status_int == status
    if status == 200:
        staffed.signed_in_client()
        assert "ticket" not in look(browser, staffed).text  # type: ignore[attr-defined]
    assert staffed.signed_in_browser("helka").app.get(DESK, status="*").status_int == 404
