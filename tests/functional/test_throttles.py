"""Refused tries are counted before the library is asked, and never more of them reach it than the limits allow."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from webtest import TestResponse

from discovery_accounts.models import Throttle
from discovery_accounts.services import events
from discovery_accounts.services.throttles import Throttles
from discovery_accounts.simulator.server import SimulatedLibrary, SimulatedPatron
from tests.factories.portal import Client, Portal
from tests.factories.refusals import now_of, pin_checks, refused
from tests.factories.rows import events as events_of
from tests.factories.rows import rows
from tests.factories.together import together
from tests.fixtures.databases import ON_SQLITE

MINUTES = (1, 5, 15, 60)


def knock(client: Client, library: str, number: str, pin: str = "0000") -> TestResponse:
    return client.call("POST", "/sessions", {"library": library, "card_number": number, "pin": pin})


def wrong_tries(portal: Portal, patron: SimulatedPatron, times: int, **environ: str) -> list[int]:
    client = portal.client(**environ)
    return [knock(client, "lumme", patron.card_number).status_int for _ in range(times)]


def test_b1_after_five_refused_tries_the_card_waits_longer_each_time(portal: Portal) -> None:
    patron = portal.patron("lumme")
    assert wrong_tries(portal, patron, 5) == [401] * 5
    for minutes in (*MINUTES, 60):
        answer = knock(portal.client(), "lumme", patron.card_number, patron.pin)
        assert answer.status_int == 429
        assert answer.json["code"] == "too_many_attempts"
        wait = int(answer.headers["Retry-After"])
        assert minutes * 60 - 5 <= wait <= minutes * 60
        portal.clock.advance(seconds=wait - 5)
        assert wrong_tries(portal, patron, 1) == [429]
        portal.clock.advance(seconds=6)
        assert wrong_tries(portal, patron, 1) == [401]
    assert refused(portal.koha) == pin_checks(portal.koha) == 5 + 5


@ON_SQLITE
def test_the_page_says_how_long_to_wait_too(portal: Portal) -> None:
    patron, browser = portal.patron("lumme"), portal.browser()
    wrong_tries(portal, patron, 5)
    page = browser.post("/sign-in/card", library="lumme", card_number=patron.card_number, pin=patron.pin)
    assert page.status_int == 429
    assert int(page.headers["Retry-After"]) <= 60


def test_a_card_that_waits_is_forgotten_after_a_day(portal: Portal) -> None:
    patron = portal.patron("lumme")
    wrong_tries(portal, patron, 5)
    portal.clock.advance(hours=24, seconds=1)
    assert wrong_tries(portal, patron, 6) == [401] * 5 + [429]


@ON_SQLITE
def test_b1_tries_from_many_addresses_are_one_count(portal: Portal) -> None:
    patron = portal.patron("lumme")
    for host in range(5):
        assert wrong_tries(portal, patron, 1, REMOTE_ADDR=f"192.0.2.{host}") == [401]
    assert wrong_tries(portal, patron, 1, REMOTE_ADDR="192.0.2.99") == [429]
    assert pin_checks(portal.koha) == 5


@ON_SQLITE
def test_b1_the_case_of_letters_makes_no_other_card(portal: Portal) -> None:
    number = portal.patron("helka").card_number
    spellings = [number, number.lower(), number[:1].lower() + number[1:], number[:2].title() + number[2:]]
    client = portal.client()
    answers = [knock(client, "helka", spelling).status_int for spelling in spellings * 2]
    assert answers == [401] * 5 + [429] * 3


@ON_SQLITE
def test_another_card_is_not_affected(portal: Portal) -> None:
    wrong_tries(portal, portal.patron("lumme"), 6)
    portal.signed_in_client("lumme", "child")


def test_b1_a_good_login_does_not_clear_what_strangers_tried_at_the_card(portal: Portal) -> None:
    patron = portal.patron("lumme")
    wrong_tries(portal, patron, 4)
    portal.signed_in_client()
    assert wrong_tries(portal, patron, 2) == [401, 429]


def test_a_good_login_after_the_wait_does_not_make_the_next_one_wait(portal: Portal) -> None:
    patron = portal.patron("lumme")
    wrong_tries(portal, patron, 5)
    portal.clock.advance(minutes=1, seconds=1)
    portal.signed_in_client()
    portal.signed_in_client()


def test_b1_a_browser_that_knows_the_card_is_not_locked_out_by_a_stranger(portal: Portal) -> None:
    patron, browser = portal.patron("lumme"), portal.signed_in_browser()
    wrong_tries(portal, patron, 6)
    browser.post("/sign-out")
    browser.sign_in("lumme", patron)
    browser.post("/sign-out")
    wrong = {"library": "lumme", "card_number": patron.card_number, "pin": "0000"}
    assert [browser.post("/sign-in/card", **wrong).status_int for _ in range(6)] == [401] * 5 + [429]


@ON_SQLITE
def test_a_browser_knows_only_the_card_it_signed_in_with(portal: Portal) -> None:
    browser, other = portal.signed_in_browser(), portal.patron("lumme", "child")
    browser.post("/sign-out")
    wrong_tries(portal, other, 5)
    wrong = {"library": "lumme", "card_number": other.card_number, "pin": "0000"}
    assert browser.post("/sign-in/card", **wrong).status_int == 429


def test_b2_one_account_can_not_try_one_pin_on_many_cards(portal: Portal) -> None:
    client = portal.signed_in_client("helka")
    answers = []
    for place in range(12):
        body = {"library": "lumme", "card_number": f"2127{900 + place:07d}", "pin": "1234"}
        answers.append(client.call("POST", "/cards", body).status_int)
    assert answers == [422] * 10 + [429] * 2
    assert pin_checks(portal.koha) == 10
    [event, *_] = events_of(portal.house, events.LIMIT_REACHED)
    assert event.detail == {"limit": "account"}
    portal.clock.advance(minutes=15, seconds=1)
    client = portal.signed_in_client("helka")
    body = {"library": "lumme", "card_number": "21279999999", "pin": "1234"}
    assert client.call("POST", "/cards", body).status_int == 422


@ON_SQLITE
def test_b1_one_address_has_a_limit_over_all_cards(make_portal: Callable[..., Portal]) -> None:
    portal = make_portal(limits__address="6/15m")
    client = portal.client(REMOTE_ADDR="192.0.2.50")
    answers = [knock(client, "lumme", f"2127{800 + place:07d}").status_int for place in range(8)]
    assert answers == [401] * 6 + [429] * 2
    assert knock(portal.client(REMOTE_ADDR="192.0.2.51"), "lumme", "21270000801").status_int == 401


@ON_SQLITE
@pytest.mark.parametrize(("proxies", "expected"), [("", [401] * 3 + [429] * 3), ("10.0.0.0/8", [401] * 6)])
def test_b4_x_forwarded_for_counts_only_from_a_configured_proxy(
    make_portal: Callable[..., Portal], proxies: str, expected: list[int]
) -> None:
    settings = {"trusted_proxies": proxies} if proxies else {}
    portal = make_portal(limits__address="3/15m", **settings)
    answers = []
    for place in range(6):
        client = portal.client(REMOTE_ADDR="10.1.2.3", HTTP_X_FORWARDED_FOR=f"198.51.100.{place}")
        answers.append(knock(client, "lumme", f"2127{700 + place:07d}").status_int)
    assert answers == expected


@ON_SQLITE
def test_b4_what_a_client_puts_before_the_proxys_own_entry_is_ignored(
    make_portal: Callable[..., Portal],
) -> None:
    portal = make_portal(limits__address="3/15m", trusted_proxies="10.0.0.0/8")
    answers = []
    for place in range(5):
        forged = f"203.0.113.{place}, 198.51.100.7"
        client = portal.client(REMOTE_ADDR="10.1.2.3", HTTP_X_FORWARDED_FOR=forged)
        answers.append(knock(client, "lumme", f"2127{600 + place:07d}").status_int)
    assert answers == [401] * 3 + [429] * 2


def test_b1_twenty_parallel_wrong_tries_send_no_more_than_the_limit(portal: Portal) -> None:
    patron = portal.patron("lumme")
    portal.koha.set_latency(100)
    clients = [portal.client(REMOTE_ADDR=f"192.0.2.{number}") for number in range(20)]
    answers = together(20, lambda number: knock(clients[number], "lumme", patron.card_number).status_int)
    assert sorted(answers) == [401] * 5 + [429] * 15
    assert refused(portal.koha) == 5


def test_a_refusal_is_counted_though_its_request_rolls_back(portal: Portal) -> None:
    patron, client = portal.patron("lumme"), portal.signed_in_client("helka")
    body = {"library": "lumme", "card_number": patron.card_number, "pin": "0000"}
    for _ in range(5):
        client.call("POST", "/cards", body, status=422)
    client.call("POST", "/cards", body, status=429)
    assert wrong_tries(portal, patron, 1) == [429]
    assert refused(portal.koha) == 5


def test_the_same_card_right_again_and_again_is_no_refused_try(portal: Portal) -> None:
    for _ in range(7):
        portal.signed_in_client()
    assert all(row.count == 0 for row in rows(portal.house, Throttle))


class TestALibraryThatLocks:
    """``lock_after = 6``: the sixth refused PIN would lock the card at the library."""

    @pytest.fixture
    def koha(self) -> "SimulatedLibrary":
        with SimulatedLibrary("koha", patrons=12, failed_login_attempts=6) as library:
            yield library

    @pytest.fixture
    def portal(self, make_portal: Callable[..., Portal]) -> Portal:
        return make_portal(library__lumme__lock_after="6", limits__card="20")

    def test_b3_we_stop_one_below_and_try_once_after_a_day(self, portal: Portal) -> None:
        patron = portal.patron("lumme")
        assert wrong_tries(portal, patron, 8) == [401] * 5 + [429] * 3
        assert refused(portal.koha) == 5
        answer = knock(portal.client(), "lumme", patron.card_number, patron.pin)
        assert (
            timedelta(hours=23) < timedelta(seconds=int(answer.headers["Retry-After"])) <= timedelta(hours=24)
        )
        portal.clock.advance(hours=24, seconds=1)
        assert knock(portal.client(), "lumme", patron.card_number, patron.pin).status_int == 201
        assert wrong_tries(portal, patron, 6) == [401] * 5 + [429], (
            "the library began to count anew, and so do we"
        )

    def test_b3_a_hundred_tries_in_waits_never_lock_the_card(self, portal: Portal) -> None:
        patron = portal.patron("lumme")
        for _ in range(20):
            wrong_tries(portal, patron, 5)
            portal.clock.advance(minutes=61)
        assert refused(portal.koha) == 5

    def test_b3_a_refused_stored_pin_counts_towards_the_lock(self, portal: Portal) -> None:
        client, patron = portal.signed_in_client(), portal.patron("lumme")
        portal.koha.change_pin(patron.patron_id, "4321")
        portal.clock.advance(minutes=16)
        [card] = client.call("GET", "/loans?refresh=1").json["cards"]
        assert card["state"] == "pin_changed"
        assert wrong_tries(portal, patron, 5) == [401] * 4 + [429]
        assert refused(portal.koha) == 5

    def test_b3_a_stored_pin_waits_while_the_library_is_about_to_lock(self, portal: Portal) -> None:
        client, patron = portal.signed_in_client(), portal.patron("lumme")
        client.call("GET", "/loans", status=200)
        wrong_tries(portal, patron, 5)
        portal.koha.change_pin(patron.patron_id, "4321")
        portal.clock.advance(minutes=16)
        [card] = client.call("GET", "/loans").json["cards"]
        assert card["state"] == "stale"
        assert refused(portal.koha) == 5
        answer = client.call("PATCH", f"/cards/{card['card']}", {"pin": "4321"}, status=429)
        assert answer.json["code"] == "card_locked"

    def test_a_good_login_resets_the_count_towards_the_lock(self, portal: Portal) -> None:
        patron = portal.patron("lumme")
        wrong_tries(portal, patron, 4)
        portal.signed_in_client()
        assert wrong_tries(portal, patron, 6) == [401] * 5 + [429]
        assert now_of(portal.koha, patron).pin == patron.pin

    def test_b3_staff_open_a_card_for_one_try(self, portal: Portal) -> None:
        patron = portal.patron("lumme")
        wrong_tries(portal, patron, 6)
        Throttles(portal.house).reopen("lumme", patron.card_number)
        assert wrong_tries(portal, patron, 1) == [401], (
            "the sixth, at which the library itself locks the card"
        )
        assert wrong_tries(portal, patron, 1) == [429]
        assert refused(portal.koha) == 6
