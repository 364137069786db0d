"""``logins check``: what IT reads at night about the ways of signing in, with real directories behind."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType

import pytest
from click.testing import CliRunner, Result

from discovery_accounts.cli import main
from discovery_accounts.login.checks import Level, Step
from discovery_accounts.services.login_checks import UnknownLogin, check_logins
from tests.factories.authority import Authority
from tests.factories.portal import Portal
from tests.fixtures.databases import ON_SQLITE
from tests.fixtures.directory import DirectoryServer, MakeDirectory, campus

pytestmark = [ON_SQLITE, pytest.mark.ldap]

OpenPortal = Callable[..., Portal]


def check(portal: Portal, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--config", portal.ini(), "logins", "check", *arguments])


def test_all_is_well_and_said_line_by_line(
    make_portal: OpenPortal, directory: DirectoryServer, authority: Authority
) -> None:
    ran = check(make_portal(**campus(directory, authority)))
    assert ran.exit_code == 0, ran.output
    lines = ran.output.splitlines()
    assert lines[0] == "card (card)"
    assert "campus (ldap)" in lines
    assert "  ✓ settings: no fault" in lines
    assert "  ✓ library lumme: settings without fault; not asked by this process yet" in lines
    assert f"  ✓ bind: {directory.url}: as {directory.bind_dn}" in lines
    assert lines[-1] == "2 logins: 2 well"
    assert directory.bind_password not in ran.output


def test_a_directory_that_is_down_fails_with_advice_and_does_not_hide_the_others(
    make_portal: OpenPortal, make_directory: MakeDirectory, authority: Authority
) -> None:
    server = make_directory()
    portal = make_portal(**campus(server, authority))
    server.stop()
    ran = check(portal)
    assert ran.exit_code == 1
    lines = ran.output.splitlines()
    at = lines.index(f"  ✗ connection: {server.url}: unreachable (Connection refused)")
    assert lines[at + 1].startswith("      check the name, the port, the firewall")
    assert lines[-1] == "2 logins: 1 well, 1 failed"


def test_a_wrong_password_of_ours_is_told_by_the_setting(
    make_portal: OpenPortal, directory: DirectoryServer, authority: Authority
) -> None:
    ran = check(make_portal(**campus(directory, authority, bind_password="canary-8812")), "campus")
    assert ran.exit_code == 1
    assert "  ✗ bind: " in ran.output
    assert ".bind_password" in ran.output
    assert "canary" not in ran.output


@pytest.mark.parametrize(("days", "mark", "exit_code"), [(10, "!", 0), (40, "✓", 0)])
def test_a_certificate_that_ends_soon_is_a_warning(
    make_portal: OpenPortal,
    make_directory: MakeDirectory,
    authority: Authority,
    days: int,
    mark: str,
    exit_code: int,
) -> None:
    ran = check(make_portal(**campus(make_directory(days=days), authority)), "campus")
    assert ran.exit_code == exit_code
    assert f"  {mark} certificate: " in ran.output
    told = [f"ends in {number} days" for number in (days, days + 1)]  # an hour more may be the next day
    assert any(one in ran.output for one in told) == (mark == "!")


def test_json_is_a_line_for_each_login(
    make_portal: OpenPortal, make_directory: MakeDirectory, authority: Authority
) -> None:
    ran = check(make_portal(**campus(make_directory(days=10), authority)), "--json")
    assert ran.exit_code == 0
    card, ldap = (json.loads(line) for line in ran.output.splitlines())
    assert (card["login"], card["level"]) == ("card", "ok")
    assert (ldap["login"], ldap["kind"], ldap["level"]) == ("campus", "ldap", "warning")
    (certificate,) = (step for step in ldap["steps"] if step["what"] == "certificate")
    assert set(certificate) == {"what", "level", "found", "advice", "until"}
    assert timedelta(0) < date.fromisoformat(certificate["until"]) - date.today() < timedelta(days=12)  # noqa: DTZ011


def test_a_login_nobody_knows_is_wrong_use(portal: Portal) -> None:
    ran = check(portal, "campus")
    assert ran.exit_code == 2
    assert "there are: card" in ran.output
    with pytest.raises(UnknownLogin):
        check_logins(portal.house, ["campus"])


def test_faults_of_settings_stop_it_with_their_keys(portal: Portal) -> None:
    portal.values["accounts.logins"] = "card campus"
    portal.values["accounts.login.card.kind"] = "card"
    portal.values["accounts.login.campus.kind"] = "ldap"
    ran = check(portal)
    assert ran.exit_code == 1
    assert "accounts.login.campus.base_dn" in ran.output


def test_a_file_that_went_away_after_the_start_is_told(
    make_portal: OpenPortal, make_directory: MakeDirectory, authority: Authority, tmp_path
) -> None:
    copy = tmp_path / "ca.pem"
    copy.write_bytes(authority.ca_file.read_bytes())
    portal = make_portal(**campus(make_directory(), authority, ca_file=str(copy)))
    copy.unlink()
    (report,) = check_logins(portal.house, ["campus"])
    assert report.steps[0].level is Level.FAILED
    assert "accounts.login.campus.ca_file" in report.steps[0].found
    assert [step.level for step in report.steps[1:]] == [Level.OK] * 5


class Hangs:
    """A login whose provider never answers; ``free`` lets its thread end."""

    def __init__(self) -> None:
        self.free = threading.Event()

    def check(self) -> Iterator[Step]:
        yield Step("connection", Level.OK, "answers")
        self.free.wait(30)


class Breaks:
    def check(self) -> Iterator[Step]:
        yield Step("connection", Level.OK, "answers")
        raise KeyError("canary-1188")


class Tells:
    def __init__(self, *steps: Step) -> None:
        self.steps = steps

    def check(self) -> Iterator[Step]:
        return iter(self.steps)


def with_login(portal: Portal, opened: object) -> Portal:
    portal.house = replace(portal.house, logins=MappingProxyType({"campus": opened}))
    return portal


def test_a_login_that_hangs_is_left_in_time_with_what_it_told(
    make_portal: OpenPortal, directory: DirectoryServer, authority: Authority
) -> None:
    hanging = Hangs()
    portal = with_login(make_portal(**campus(directory, authority)), hanging)
    began = time.monotonic()
    card, ldap = check_logins(portal.house, within=0.3)
    assert time.monotonic() - began < 2
    hanging.free.set()
    assert card.level is Level.OK
    assert [step.what for step in ldap.steps] == ["settings", "connection", "time"]
    assert ldap.level is Level.FAILED


def test_a_login_that_breaks_is_a_failed_step(
    make_portal: OpenPortal, directory: DirectoryServer, authority: Authority
) -> None:
    portal = with_login(make_portal(**campus(directory, authority)), Breaks())
    (report,) = check_logins(portal.house, ["campus"])
    assert (report.steps[-1].what, report.steps[-1].level) == ("self-test", Level.FAILED)
    assert "KeyError" in report.steps[-1].found
    assert "canary" not in repr(report)


@pytest.mark.parametrize(
    ("what", "days", "level"),
    [
        ("signing certificate", 31, Level.OK),
        ("signing certificate", 30, Level.WARNING),
        ("signing certificate", 0, Level.WARNING),
        ("signing certificate", -1, Level.FAILED),
        ("metadata validity", 5, Level.OK),
    ],
)
def test_dates_of_certificates_are_judged_here_for_all_logins(
    make_portal: OpenPortal,
    directory: DirectoryServer,
    authority: Authority,
    what: str,
    days: int,
    level: Level,
) -> None:
    portal = make_portal(**campus(directory, authority))
    until = portal.house.now().date() + timedelta(days=days)
    with_login(portal, Tells(Step(what, Level.OK, "seen", until=until)))
    (report,) = check_logins(portal.house, ["campus"])
    assert report.level is level


def test_a_library_that_is_down_is_told_under_the_card_login(portal: Portal) -> None:
    browser = portal.browser()
    portal.koha.set_fault("error_500")
    for _ in range(6):
        browser.post("/sign-in/card", library="lumme", card_number="12345678", pin="1234")
    (report,) = check_logins(portal.house)
    levels = {step.what: step.level for step in report.steps}
    assert levels == {"settings": Level.OK, "library lumme": Level.FAILED, "library helka": Level.OK}


def test_mail_to_a_folder_in_production_is_a_warning_for_sign_in_by_mail(make_portal: OpenPortal) -> None:
    portal = make_portal(logins="card mail", login__card__kind="card", login__mail__kind="email")
    levels = {step.what: step.level for step in check_logins(portal.house, ["mail"])[0].steps}
    assert levels["mail"] is Level.OK
    house = replace(portal.house, settings=replace(portal.house.settings, stage="production"))
    levels = {step.what: step.level for step in check_logins(house, ["mail"])[0].steps}
    assert levels["mail"] is Level.WARNING
