"""A new PIN for who forgot theirs: the same answer for everybody, a code for the real patron only (B6)."""

import re
from functools import partial
from typing import Any

import pytest

from discovery_accounts.models import EmailChange, OutboxMessage, PinRecovery, SignedInSession
from discovery_accounts.services import events
from discovery_accounts.services.codes import CODES_AT_A_LIBRARY
from discovery_accounts.services.outbox_sending import Outbox
from discovery_accounts.services.pin_recovery import PinRecoveries
from discovery_accounts.services.pin_recovery_search import PinRecoverySearch
from discovery_accounts.services.problems import Code, Problem
from tests.factories.codes import codes, other_than, post_office, stepped_up
from tests.factories.own_data import own, own_koha, pretend, signed_in, signed_in_browser, somebody
from tests.factories.portal import Browser, Portal
from tests.factories.rows import count, dump, statements
from tests.factories.rows import events as events_of
from tests.factories.together import run_all
from tests.fixtures.databases import ON_SQLITE

__all__ = ["own", "own_koha"]

PATH = "/recover-pin"
NEW = "83461957"
LIBRARIES = ("pretend", "lumme", "helka")


def ask(browser: Browser, portal: Portal, library: str = "pretend", number: str | None = None) -> str:
    card = number or somebody(portal, library).card_number
    answer = browser.post(PATH, action="ask", library=library, card_number=card)
    assert answer.status_int == 200
    return str(answer.text)


def give(browser: Browser, portal: Portal, code: str, library: str = "pretend", **more: str) -> Any:
    fields = {"library": library, "card_number": somebody(portal, library).card_number, "code": code}
    pins = {"new_pin": NEW, "new_pin_again": NEW}
    return browser.post(PATH, action="confirm", **{**fields, **pins, **more})


@pytest.mark.parametrize("library", LIBRARIES)
def test_the_holder_sets_a_new_pin_with_the_code_and_is_told(own: Portal, library: str) -> None:
    client, _ = signed_in(own, library)
    browser = own.browser()
    ask(browser, own, library)
    [code] = codes(own)
    [mail] = post_office(own)
    assert mail["To"] == somebody(own, library).email
    done = give(browser, own, code, library)
    assert done.status_int == 303
    assert somebody(own, library).pin == NEW
    assert [mail["To"] for mail in post_office(own)] == [somebody(own, library).email] * 2
    client.call("GET", "/cards", status=401)
    own.client().sign_in(library, somebody(own, library))
    assert len(events_of(own.house, events.PIN_RECOVERED)) == 1


def test_a_patron_without_an_account_can_do_it_too(own: Portal) -> None:
    browser = own.browser()
    ask(browser, own)
    assert give(browser, own, codes(own)[0]).status_int == 303
    assert somebody(own, "pretend").pin == NEW


@pytest.mark.parametrize("library", LIBRARIES)
def test_b6_the_answer_is_the_same_for_a_card_nobody_knows(own: Portal, library: str) -> None:
    known, unknown = (
        re.sub(r'(value|nonce)="[^"]*"', "", ask(own.browser(), own, library, number))
        for number in (None, "99999999999")
    )
    assert known == unknown
    assert len(codes(own)) == 1


def refused(recoveries: PinRecoveries, *given: str) -> None:
    with pytest.raises(Problem, match="code_wrong"):
        recoveries.confirm(*given)


@ON_SQLITE
def test_b6_a_card_nobody_knows_costs_the_same_work_and_no_library_is_asked_meanwhile(own: Portal) -> None:
    recoveries, numbers = PinRecoveries(own.house), (somebody(own, "lumme").card_number, "99999999999")
    own.koha.clear_calls()
    asked = [
        statements(own.house, partial(recoveries.ask, "lumme", number, "en", "192.0.2.1"))
        for number in numbers
    ]
    assert own.koha.count() == 0
    assert asked[0] == asked[1]
    PinRecoverySearch(own.house).search(own.house.now(), 10)
    own.koha.clear_calls()
    confirmed = [
        statements(own.house, partial(refused, recoveries, "lumme", number, "no code", NEW, NEW, "192.0.2.1"))
        for number in numbers
    ]
    assert confirmed[0] == confirmed[1]
    assert own.koha.count() == 0


