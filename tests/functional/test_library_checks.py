"""``libraries check``, the job, what is kept, and the mails to IT: with two pretend libraries behind."""

import json
import logging
from collections.abc import Callable
from datetime import timedelta

import pytest
from click.testing import CliRunner, Result

from discovery_accounts.cli import main
from discovery_accounts.jobs.runner import run_job
from discovery_accounts.services.library_checks import KEPT, LibraryChecks, UnknownLibrary
from discovery_accounts.services.library_checks_text import for_vendor
from tests.factories.portal import Portal
from tests.factories.rows import dump, events
from tests.factories.staff import LOGINS, add, letters_to
from tests.fixtures.databases import ON_SQLITE

pytestmark = ON_SQLITE
OpenPortal = Callable[..., Portal]
STEPS = [
    "settings", "dns", "tcp", "tls", "answer", "credentials",
    "rights", "clock", "test_patron", "test_pin", "loans", "paging",
]  # fmt: skip


def with_card(make_portal: OpenPortal, pin: str = "1234", **more: str) -> Portal:
    """A portal whose Koha has the first patron's card for testing."""
    return make_portal(
        **{"library__lumme__test_card": "21270000001", "library__lumme__test_pin": pin, **more}
    )


def check(portal: Portal, *arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, ["--config", portal.ini(), "libraries", "check", *arguments], input=stdin)


def told(portal: Portal) -> list[str]:
    return [text.splitlines()[2] for text in letters_to(portal, "ada@library.example") if "self-test" in text]


def refusals(portal: Portal) -> int:
    """At a patron's; asking whether we may check PINs at all is nobody's."""
    return sum(call.refused_pin and call.patron_id is not None for call in portal.koha.calls)


def test_all_is_well_and_said_line_by_line(make_portal: OpenPortal) -> None:
    ran = check(with_card(make_portal))
    assert ran.exit_code == 0, ran.output
    lines = ran.output.splitlines()
    assert lines[0] == "lumme"
    assert "helka" in lines
    assert "  ✓ PIN of the test card: accepted" in lines
    assert "  – Test card: no test card: set “.test_card”, or give one by --card" in lines
    assert lines[-1] == "2 libraries: 2 well"


def test_a_failure_is_1_with_causes_and_advice_and_hides_no_other_library(portal: Portal) -> None:
    portal.koha.stop()
    ran = check(portal)
    assert ran.exit_code == 1
    assert "  ✗ Connection: 127.0.0.1:" in ran.output
    for words in ("Common causes: ", "Do: ", "Ask: ", "because this failed before: tcp"):
        assert words in ran.output
    assert ran.output.splitlines()[-1] == "2 libraries: 1 well, 1 failed"


def test_warnings_alone_are_0(make_portal: OpenPortal) -> None:
    portal = with_card(make_portal)
    portal.koha.block("101")
    ran = check(portal, "lumme")
    assert ran.exit_code == 0
    assert "  ! Test card: one patron, blocked" in ran.output
    assert ran.output.splitlines()[-1] == "1 library: 1 with warnings"


def test_json_is_one_object(make_portal: OpenPortal) -> None:
    portal = with_card(make_portal)
    portal.koha.set_fault("error_503")
    ran = check(portal, "--json")
    assert ran.exit_code == 1
    lumme, helka = json.loads(ran.output)["libraries"]
    assert (lumme["name"], lumme["ok"], helka["name"], helka["ok"]) == ("lumme", False, "helka", True)
    for one in (lumme, helka):
        assert [step["name"] for step in one["steps"]] == STEPS
        assert {"name", "state", "seconds", "found", "cause", "action"} <= set(one["steps"][0])
    (failed,) = [step for step in lumme["steps"] if step["state"] == "failed"]
    assert (failed["name"], failed["cause_code"]) == ("answer", "in_maintenance")
    assert failed["cause"].startswith("The library system says")
    assert failed["action"].startswith("Do: ")
    assert helka["steps"][0]["cause"] is None


def test_a_library_with_faulty_settings_is_told_by_its_keys(make_portal: OpenPortal) -> None:
    ran = check(make_portal(library__helka__api_key="", library__lumme__url="ftp://nowhere"))
    assert ran.exit_code == 1
    assert "accounts.library.helka.api_key is missing" in ran.output
    assert "accounts.library.lumme.url" in ran.output


