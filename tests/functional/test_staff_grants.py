"""Grants: who may do what, for which library, until which day; over at once, by the day, or by the command."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from discovery_accounts.domain.roles import Role
from discovery_accounts.jobs.runner import run_job
from discovery_accounts.models import SignedInSession, StaffGrant, StaffMember
from discovery_accounts.security.permissions import PERMISSIONS, Permission
from discovery_accounts.services import events
from discovery_accounts.services.staff import Staff
from tests.factories.portal import Portal
from tests.factories.rows import count, rows
from tests.factories.rows import events as events_of
from tests.factories.staff import LOGINS, add, colleague, command, letters_to, new_password
from tests.fixtures.databases import ON_SQLITE

ADA = "ada@library.example"


@pytest.fixture
def portal(make_portal: Callable[..., Portal]) -> Portal:
    return make_portal(**LOGINS)


@ON_SQLITE
def test_a_grant_has_who_what_where_until_when_and_by_whom(portal: Portal) -> None:
    assert add(portal, role="helpdesk", library="lumme").exit_code == 0
    (member,), (grant,) = rows(portal.house, StaffMember), rows(portal.house, StaffGrant)
    assert (member.name, member.email) == ("Ada", ADA)
    assert (grant.role, grant.library, str(grant.last_day)) == ("helpdesk", "lumme", "2035-12-31")
    assert grant.granted_by == "Head of IT"
    (told,) = events_of(portal.house, events.STAFF_GRANTED)
    assert told.library == "lumme"
    assert told.detail == {"member": str(member.id), "role": "helpdesk", "last_day": "2035-12-31"}


@ON_SQLITE
def test_the_same_grant_again_moves_its_last_day(portal: Portal) -> None:
    add(portal, library="lumme", last_day="2030-01-31")
    add(portal, email=ADA.upper(), library="lumme", last_day="2031-01-31")
    add(portal, library="helka")
    grants = {grant.library: str(grant.last_day) for grant in rows(portal.house, StaffGrant)}
    assert grants == {"lumme": "2031-01-31", "helka": "2035-12-31"}
    assert count(portal.house, StaffMember) == 1


@ON_SQLITE
@pytest.mark.parametrize(
    ("wrong", "exit_code", "told"),
    [
        ({"library": "nowhere"}, 1, "no such library"),
        ({"last_day": "2020-01-01"}, 1, "over already"),
        ({"email": "ada"}, 1, "no e-mail address"),
        ({"name": " "}, 1, "name can't be used"),
        ({"role": "boss"}, 2, "boss"),
        ({"last_day": "some day"}, 2, "some day"),
    ],
)
def test_what_can_not_be_granted_is_told_and_nothing_done(
    portal: Portal, wrong: dict[str, str], exit_code: int, told: str
) -> None:
    ran = add(portal, **wrong)
    assert ran.exit_code == exit_code
    assert told in ran.output
    assert count(portal.house, StaffMember) == count(portal.house, StaffGrant) == 0
    assert letters_to(portal, ADA) == []


@ON_SQLITE
def test_all_libraries_must_be_said(portal: Portal) -> None:
    given = ("add", "--name", "Ada", "--email", ADA, "--role", "it", "--last-day", "2035-12-31")
    assert command(portal, *given).exit_code == 2
    assert command(portal, *given, "--library", "lumme", "--all-libraries").exit_code == 2
    assert count(portal.house, StaffGrant) == 0


@ON_SQLITE
def test_without_a_login_by_password_nobody_is_added(make_portal: Callable[..., Portal]) -> None:
    portal = make_portal()
    ran = add(portal)
    assert ran.exit_code == 1
    assert "password" in ran.output
    assert count(portal.house, StaffMember) == 0


@ON_SQLITE
def test_staff_are_listed_with_what_they_may_do(portal: Portal) -> None:
    add(portal, role="helpdesk", library="lumme")
    colleague(portal, "bob@library.example", name="Bob")
    lines = command(portal, "list").output
    assert f"Ada <{ADA}> (not set up yet)\n  helpdesk, lumme, until 2035-12-31" in lines
    assert "Bob <bob@library.example>\n  it, all libraries, until 2035-12-31" in lines
    command(portal, "end", "bob@library.example")
    assert "Bob" not in command(portal, "list").output
    assert "(ended)" in command(portal, "list", "--all").output
    (ada,) = [json.loads(line) for line in command(portal, "list", "--json").output.splitlines()]
    assert ada["grants"] == [{"role": "helpdesk", "library": "lumme", "last_day": "2035-12-31", "live": True}]


def test_the_end_of_a_grant_ends_access_and_sessions_at_once(portal: Portal) -> None:
    ada = colleague(portal)
    browser = ada.sign_in()
    assert browser.get("/admin").status_int == 200
    ran = command(portal, "end", ADA)
    assert ran.exit_code == 0
    assert count(portal.house, SignedInSession) == 0
    assert browser.get("/admin").status_int == 303
    assert ada.give_password(portal.browser()).status_int == 401
    (told,) = events_of(portal.house, events.STAFF_ENDED)
    assert told.detail["by"] == "command"
    assert command(portal, "end", ADA).exit_code == 1


@ON_SQLITE
def test_a_sign_in_under_way_does_not_outlive_the_grant(portal: Portal) -> None:
    ada = colleague(portal)
    browser = portal.browser()
    ada.give_password(browser)
    command(portal, "end", ADA)
    answer = browser.post("/sign-in/staff/second-factor", action="code", code=ada.code())
    assert answer.status_int == 400
    assert count(portal.house, SignedInSession) == 0


@ON_SQLITE
def test_one_of_two_grants_can_be_ended(portal: Portal) -> None:
    ada = colleague(portal, library="lumme")
    add(portal, library="helka")
    assert command(portal, "end", ADA, "--library", "lumme").exit_code == 0
    page = ada.sign_in().get("/admin").text
    assert "Helka-kirjastot" in page
    assert "LUMME-kirjastot" not in page
    assert command(portal, "end", ADA, "--role", "helpdesk").exit_code == 1


def test_access_ends_with_the_last_day_in_the_librarys_own_time(portal: Portal) -> None:
    today = portal.house.now().astimezone(ZoneInfo("Europe/Helsinki")).date()
    ada = colleague(portal, library="lumme", last_day=today.isoformat())
    midnight = datetime.combine(today + timedelta(days=1), datetime.min.time(), ZoneInfo("Europe/Helsinki"))
    left = midnight.astimezone(UTC) - portal.house.now()
    portal.clock.advance(seconds=left.total_seconds() - 120)
    browser = ada.sign_in()
    assert browser.get("/admin").status_int == 200
    portal.clock.advance(seconds=120)
    assert browser.get("/admin", expect_errors=True).status_int == 404
    assert ada.give_password(portal.browser()).status_int == 401
    run_job(portal.house, "purge-sessions")
    assert count(portal.house, SignedInSession) == 0
    (told,) = events_of(portal.house, events.STAFF_ENDED)
    assert told.detail["by"] == "last_day"
    assert run_job(portal.house, "purge-sessions").done.did["grants"] == 0


@ON_SQLITE
def test_a_dry_run_only_counts_what_is_over(portal: Portal) -> None:
    add(portal, last_day=(portal.house.now() + timedelta(days=3)).date().isoformat())
    portal.clock.advance(days=5)
    assert Staff(portal.house).end_over(100, dry_run=True).done == 1
    assert events_of(portal.house, events.STAFF_ENDED) == []
    assert Staff(portal.house).end_over(100).done == 1


@ON_SQLITE
def test_who_left_and_came_back_starts_with_what_is_granted_now(portal: Portal) -> None:
    ada = colleague(portal)
    command(portal, "end", ADA)
    add(portal, role="helpdesk", library="helka")
    new_password(ada)
    page = ada.sign_in().get("/admin").text
    assert "Helka-kirjastot" in page
    assert "Jobs" not in page


@ON_SQLITE
def test_who_has_had_no_grant_for_ninety_days_is_forgotten(portal: Portal) -> None:
    colleague(portal)
    add(portal, "bob@library.example", name="Bob")
    command(portal, "end", ADA)
    portal.clock.advance(days=89)
    assert run_job(portal.house, "purge-sessions").done.did["staff"] == 0
    portal.clock.advance(days=2)
    assert run_job(portal.house, "purge-sessions").done.did["staff"] == 1
    (kept,) = rows(portal.house, StaffMember)
    assert kept.name == "Bob"
    assert {grant.member_id for grant in rows(portal.house, StaffGrant)} == {kept.id}


def test_every_role_has_its_line_in_the_table() -> None:
    assert set(PERMISSIONS) == set(Role)
    assert frozenset().union(*PERMISSIONS.values()) == set(Permission)
    assert PERMISSIONS[Role.HELPDESK] == {
        Permission.SEE_LIBRARIES,
        Permission.DIAGNOSE,
        Permission.BLOCK_LINKING,
        Permission.SHOW_OWN_DATA,
        Permission.MODERATE_REVIEWS,
    }


@ON_SQLITE
def test_no_log_and_no_event_tells_who_the_staff_are(
    portal: Portal, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level("DEBUG")
    ada = colleague(portal)
    ada.sign_in()
    ada.give_password(portal.browser())
    portal.browser().post("/sign-in/staff", username=ADA, password="a canary, not the password")
    told = caplog.text + "".join(capfd.readouterr()) + repr([row.detail for row in _all_events(portal)])
    for secret in (ADA, "canary", ada.password, ada.secret, ada.code_now()):
        assert secret not in told


def _all_events(portal: Portal) -> list[events.Event]:
    found = rows(portal.house, events.Event)
    assert found
    return found
