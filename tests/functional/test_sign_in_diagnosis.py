"""“Why can this patron not sign in?”: what staff are told, what they are not, and what is written down."""

import logging
from collections.abc import Callable, Mapping

import pytest
from bs4 import BeautifulSoup
from webtest import TestResponse

from discovery_accounts.models import LibraryCard, StaffMember
from discovery_accounts.services.sign_in_diagnosis_findings import Look
from discovery_accounts.web.diagnosis_words import LOOKS
from tests.factories.portal import Browser, Portal
from tests.factories.rows import dump, events, rows
from tests.factories.staff import LOGINS, colleague
from tests.fixtures.databases import ON_SQLITE

pytestmark = ON_SQLITE
PATH = "/admin/diagnosis"
GOOD = "21270000001"


@pytest.fixture
def portal(make_portal: Callable[..., Portal]) -> Portal:
    return make_portal(**LOGINS, library__lumme__card_number_pattern="[0-9]{11}")


@pytest.fixture
def desk(portal: Portal) -> Browser:
    return colleague(portal, role="helpdesk").sign_in()


def ask(browser: Browser, number: str = GOOD, **fields: str) -> TestResponse:
    return browser.post(PATH, **{"library": "lumme", "card_number": number, "reason": "called", **fields})


def found(answer: TestResponse) -> Mapping[str, tuple[str, str]]:
    """By title: the word of the sign, and all the text."""
    assert answer.status_int == 200, answer.text
    page = BeautifulSoup(answer.text, "html.parser")
    lines = page.select(".accounts-rows > li")
    assert len(lines) == len(Look)
    return {
        line.strong.text: (line.select_one(".accounts-tag").text, line.text)  # type: ignore[union-attr]
        for line in lines
    }


def of(answer: TestResponse, look: Look) -> tuple[str, str]:
    return found(answer)[LOOKS[look]]


def refusals(portal: Portal) -> int:
    """At a patron's; asking whether we may check PINs at all is nobody's."""
    return sum(call.refused_pin and call.patron_id is not None for call in portal.koha.calls)


def test_a_patron_with_nothing_wrong_is_said_to_have_nothing_wrong(portal: Portal, desk: Browser) -> None:
    portal.signed_in_browser()
    answer = ask(desk, pin="1234", reason="at_desk")
    signs = {title: sign for title, (sign, _text) in found(answer).items()}
    assert set(signs.values()) == {"In order"}
    assert "Nothing was found that keeps the patron out" in answer.text
    assert "ending with 0001" in answer.text


@pytest.mark.parametrize(
    ("number", "look", "words"),
    [
        ("reader1", Look.SHAPE, "Is it a user name"),
        ("2127 0000 00", Look.SHAPE, "Is it a user name"),
        ("21270000001;", Look.SHAPE, "a character that no card number has"),
        ("21279999999", Look.RECORD, "No patron has this number"),
        ("21270000005", Look.STANDING, "Blocked by the library"),
        ("21270000006", Look.STANDING, "The membership has expired"),
    ],
)
def test_what_is_wrong_with_number_or_patron_is_told(
    desk: Browser, number: str, look: Look, words: str
) -> None:
    answer = ask(desk, number)
    sign, text = of(answer, look)
    assert words in text
    assert sign in {"This is why", "Worth knowing"}
    assert ("This keeps the patron out" in answer.text) == (sign == "This is why")


def test_a_replaced_card_is_told_with_the_last_digits_of_the_new_one(portal: Portal, desk: Browser) -> None:
    portal.signed_in_browser()
    new = portal.koha.renew_card("101")
    _sign, text = of(ask(desk), Look.RECORD)
    assert f"ends with {new[-4:]}" in text
    assert new not in text


def test_wrong_tries_are_told_with_their_end(make_portal: Callable[..., Portal]) -> None:
    portal = make_portal(**LOGINS, library__lumme__lock_after="3")
    browser = colleague(portal, role="helpdesk").sign_in()
    for _ in range(3):
        portal.client().call("POST", "/sessions", {"library": "lumme", "card_number": GOOD, "pin": "0000"})
    answer = ask(browser, pin="1234", reason="at_desk")
    assert "could lock the card at the library" in of(answer, Look.COUNTERS)[1]
    assert "Not tried, because of the wrong tries" in of(answer, Look.PIN)[1]
    assert refusals(portal) == 2


def test_a_pin_that_is_tried_counts_like_any_try(make_portal: Callable[..., Portal]) -> None:
    """Checklist B3, D4: no oracle beside the counters."""
    portal = make_portal(**LOGINS, library__lumme__lock_after="4")
    browser = colleague(portal, role="helpdesk").sign_in()
    told = [of(ask(browser, pin="0000", reason="at_desk"), Look.PIN)[1] for _ in range(6)]
    assert refusals(portal) == 3
    assert "refuses it" in told[0]
    assert "Not tried" in told[-1]
    patron = portal.client().call(
        "POST", "/sessions", {"library": "lumme", "card_number": GOOD, "pin": "1234"}
    )
    assert patron.status_int == 429


