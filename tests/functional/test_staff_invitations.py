"""The one-time link by which staff set a password: for them alone, once, for 48 hours."""

from collections.abc import Callable

import pytest
from webtest import TestResponse

from discovery_accounts.config.settings import LANGUAGES
from discovery_accounts.models import SignedInSession, StaffMember
from discovery_accounts.services import events, letters
from tests.factories.portal import Browser, Portal
from tests.factories.rows import count, dump, rows
from tests.factories.rows import events as events_of
from tests.factories.staff import (
    LOGINS,
    PASSWORD,
    Colleague,
    add,
    colleague,
    command,
    letters_to,
    link_for,
    set_up,
)
from tests.fixtures.databases import ON_SQLITE

pytestmark = ON_SQLITE
ADA = "ada@library.example"


@pytest.fixture
def portal(make_portal: Callable[..., Portal]) -> Portal:
    return make_portal(**LOGINS)


def choose(browser: Browser, path: str, password: str, again: str | None = None) -> TestResponse:
    fields = [
        ("csrf_token", browser.csrf()),
        ("password", password),
        ("password", password if again is None else again),
    ]
    return browser.app.post(path, fields, expect_errors=True)


def test_the_link_shows_a_form_and_looking_changes_nothing(portal: Portal) -> None:
    add(portal)
    path = link_for(portal, ADA)
    before = dump(portal.house)
    page = portal.browser().get(path)
    assert "Ada" in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert dump(portal.house) == before


def test_the_link_is_good_once(portal: Portal) -> None:
    add(portal)
    path = link_for(portal, ADA)
    assert choose(portal.browser(), path, PASSWORD).status_int == 303
    assert choose(portal.browser(), path, PASSWORD).status_int == 404
    gone = portal.browser().get(path, expect_errors=True)
    assert gone.status_int == 404
    assert 'data-code="link_expired"' in gone.text


def test_the_link_is_good_for_48_hours(portal: Portal) -> None:
    add(portal)
    path = link_for(portal, ADA)
    portal.clock.advance(hours=47)
    assert portal.browser().get(path).status_int == 200
    portal.clock.advance(hours=2)
    assert choose(portal.browser(), path, PASSWORD).status_int == 404


def test_the_link_is_in_the_mail_alone(portal: Portal, capfd: pytest.CaptureFixture[str]) -> None:
    ran = add(portal)
    token = link_for(portal, ADA).rpartition("/")[2]
    assert token not in ran.output
    assert token.encode() not in dump(portal.house)
    assert token not in "".join(capfd.readouterr())


@pytest.mark.parametrize(
    ("password", "again", "told"),
    [
        ("short", None, "at least 12"),
        ("Salasana2026!!", None, "come upon"),
        ("adalibrary123", None, "come upon"),
        (PASSWORD, "another one", "not the same"),
        (PASSWORD, "", "not the same"),
    ],
)
def test_a_password_that_will_not_do_is_told_and_the_link_stays(
    portal: Portal, password: str, again: str | None, told: str
) -> None:
    add(portal)
    path, browser = link_for(portal, ADA), portal.browser()
    answer = choose(browser, path, password, again)
    assert answer.status_int == 422
    assert told in answer.text
    assert password not in answer.text
    assert choose(browser, path, PASSWORD).status_int == 303


def test_a_new_link_takes_the_place_of_the_earlier_one(portal: Portal) -> None:
    add(portal)
    first = link_for(portal, ADA)
    assert command(portal, "invite", ADA).exit_code == 0
    second = link_for(portal, ADA)
    assert first != second
    assert choose(portal.browser(), first, PASSWORD).status_int == 404
    assert choose(portal.browser(), second, PASSWORD).status_int == 303


def test_a_forgotten_password_is_set_anew_and_the_second_factor_still_asked(portal: Portal) -> None:
    ada = colleague(portal)
    signed_in = ada.sign_in()
    command(portal, "invite", ADA)
    browser, new = portal.browser(), "kivi lamppu meri tuuli"
    answer = choose(browser, link_for(portal, ADA), new)
    assert answer.headers["Location"].endswith("/sign-in/staff/second-factor")
    assert count(portal.house, SignedInSession) == 0
    assert signed_in.get("/admin").status_int == 303
    assert ada.give_password(portal.browser()).status_int == 401
    ada.password = new
    ada.sign_in()


def test_lost_second_factors_are_forgotten_by_it_and_set_up_anew(portal: Portal) -> None:
    ada = colleague(portal)
    signed_in = ada.sign_in()
    assert command(portal, "invite", ADA, "--forget-second-factors").exit_code == 0
    assert signed_in.get("/admin").status_int == 303
    again = set_up(portal, ADA, "kivi lamppu meri tuuli")
    assert again.secret != ada.secret
    again.sign_in()
    assert len(events_of(portal.house, events.STAFF_FACTORS_FORGOTTEN)) == 1


def test_who_has_no_grant_gets_no_link(portal: Portal) -> None:
    add(portal)
    path = link_for(portal, ADA)
    command(portal, "end", ADA)
    assert command(portal, "invite", ADA).exit_code == 1
    assert command(portal, "invite", "nobody@library.example").exit_code == 1
    assert choose(portal.browser(), path, PASSWORD).status_int == 404
    assert len(letters_to(portal, ADA)) == 1


def test_who_is_set_up_is_sent_no_link_for_one_more_grant(portal: Portal) -> None:
    colleague(portal)
    ran = add(portal, role="helpdesk", library="lumme")
    assert ran.exit_code == 0
    assert "mail" not in ran.output
    assert len(letters_to(portal, ADA)) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_mail_is_in_the_language_that_is_asked_for(portal: Portal, language: str) -> None:
    grant = ("--name", "Ada", "--email", ADA, "--role", "it", "--all-libraries", "--last-day", "2035-12-31")
    assert command(portal, "add", *grant, "--language", language).exit_code == 0
    (letter,) = letters_to(portal, ADA)
    assert letter.split("https:")[0].split("http:")[0] in letters.staff_invited(language, "http:").text
    assert command(portal, "add", *grant, "--language", "xx").exit_code == 1


def test_the_password_is_kept_as_a_hash_alone(portal: Portal) -> None:
    ada: Colleague = colleague(portal)
    assert ada.password.encode() not in dump(portal.house)
    (member,) = rows(portal.house, StaffMember)
    assert member.password_hash.startswith("$argon2id$")
    assert member.invitation_hash is None