def test_a_library_nobody_knows_is_wrong_use(portal: Portal) -> None:
    ran = check(portal, "turku")
    assert ran.exit_code == 2
    assert "there are: lumme, helka" in ran.output
    with pytest.raises(UnknownLibrary):
        LibraryChecks(portal.house).run("turku")


@pytest.mark.parametrize(
    ("arguments", "stdin"),
    [
        (("--card", "21270000001"), None),
        (("lumme", "--pin-stdin"), "1234\n"),
        (("lumme", "--card", "21270000001", "--pin-stdin"), ""),
        (("lumme", "--card", "ä|x"), None),
    ],
)
def test_what_does_not_belong_together_is_wrong_use(
    portal: Portal, arguments: tuple[str, ...], stdin: str | None
) -> None:
    assert check(portal, *arguments, stdin=stdin).exit_code == 2
    assert portal.koha.count("POST", "password") == 0


def test_a_card_of_ones_own_is_tested_and_written_down_nowhere(portal: Portal) -> None:
    arguments = ("lumme", "--card", "2127 0000 004", "--pin-stdin")
    ran = check(portal, *arguments, stdin="4567\n")
    assert ran.exit_code == 0, ran.output
    assert "  ✓ Loans of the test card: 230 listed" in ran.output
    assert LibraryChecks(portal.house).latest() == {}


def test_without_a_database_nothing_is_kept_and_no_pin_is_sent(make_portal: OpenPortal) -> None:
    portal = with_card(make_portal)
    portal.values["accounts.database_url"] = f"sqlite:///{portal.folder}/empty.db"
    ran = check(portal, "lumme")
    assert "Not written down" in ran.output
    assert "the database that remembers refused PINs can’t be used" in ran.output
    assert portal.koha.count("POST", "password/validation") == 1  # without a PIN: whether we may


def test_a_refused_pin_is_sent_once_and_not_again_until_the_settings_change(make_portal: OpenPortal) -> None:
    """Checklist B3, S4."""
    portal = with_card(make_portal, pin="9Z7-CANARY", library__lumme__lock_after="3")
    for _ in range(4):
        run_job(portal.house, "check-libraries")
        portal.clock.advance(days=2)
        run_job(portal.house, "purge-sessions")
    assert refusals(portal) == 1
    report = LibraryChecks(portal.house).latest()["lumme"]
    assert not report.ok
    assert "not sent since" in next(step.found for step in report.steps if step.name == "test_pin")
    other = with_card(make_portal, library__lumme__lock_after="3")
    assert LibraryChecks(other.house).run("lumme").ok
    assert refusals(portal) == 1


def test_a_card_that_the_library_is_about_to_lock_is_left_alone(make_portal: OpenPortal) -> None:
    portal = with_card(make_portal, library__lumme__lock_after="3")
    for _ in range(4):
        portal.client().call(
            "POST", "/sessions", {"library": "lumme", "card_number": "21270000001", "pin": "0000"}
        )
    before = portal.koha.count("POST", "password/validation")
    report = LibraryChecks(portal.house).run("lumme")
    assert report.ok
    assert "too many refused tries" in next(step.found for step in report.steps if step.name == "test_pin")
    assert portal.koha.count("POST", "password/validation") == before + 1  # the one without a PIN


def test_a_pin_that_is_right_leaves_no_try_counted(make_portal: OpenPortal) -> None:
    portal = with_card(make_portal, library__lumme__lock_after="3")
    for _ in range(6):
        assert LibraryChecks(portal.house).run("lumme").ok
    portal.koha.set_fault("error_500")
    for _ in range(6):
        assert not LibraryChecks(portal.house).run("lumme").ok
    portal.koha.clear_faults()
    assert LibraryChecks(portal.house).run("lumme").state == "passed"


def test_the_job_keeps_what_it_found_for_ninety_days(portal: Portal) -> None:
    report = run_job(portal.house, "check-libraries")
    assert dict(report.done.did) == {"well": 2, "failed": 0}
    assert run_job(portal.house, "check-libraries", dry_run=True).done.did == {"tested": 2}
    assert run_job(portal.house, "check-libraries", limit=1).done.left == 1
    checks = LibraryChecks(portal.house)
    assert set(checks.latest()) == {"lumme", "helka"}
    kept = checks.latest()["lumme"]
    assert [step.name.value for step in kept.steps] == STEPS
    portal.clock.advance(days=KEPT.days - 1)
    run_job(portal.house, "check-libraries")
    portal.clock.advance(days=2)
    purged = checks.purge(portal.house.now(), 100)
    assert purged.done == 3
    assert len(checks.history("lumme", 10)) == 1
    assert checks.history("lumme", 10)[0].at > portal.house.now() - timedelta(days=3)