@ON_SQLITE
def test_what_is_left_of_asking_for_nobody_is_a_row_that_ends(own: Portal) -> None:
    ask(own.browser(), own, number="99999999999")
    assert codes(own) == []
    assert count(own.house, OutboxMessage) == 0
    own.clock.advance(minutes=11)
    PinRecoveries(own.house).purge(own.house.now(), 10)
    assert count(own.house, PinRecovery) == 0


@ON_SQLITE
@pytest.mark.parametrize("kind", ["expired"])
def test_a_membership_that_is_over_gets_no_code(own: Portal, kind: str) -> None:
    for library in LIBRARIES:
        ask(own.browser(), own, library, somebody(own, library, kind).card_number)
    assert codes(own) == []


@ON_SQLITE
def test_without_an_address_on_file_there_is_no_code(own: Portal) -> None:
    person = pretend(own).people[somebody(own, "pretend").patron_id]
    person.email = None
    ask(own.browser(), own)
    assert codes(own) == []


def test_two_who_ask_at_the_same_moment_get_one_code(own: Portal) -> None:
    number = somebody(own, "pretend").card_number
    asks = [partial(PinRecoveries(own.house).ask, "pretend", number, "en", f"192.0.2.{n}") for n in range(6)]
    run_all(asks)
    assert len(codes(own)) == 1


def test_five_wrong_codes_end_it(own: Portal) -> None:
    browser = own.browser()
    ask(browser, own)
    [code] = codes(own)
    for _ in range(5):
        assert give(browser, own, other_than(code)).status_int == 422
    assert give(browser, own, code).status_int == 422
    assert somebody(own, "pretend").pin != NEW


def test_parallel_codes_are_counted_one_by_one(own: Portal) -> None:
    ask(own.browser(), own)
    [code] = codes(own)
    number, wrong = somebody(own, "pretend").card_number, other_than(code)
    tries = [
        partial(refused, PinRecoveries(own.house), "pretend", number, wrong, NEW, NEW, f"192.0.2.{n}")
        for n in range(9)
    ]
    run_all(tries)
    refused(PinRecoveries(own.house), "pretend", number, code, NEW, NEW, "198.51.100.1")


@ON_SQLITE
def test_a_code_is_good_once_for_its_card_and_ten_minutes(own: Portal) -> None:
    browser = own.browser()
    ask(browser, own)
    [code] = codes(own)
    other = somebody(own, "pretend", "child").card_number
    assert give(browser, own, code, card_number=other).status_int == 422
    own.clock.advance(minutes=11)
    assert give(browser, own, code).status_int == 422
    ask(browser, own)
    code = codes(own)[-1]
    assert give(browser, own, code).status_int == 303
    again = give(browser, own, code, new_pin="11223344", new_pin_again="11223344")
    assert again.status_int == 422
    assert somebody(own, "pretend").pin == NEW


@ON_SQLITE
def test_what_the_library_has_against_the_pin_leaves_the_code_good(own: Portal) -> None:
    browser = own.browser(HTTP_ACCEPT_LANGUAGE="en")
    ask(browser, own)
    [code] = codes(own)
    page = give(browser, own, code, new_pin="7777", new_pin_again="7777")
    assert page.status_int == 422
    assert "easy to guess" in page.text
    assert "7777" not in page.text
    assert give(browser, own, code).status_int == 303


@ON_SQLITE
def test_codes_are_not_sent_one_after_another_and_at_most_five_a_day(own: Portal) -> None:
    browser = own.browser()
    ask(browser, own)
    ask(browser, own)
    assert len(codes(own)) == 1
    for _ in range(6):
        own.clock.advance(minutes=16)
        ask(browser, own)
        codes(own)
    assert len(codes(own)) == 5


@ON_SQLITE
def test_asking_and_giving_in_are_limited_by_network(own: Portal) -> None:
    browser = own.browser()
    fields = {"library": "pretend", "card_number": "123456"}
    asked = [browser.post(PATH, action="ask", **fields).status_int for _ in range(11)]
    assert asked == [200] * 10 + [429]
    pins = {"code": "123456", "new_pin": NEW, "new_pin_again": NEW}
    given = [browser.post(PATH, action="confirm", **fields, **pins).status_int for _ in range(11)]
    assert given == [422] * 10 + [429]


