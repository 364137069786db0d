"""Insight: what staff see of all members together, and that it is never somebody."""

import csv
import io
import json
import re
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner
from webtest import TestResponse

from discovery_accounts.cli import main
from discovery_accounts.models import Account, ImportedCount, LibraryCard, Link
from discovery_accounts.services.insight.insight import insight
from discovery_accounts.services.insight.shapes import Subject
from tests.factories.portal import Browser, Portal
from tests.factories.rows import count, rows
from tests.factories.staff import LOGINS, colleague
from tests.fixtures.databases import ON_SQLITE

PATH = "/admin/insight"


@pytest.fixture
def portal(make_portal: Callable[..., Portal]) -> Portal:
    return make_portal(**LOGINS)


def members(portal: Portal, library: str, number: int, days: int = 0, *, ended: bool = False) -> None:
    """People who hold one card of a library and signed in so many days ago."""
    at = portal.clock() - timedelta(days=days, minutes=1)
    with portal.house.database.writing() as session:
        for _ in range(number):
            account = Account(
                id=uuid.uuid4(), created_at=at, last_sign_in_at=at, ended_at=at if ended else None
            )
            card = LibraryCard(
                id=uuid.uuid4(),
                library=library,
                patron_id=uuid.uuid4().hex,
                number_sealed=b"",
                number_key_id="none",
                number_lookup="none",
                number_last4="0000",
                created_at=at,
            )
            session.add_all((account, card))
            session.flush()
            session.add(
                Link(
                    account_id=account.id,
                    card_id=card.id,
                    number_last4="0000",
                    label="",
                    relation="own",
                    holder=True,
                    scopes="",
                    state="active",
                    since=at,
                    answer_key=b"",
                )
            )


def table(page: TestResponse, title: str) -> dict[str, list[str]]:
    """The lines of one table, by their heading; ``""`` is the line of the columns' names."""
    assert page.status_int == 200, page.text
    html = BeautifulSoup(page.text, "html.parser")
    heading = html.find("h2", string=title)
    assert heading is not None, title
    found: dict[str, list[str]] = {}
    for line in heading.find_parent("section").select("tr"):
        first, *cells = [cell.get_text(" ", strip=True) for cell in line.select("th, td")]
        found["" if not found else first] = cells
    return found


def analyst(portal: Portal, library: str | None = None) -> Browser:
    return colleague(portal, "ina@library.example", role="insight", library=library).sign_in()


BY_SIGN_IN = "Members by their last sign-in"


def test_members_are_counted_by_library_and_last_sign_in(portal: Portal) -> None:
    for days, number in ((1, 20), (60, 15), (100, 12), (300, 11), (500, 14)):
        members(portal, "lumme", number, days)
        members(portal, "helka", number + 10, days)
    members(portal, "lumme", 30, 10, ended=True)
    found = table(analyst(portal).get(PATH), BY_SIGN_IN)
    assert found["LUMME-kirjastot"] == ["20", "15", "12", "11", "14", "72", "35", "37"]
    assert found["Helka-kirjastot"] == ["30", "25", "22", "21", "24", "122", "55", "67"]
    assert found["All libraries"][:6] == ["50", "40", "34", "32", "38", "194"]


def test_small_groups_are_merged_and_never_shown(portal: Portal) -> None:
    members(portal, "lumme", 30, 1)
    members(portal, "lumme", 3, 60)
    members(portal, "lumme", 9, 500)
    found = table(analyst(portal).get(PATH), BY_SIGN_IN)
    assert all(int(number) >= 10 for line in list(found)[1:] for number in found[line] if number.isdigit())
    assert found["LUMME-kirjastot"][-1 if "Together" in found[""][-1] else -3] == "42"


def test_too_few_altogether_are_not_shown(portal: Portal) -> None:
    members(portal, "lumme", 9, 1)
    page = analyst(portal).get(PATH)
    assert "Too few to be shown." in page.text
    assert "<table" not in page.text


@ON_SQLITE
def test_a_small_library_stands_only_with_others(portal: Portal) -> None:
    members(portal, "lumme", 40, 1)
    members(portal, "helka", 4, 1)
    found = table(analyst(portal).get(PATH), BY_SIGN_IN)
    assert [line for line in found if line] == ["Helka-kirjastot + LUMME-kirjastot"]


@ON_SQLITE
def test_a_grant_of_one_library_shows_its_lines_alone(portal: Portal) -> None:
    members(portal, "lumme", 40, 1)
    members(portal, "helka", 30, 1)
    page = analyst(portal, "helka").get(PATH)
    assert [line for line in table(page, BY_SIGN_IN) if line] == ["Helka-kirjastot"]
    assert "LUMME-kirjastot" not in page.text
    assert "70" not in page.html.main.get_text(" ").split()