def test_it_is_told_once_when_it_lasts_and_once_when_it_is_over(make_portal: OpenPortal) -> None:
    portal = make_portal(**LOGINS)
    add(portal)
    add(portal, "bob@library.example", role="helpdesk")
    add(portal, "eve@library.example", library="helka")

    def run(times: int = 1) -> list[str]:
        for _ in range(times):
            run_job(portal.house, "check-libraries")
            portal.clock.advance(minutes=15)
        return told(portal)

    fails = (
        "the self-test of the library LUMME-kirjastot fails. "
        "Patrons may not be able to sign in or to see their loans."
    )
    over = "the self-test of the library LUMME-kirjastot fails no longer."
    assert run(2) == []
    portal.koha.set_fault("error_503")
    assert run() == []  # once is no news
    assert run() == [fails]
    assert run(3) == [fails]
    portal.koha.clear_faults()
    assert run() == [fails, over]
    portal.koha.set_fault("error_503")
    run()
    portal.koha.clear_faults()
    assert run(2) == [fails, over]  # one bad test among good ones
    for stranger in ("bob@library.example", "eve@library.example"):
        assert not any("self-test" in letter for letter in letters_to(portal, stranger))
    letter = next(one for one in letters_to(portal, "ada@library.example") if fails in one)
    assert "http://127.0.0.1:6543/admin/libraries/lumme" in letter
    assert "HTTP 503" in letter
    assert "What to do: " in letter


def test_a_new_warning_is_told_once_too(make_portal: OpenPortal) -> None:
    portal = with_card(make_portal, **LOGINS, failed_checks="1")
    add(portal)
    run_job(portal.house, "check-libraries")
    portal.koha.block("101")
    for _ in range(3):
        portal.clock.advance(minutes=15)
        run_job(portal.house, "check-libraries")
    assert len(told(portal)) == 1
    assert "has a new warning" in told(portal)[0]


def test_two_who_test_at_once_write_one_mail(make_portal: OpenPortal) -> None:
    portal = make_portal(**LOGINS, failed_checks="1")
    add(portal)
    portal.koha.stop()
    checks = LibraryChecks(portal.house)
    run_job(portal.house, "check-libraries")
    checks.keep(checks.run("lumme"))
    assert len(told(portal)) == 1


def test_p9_an_answer_about_somebody_else_is_a_security_event(make_portal: OpenPortal) -> None:
    portal = with_card(make_portal)
    portal.koha.set_fault("other_patron")
    run_job(portal.house, "check-libraries")
    (event,) = events(portal.house, "library.answered_for_another_patron")
    assert event.library == "lumme"


def test_the_text_for_the_vendor_tells_what_they_need_and_no_secret(make_portal: OpenPortal) -> None:
    portal = with_card(make_portal)
    portal.koha.set_fault("error_500", path_contains="checkouts")
    told = for_vendor(LibraryChecks(portal.house).run("lumme"), portal.house.settings)
    for words in (
        "Connector: koha",
        "127.0.0.1:",
        " UTC",
        "[FAILED] Loans of the test card",
        "HTTP 500",
        "[ok] Our key",
    ):
        assert words in told
    patron = portal.patron("lumme")
    for secret in (patron.card_number, patron.pin + " ", portal.koha.client_secret, "Aino", "Olavi"):
        assert secret not in told


def test_number_and_pin_are_in_no_store_and_no_log(
    make_portal: OpenPortal, caplog: pytest.LogCaptureFixture
) -> None:
    """Checklist S4."""
    caplog.set_level(logging.DEBUG)
    portal = with_card(make_portal, **LOGINS, failed_checks="1")
    portal.koha.change_pin("101", "9Z7-CANARY")
    portal = with_card(make_portal, pin="9Z7-CANARY", **LOGINS, failed_checks="1")
    add(portal)
    outputs = [check(portal).output, check(portal, "--json").output]
    portal.koha.change_pin("101", "1111")
    outputs += [check(portal, "lumme").output, check(portal, "--json").output]
    run_job(portal.house, "check-libraries")
    letters = letters_to(portal, "ada@library.example")
    assert letters
    stored = dump(portal.house).decode(errors="replace")
    for place in (*outputs, *letters, stored, caplog.text):
        assert "CANARY" not in place
        assert "21270000001" not in place