def test_a_silent_library_is_no_wrong_pin(portal: Portal, desk: Browser) -> None:
    portal.koha.stop()
    answer = ask(desk, pin="1234", reason="at_desk")
    assert "gave no answer (unreachable)" in of(answer, Look.RECORD)[1]
    assert "could only be refused" in of(answer, Look.PIN)[1]


def test_account_link_and_kept_pin_are_told_by_their_states(portal: Portal, desk: Browser) -> None:
    assert "made at the first sign-in" in of(ask(desk), Look.ACCOUNT)[1]
    client = portal.signed_in_client()
    answer = ask(desk)
    assert "Last sign-in with this card:" in of(answer, Look.ACCOUNT)[1]
    assert "It was accepted last:" in of(answer, Look.STORED_PIN)[1]
    portal.koha.change_pin("101", "8888")
    portal.clock.advance(minutes=20)
    client.call("GET", "/loans?refresh=1")
    assert "has another PIN now" in of(ask(desk), Look.STORED_PIN)[1]
    card = client.call("GET", "/cards").json["cards"][0]["id"]
    portal.signed_in_client().call("DELETE", f"/cards/{card}", status=204)
    assert "taken out of its account" in of(ask(desk), Look.LINK)[1]


def test_d4_the_eleventh_look_in_a_quarter_of_an_hour_is_refused(portal: Portal, desk: Browser) -> None:
    for _ in range(10):
        assert ask(desk).status_int == 200
    calls = portal.koha.count()
    refused = ask(desk)
    assert refused.status_int == 429
    assert int(refused.headers["Retry-After"]) <= 900
    assert portal.koha.count() == calls
    other = colleague(portal, "eve@library.example", role="helpdesk").sign_in()
    assert ask(other).status_int == 200
    portal.clock.advance(minutes=15)
    assert ask(desk).status_int == 200


def test_d4_nobody_is_told_names_birth_dates_pins_or_whole_numbers(portal: Portal, desk: Browser) -> None:
    portal.signed_in_browser()
    it = colleague(portal, "ada2@library.example").sign_in()
    for browser in (desk, it):
        page = ask(browser, pin="1234", reason="at_desk").text
        for private in (GOOD, "Aino", "Olavi", "reader1@koha.example", 'value="1234"', "birth"):
            assert private not in page
    assert "patron=101" in ask(it).text
    assert "account=" in ask(it).text
    for technical in ("patron=", "account=", "Ids in the log"):
        assert technical not in ask(desk).text


def test_d4_a_look_needs_a_reason_and_is_written_down_with_who_and_why(portal: Portal, desk: Browser) -> None:
    portal.signed_in_browser()
    assert "Type the card number." in ask(desk, number=" ").text
    refused = ask(desk, reason="")
    assert refused.status_int == 422
    assert "Choose why you look." in refused.text
    assert events(portal.house, "staff.looked") == []
    ask(desk, reason="wrote")
    (event,) = events(portal.house, "staff.looked")
    (member,) = rows(portal.house, StaffMember)
    (card,) = rows(portal.house, LibraryCard)
    assert event.detail == {"staff": str(member.id), "reason": "wrote", "pin": "pin.not_given"}
    assert (event.card_id, event.library) == (card.id, "lumme")
    assert event.account_id is not None


def test_a_look_that_breaks_is_written_down_all_the_same(
    portal: Portal, desk: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(portal.house.gateway), "find_patrons", lambda *_args, **_more: 1 / 0)
    assert ask(desk).status_int == 500
    assert len(events(portal.house, "staff.looked")) == 1


def test_a_pin_is_taken_of_a_patron_who_is_there_only(portal: Portal, desk: Browser) -> None:
    refused = ask(desk, pin="1234", reason="called")
    assert refused.status_int == 422
    assert "Only a patron who is here" in refused.text
    assert portal.koha.count("POST", "password") == 0


def test_staff_of_another_library_find_nothing_out(portal: Portal) -> None:
    """Checklist L15."""
    other = colleague(portal, "bob@library.example", role="helpdesk", library="helka").sign_in()
    page = other.get(PATH).text
    assert "LUMME" not in page
    refused = ask(other)
    assert refused.status_int == 422
    assert portal.koha.count() == 0
    assert events(portal.house, "staff.looked") == []


def test_it_is_for_help_desk_and_it(portal: Portal) -> None:
    insight = colleague(portal, "ina@library.example", role="insight").sign_in()
    for browser in (insight, portal.signed_in_browser()):
        assert browser.get(PATH, expect_errors=True).status_int == 404
        assert ask(browser).status_int == 404
    assert portal.browser().post(PATH).status_int == 401
    assert f'href="{PATH}"' in colleague(portal, "ada3@library.example").sign_in().get("/admin").text


def test_nothing_typed_gets_into_logs_or_the_database(
    portal: Portal, desk: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    """Checklist S4."""
    caplog.set_level(logging.DEBUG)
    portal.koha.change_pin("101", "9Z7-CANARY")
    answer = ask(desk, pin="9Z7-CANARY", reason="at_desk")
    assert "accepts it" in of(answer, Look.PIN)[1]
    ask(desk, number="21270000002", pin="wrong-CANARY", reason="at_desk")
    stored = dump(portal.house).decode(errors="replace")
    for place in (answer.text, stored, caplog.text):
        assert "CANARY" not in place
        assert GOOD not in place