@ON_SQLITE
def test_who_sees_one_library_sees_nothing_of_what_is_counted_with_another(portal: Portal) -> None:
    members(portal, "lumme", 40, 1)
    members(portal, "helka", 4, 1)
    page = analyst(portal, "helka").get(PATH)
    assert "<table" not in page.text
    assert "LUMME-kirjastot" not in page.text


@ON_SQLITE
@pytest.mark.parametrize("address", [PATH, f"{PATH}.csv"])
@pytest.mark.parametrize(("role", "status"), [("insight", 200), ("it", 404), ("helpdesk", 404)])
def test_only_the_role_for_it_sees_it(portal: Portal, address: str, role: str, status: int) -> None:
    members(portal, "lumme", 40, 1)
    desk = colleague(portal, role=role).sign_in()
    assert desk.get(address, expect_errors=True).status_int == status


@ON_SQLITE
@pytest.mark.parametrize("address", [PATH, f"{PATH}.csv"])
def test_patrons_and_strangers_see_nothing_of_it(portal: Portal, address: str) -> None:
    assert portal.signed_in_browser().get(address, expect_errors=True).status_int == 404
    stranger = portal.browser().get(address, expect_errors=True)
    assert stranger.status_int in {303, 401}
    assert "<table" not in stranger.text


@ON_SQLITE
def test_the_file_has_the_same_numbers_and_no_formula(make_portal: Callable[..., Portal]) -> None:
    portal = make_portal(**LOGINS, library__lumme__name="=HYPERLINK(1)")
    members(portal, "lumme", 40, 1)
    answer = analyst(portal).get(f"{PATH}.csv")
    assert answer.content_type == "text/csv"
    lines = list(csv.DictReader(io.StringIO(answer.body.decode("utf-8-sig"))))
    [line] = [line for line in lines if line["table"] == BY_SIGN_IN]
    assert (line["library"], line["count"]) == ("'=HYPERLINK(1)", "40")
    assert not any(value.startswith(("=", "+", "-", "@")) for line in lines for value in line.values())


FILE = """date,library,kind,count
2026-05-01,lumme,events,40
2026-05-02,lumme,events,12
2026-05-02,nowhere,events,12
yesterday,lumme,events,12
2026-05-02,lumme,events,minus one
2026-05-02,lumme,=SUM(A1),5
2026-05-02
2026-05-03,helka,events,30
"""


def counts(portal: Portal, text: str, *more: str) -> dict[str, object]:
    path = portal.folder / "counts.csv"
    path.write_text(text, newline="")
    ran = CliRunner().invoke(
        main, ["--config", portal.ini(), "run", "import-counts", str(path), "--json", *more]
    )
    assert ran.exit_code == 0, ran.output
    told: dict[str, object] = json.loads(ran.output)
    return told


def test_counts_of_others_are_taken_in_once_and_broken_lines_are_told(portal: Portal) -> None:
    assert counts(portal, FILE, "--dry-run")["did"] == {"taken": 3, "unchanged": 0}
    assert count(portal.house, ImportedCount) == 0
    told = counts(portal, FILE)
    assert told["did"] == {"taken": 3, "unchanged": 0}
    kept = told["kept"]
    assert isinstance(kept, list)
    assert [one["reason"].split(":")[0] for one in kept] == [f"line {number}" for number in (4, 5, 6, 7, 8)]
    assert counts(portal, FILE)["did"] == {"taken": 0, "unchanged": 3}
    assert counts(portal, FILE.replace(",40", ",41"))["did"] == {"taken": 1, "unchanged": 2}
    assert {row.count for row in rows(portal.house, ImportedCount)} == {41, 12, 30}


@ON_SQLITE
@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "No such file or directory"),
        (b"", "must name the columns"),
        (b"day,place\n1,2\n", "must name the columns"),
        ("date,library,kind,count\n2026-05-01,lumme,kävijät,1\n".encode("latin-1"), "not UTF-8"),
    ],
)
def test_a_file_that_is_none_is_told_and_fails(
    portal: Portal, tmp_path: Path, content: bytes | None, why: str
) -> None:
    path = tmp_path / "counts.csv"
    if content is not None:
        path.write_bytes(content)
    ran = CliRunner().invoke(main, ["--config", portal.ini(), "run", "import-counts", str(path)])
    assert ran.exit_code == 1
    assert why in ran.output.splitlines()[-1]
    assert count(portal.house, ImportedCount) == 0


@ON_SQLITE
def test_without_a_file_it_says_what_to_give(portal: Portal) -> None:
    ran = CliRunner().invoke(main, ["--config", portal.ini(), "run", "import-counts"])
    assert (ran.exit_code, "accounts.insight.counts_file" in ran.output) == (2, True)