@ON_SQLITE
def test_b2_guessing_at_many_cards_from_many_networks_is_limited_by_library(own: Portal) -> None:
    recoveries = PinRecoveries(own.house)

    def guess(number: int, library: str = "pretend") -> Code:
        with pytest.raises(Problem) as refused:
            recoveries.confirm(
                library, f"{number:08d}", "123456", NEW, NEW, f"198.51.{number // 250}.{number % 250}"
            )
        return refused.value.code

    assert {guess(number) for number in range(CODES_AT_A_LIBRARY.count)} == {Code.CODE_WRONG}
    assert guess(9999) is Code.TOO_MANY_ATTEMPTS
    assert guess(9999, "lumme") is Code.CODE_WRONG


@ON_SQLITE
def test_l11_a_change_of_address_from_before_the_new_pin_is_of_no_use(own: Portal) -> None:
    """Who knew the old PIN may have asked for one, to a mailbox that codes would go to from then on."""
    thief, _ = signed_in_browser(own, "pretend")
    stepped_up(own)
    assert thief.post("/account/email", email="thief@example.org").status_int == 303
    assert count(own.house, EmailChange) == 1
    post_office(own)
    sent = len(codes(own))
    browser = own.browser()
    ask(browser, own)
    assert give(browser, own, codes(own)[sent]).status_int == 303
    assert count(own.house, EmailChange) == 0


@ON_SQLITE
def test_a_card_we_stopped_asking_about_is_open_again(own: Portal) -> None:
    stranger, patron = own.browser(REMOTE_ADDR="198.51.100.9"), somebody(own, "lumme")
    for _ in range(6):
        stranger.post("/sign-in/card", library="lumme", card_number=patron.card_number, pin="0000")
    browser = own.browser()
    ask(browser, own, "lumme")
    give(browser, own, codes(own)[-1], "lumme")
    own.browser().sign_in("lumme", somebody(own, "lumme"))


@ON_SQLITE
def test_a_library_that_can_not_be_asked_answers_later(own: Portal) -> None:
    own.koha.set_fault("error_503")
    ask(own.browser(), own, "lumme")
    assert codes(own) == []
    own.koha.clear_faults()
    own.clock.advance(minutes=1)
    assert len(codes(own)) == 1


@ON_SQLITE
def test_an_answer_that_is_lost_is_said_to_be_and_nothing_is_sent_twice(own: Portal) -> None:
    from discovery_accounts.connectors.api import TimedOut

    client, _ = signed_in(own, "pretend")
    browser, library = own.browser(), pretend(own)
    ask(browser, own)
    [code] = codes(own)
    library.gate.calls.clear()
    library.gate.fail(TimedOut, acts_only=True, done=True)
    page = give(browser, own, code)
    assert page.status_int == 503
    assert page.html.main["data-code"] == "not_answered"
    assert give(browser, own, code).status_int == 422
    assert [call.subject for call in library.gate.calls if call.kind == "act"] == ["pin"]
    client.call("GET", "/cards", status=401)
    assert count(own.house, SignedInSession) == 0


@ON_SQLITE
def test_the_api_does_the_same(own: Portal) -> None:
    card = {"library": "pretend", "card_number": somebody(own, "pretend").card_number}
    client = own.client()
    known = client.call("POST", "/pin-recoveries", card, status=202).json
    unknown = {**card, "card_number": "99999999999"}
    assert client.call("POST", "/pin-recoveries", unknown, status=202).json == known
    body = {**card, "code": codes(own)[0], "new_pin": NEW}
    wrong = client.call("POST", "/pin-recoveries/confirm", {**body, "code": "nothing"}, status=422)
    assert wrong.json["code"] == "code_wrong"
    assert client.call("POST", "/pin-recoveries/confirm", body, status=200).json["code"] == "changed"
    assert NEW.encode() not in dump(own.house)


@ON_SQLITE
def test_no_log_holds_the_code_the_number_or_the_pin(own: Portal, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    browser = own.browser()
    ask(browser, own, "lumme")
    [code] = codes(own)
    give(browser, own, code, "lumme")
    Outbox(own.house).send(own.house.now(), 10)
    for secret in (code, NEW, somebody(own, "lumme").card_number):
        assert secret not in caplog.text