@ON_SQLITE
def test_files_of_other_machines_are_read_and_days_to_come_are_not(portal: Portal) -> None:
    later = (portal.clock() + timedelta(days=40)).date()
    told = counts(
        portal, f"\ufeffDate;Library;Kind;Count\r\n2026-05-01;lumme;events;4\r\n{later};lumme;events;5\r\n"
    )
    assert told["did"] == {"taken": 1, "unchanged": 0}
    assert "still to come" in str(told["kept"])


def test_imported_loans_and_events_are_tables_of_their_own(portal: Portal) -> None:
    day = portal.clock().date().isoformat()
    kinds = {"loans-0": 100, "loans-1-3": 50, "loans-4-11": 20, "loans-12+": 4, "events": 33}
    lines = [f"{day},lumme,{kind},{number}" for kind, number in kinds.items()]
    counts(portal, "\n".join(["date,library,kind,count", *lines]))
    tables = {one.subject: one.published for one in insight(portal.house)}
    loans, events = tables[Subject.LOANS], tables[Subject.IMPORTED]
    assert loans is not None
    assert (loans.columns[-1], loans.cells) == (("loans-4-11", "loans-12+"), ((100, 50, 24),))
    assert events is not None
    assert events.cells == ((33,),)
    assert Subject.AGES not in tables


def test_loans_and_ages_can_not_be_set_against_each_other(make_portal: Callable[..., Portal]) -> None:
    portal = make_portal(**LOGINS)
    day = portal.clock().date().isoformat()
    told = {
        ("lumme", "loans-0"): 13,
        ("helka", "loans-0"): 30,
        ("lumme", "age-18-29"): 11,
        ("helka", "age-18-29"): 30,
    }
    lines = [f"{day},{library},{kind},{number}" for (library, kind), number in told.items()]
    counts(portal, "\n".join(["date,library,kind,count", *lines]))
    tables = {one.subject: one.published for one in insight(portal.house)}
    loans, ages = tables[Subject.LOANS], tables[Subject.AGES]
    assert loans is not None
    assert ages is not None
    assert ages.columns == (("age-18-29", "unknown"),)
    assert (sum(loans.row_sums), loans.rows) == (sum(ages.row_sums), ages.rows)
    page = analyst(portal).get(PATH)
    assert "18–29 + not known" in table(page, "Members by age")[""]


@ON_SQLITE
def test_somebody_who_signs_up_is_not_the_difference_of_two_looks(portal: Portal) -> None:
    members(portal, "lumme", 40, 1)
    person = analyst(portal)
    first, shown = insight(portal.house), table(person.get(PATH), BY_SIGN_IN)
    members(portal, "lumme", 1, 1)
    assert table(person.get(PATH), BY_SIGN_IN) == shown
    portal.clock.advance(hours=23)
    assert insight(portal.house) == first
    portal.clock.advance(minutes=61)
    again = insight(portal.house)[0].published
    assert again is not None
    assert again.cells == ((41,),)


@ON_SQLITE
def test_the_page_says_when_it_was_counted(portal: Portal) -> None:
    members(portal, "lumme", 40, 1)
    person = analyst(portal)
    first = re.search("Counted: .*", person.get(PATH).html.main.get_text())
    portal.clock.advance(minutes=20)
    later = re.search("Counted: .*", person.get(PATH).html.main.get_text())
    assert first is not None
    assert later is not None
    assert first[0].split()[-1] == later[0].split()[-1], "the day is told where it is another one"


@ON_SQLITE
def test_what_is_taken_in_shows_at_once(portal: Portal) -> None:
    members(portal, "lumme", 40, 1)
    assert Subject.IMPORTED not in {one.subject for one in insight(portal.house)}
    counts(portal, FILE)
    assert Subject.IMPORTED in {one.subject for one in insight(portal.house)}


@ON_SQLITE
def test_another_threshold_shows_at_once(portal: Portal) -> None:
    members(portal, "lumme", 40, 1)
    assert insight(portal.house)[0].published is not None
    settings = portal.house.settings
    stricter = replace(settings, insight=replace(settings.insight, threshold=50))
    assert insight(replace(portal.house, settings=stricter))[0].published is None


@ON_SQLITE
def test_the_threshold_is_a_setting(make_portal: Callable[..., Portal]) -> None:
    portal = make_portal(**LOGINS, insight__threshold="50")
    members(portal, "lumme", 49, 1)
    assert all(one.published is None for one in insight(portal.house))
    members(portal, "lumme", 1, 1)
    assert insight(portal.house)[0].published is not None
