"""Signing in by card: one same answer to every refusal, nothing odd ever reaches a library, sessions with limits."""

import itertools
from typing import Any

import pytest

from discovery_accounts.connectors.api import PatronRecord
from discovery_accounts.domain.standing import Standing
from discovery_accounts.login.claim import Claim, ProvedCard
from discovery_accounts.models import Account, Identity, SignedInSession, Throttle
from discovery_accounts.services import events
from discovery_accounts.services.entering import Entering, Visitor
from tests.factories.portal import Client, Portal
from tests.factories.refusals import now_of, pin_checks, refused
from tests.factories.rows import count, rows
from tests.factories.rows import events as events_of
from tests.factories.together import together
from tests.fixtures.databases import ON_SQLITE

LONG = "1" * 1_000_000


def try_in(client: Client, library: str, number: Any, pin: Any) -> Any:
    return client.call("POST", "/sessions", {"library": library, "card_number": number, "pin": pin})


@ON_SQLITE
@pytest.mark.parametrize("library", ["lumme", "helka"])
def test_b5_wrong_pin_and_unknown_card_get_one_same_answer(portal: Portal, library: str) -> None:
    known = portal.patron(library).card_number
    unknown = f"{known[:-2]}99"
    wrong_pin = try_in(portal.client(), library, known, "0000")
    no_card = try_in(portal.client(), library, unknown, "0000")
    assert wrong_pin.status_int == no_card.status_int == 401
    assert wrong_pin.body == no_card.body
    assert wrong_pin.json["code"] == "sign_in_refused"
    varying = {"X-Request-ID"}
    assert {name: value for name, value in wrong_pin.headers.items() if name not in varying} == {
        name: value for name, value in no_card.headers.items() if name not in varying
    }


@ON_SQLITE
@pytest.mark.parametrize("library", ["lumme", "helka"])
def test_b5_the_pages_say_the_same_too(portal: Portal, library: str) -> None:
    known = portal.patron(library).card_number
    texts = set()
    for number in (known, f"{known[:-2]}99"):
        page = portal.browser().post("/sign-in/card", library=library, card_number=number, pin="0000")
        assert page.status_int == 401
        main = page.html.find("main")
        for typed in main.find_all("input", {"name": ["card_number", "csrf_token"]}):
            typed.decompose()
        texts.add(str(main))
    assert len(texts) == 1


@ON_SQLITE
def test_b5_an_external_user_of_alma_gets_the_same_answer_at_sign_in(portal: Portal) -> None:
    external = portal.patron("helka", "external")
    refusal = try_in(portal.client(), "helka", external.card_number, external.pin)
    other = try_in(portal.client(), "helka", portal.patron("helka").card_number, "0000")
    assert (refusal.status_int, refusal.body) == (401, other.body)


@ON_SQLITE
def test_inside_a_session_an_external_user_learns_that_there_is_no_pin(portal: Portal) -> None:
    client = portal.signed_in_client()
    answer = client.link("helka", portal.patron("helka", "external"), status=422).json
    assert answer["code"] == "no_pin_here"
    assert len(client.call("GET", "/cards").json["cards"]) == 1


@ON_SQLITE
def test_a_wrong_pin_costs_koha_exactly_one_call(portal: Portal) -> None:
    portal.signed_in_client("lumme", "child")
    portal.koha.clear_calls()
    try_in(portal.client(), "lumme", portal.patron("lumme").card_number, "0000")
    assert [(call.method, call.refused_pin) for call in portal.koha.calls] == [("POST", True)]
    assert refused(portal.koha) == 1


WRONG_TYPES: tuple[Any, ...] = (None, 1234, True, ["1234"], {"a": 1})
SHAPES = {
    "empty": "",
    "blank": "   ",
    "a megabyte": LONG,
    "a tab": "12\t34",
    "a line end": "1234\r\n",
    "NUL": "12\x0034",
    "a C1 control": "12\x8534",
    "Arabic digits": "\u0661\u0662\u0663\u0664",
    "full-width digits": "\uff11\uff12\uff13\uff14",
    "two hundred characters": "1" * 200,
}


@ON_SQLITE
@pytest.mark.parametrize("field", ["card_number", "pin"])
def test_b8_a_shape_no_library_knows_is_refused_without_a_call(portal: Portal, field: str) -> None:
    body = {"library": "lumme", "card_number": portal.patron("lumme").card_number, "pin": "1234"}
    client = portal.signed_in_client("helka")
    for shape, value in SHAPES.items():
        for path in ("/sessions", "/cards"):
            answer = client.call("POST", path, {**body, field: value})
            assert answer.status_int in {400, 413, 422}, shape
            assert answer.json["code"] in {"invalid_request", "invalid_value", "too_large"}
            assert not value.strip() or value not in answer.text, "what was typed is never repeated"
    assert portal.koha.count() == 0
    assert all(row.count == 0 for row in rows(portal.house, Throttle))


@ON_SQLITE
@pytest.mark.parametrize("field", ["card_number", "pin"])
def test_b8_the_page_says_it_at_the_field(portal: Portal, field: str) -> None:
    fields = {"library": "lumme", "card_number": portal.patron("lumme").card_number, "pin": "1234"}
    browser = portal.browser()
    for shape, value in SHAPES.items():
        page = browser.post("/sign-in/card", **{**fields, field: value})
        assert page.status_int == (413 if value == LONG else 422), shape
        if page.status_int == 422:
            assert page.html.find("input", {"name": field})["aria-invalid"] == "true"
    assert portal.koha.count() == 0


@ON_SQLITE
def test_wrong_types_are_refused_with_a_code(portal: Portal) -> None:
    body = {"library": "lumme", "card_number": "21270000001", "pin": "1234"}
    client = portal.client()
    for field, value in itertools.product(body, WRONG_TYPES):
        answer = client.call("POST", "/sessions", {**body, field: value}, status=400).json
        assert answer["code"] == "invalid_request"
        assert answer["errors"][0]["field"] == field
    assert portal.koha.count() == 0


@ON_SQLITE
def test_a_card_typed_with_spaces_and_dashes_works(portal: Portal) -> None:
    patron = portal.patron("lumme")
    number = patron.card_number
    for typed in (
        f" {number[:4]} {number[4:8]} {number[8:]} ",
        f"{number[:4]}-{number[4:]}",
        f"{number[:4]}\u2013{number[4:]}",
    ):
        assert try_in(portal.client(), "lumme", typed, patron.pin).status_int == 201
    assert count(portal.house, Account) == 1


@ON_SQLITE
def test_an_unknown_library_is_told_apart_from_a_refusal(portal: Portal) -> None:
    answer = try_in(portal.client(), "nowhere", "21270000001", "1234")
    assert (answer.status_int, answer.json["code"]) == (422, "unknown_library")
    client = portal.signed_in_client()
    body = {"library": "nowhere", "card_number": "21270000001", "pin": "1234"}
    assert client.call("POST", "/cards", body, status=422).json["code"] == "unknown_library"


@ON_SQLITE
@pytest.mark.parametrize(
    "fault", ["stopped", "hang", "error_500", "error_503", "too_many", "garbage", "html", "wrong_key"]
)
def test_p6_a_library_that_fails_is_no_refusal_and_nothing_is_counted(make_portal: Any, fault: str) -> None:
    portal: Portal = make_portal(act_deadline="1", library__lumme__timeout="0.5")
    patron = portal.patron("lumme")
    if fault == "stopped":
        portal.koha.stop()
    else:
        portal.koha.set_fault(fault)
    answers = [try_in(portal.client(), "lumme", patron.card_number, patron.pin) for _ in range(7)]
    assert {(answer.status_int, answer.json["code"]) for answer in answers} == {(503, "library_unavailable")}
    assert all(row.count == 0 for row in rows(portal.house, Throttle))
    assert not events_of(portal.house, events.SIGN_IN_REFUSED)
    assert count(portal.house, Account) == 0


@ON_SQLITE
def test_w2_a_new_session_cookie_at_every_sign_in(portal: Portal) -> None:
    browser, patron = portal.browser(), portal.patron("lumme")
    browser.app.set_cookie("accounts_session", "chosen-by-somebody-else")
    browser.sign_in("lumme", patron)
    first = browser.app.cookies["accounts_session"]
    assert first != "chosen-by-somebody-else"
    browser.sign_in("lumme", patron)
    second = browser.app.cookies["accounts_session"]
    assert second != first
    old = portal.browser()
    old.app.set_cookie("accounts_session", first)
    assert old.get("/account").status_int == 303
    assert count(portal.house, SignedInSession) == 1


@ON_SQLITE
def test_w3_a_session_ends_when_it_is_idle(portal: Portal) -> None:
    browser = portal.signed_in_browser()
    for _ in range(4):
        portal.clock.advance(minutes=29)
        assert browser.get("/account").status_int == 200
    portal.clock.advance(minutes=31)
    assert browser.get("/account").status_int == 303


@ON_SQLITE
def test_w3_a_session_ends_at_its_absolute_limit_however_busy(portal: Portal) -> None:
    browser = portal.signed_in_browser()
    for _ in range(35):
        portal.clock.advance(minutes=20)
        assert browser.get("/account").status_int == 200
    portal.clock.advance(minutes=21)
    assert browser.get("/account").status_int == 303


@ON_SQLITE
def test_w3_a_token_of_the_api_ends_after_its_hours(portal: Portal) -> None:
    client = portal.client()
    lasts = client.sign_in("lumme", portal.patron("lumme")).json["expires_in"]
    portal.clock.advance(seconds=lasts - 10)
    client.call("GET", "/account", status=200)
    portal.clock.advance(seconds=20)
    assert client.call("GET", "/account", status=401).json["code"]


def test_w3_sessions_are_listed_and_ended_one_or_all(portal: Portal) -> None:
    clients = [portal.signed_in_client() for _ in range(4)]
    listed = clients[0].call("GET", "/sessions", status=200).json["sessions"]
    assert len(listed) == 4
    assert sum(session["current"] for session in listed) == 1
    other = next(session["id"] for session in listed if not session["current"])
    clients[0].call("DELETE", f"/sessions/{other}", status=204)
    clients[0].call("DELETE", f"/sessions/{other}", status=404)
    assert sum(client.call("GET", "/account").status_int == 401 for client in clients) == 1
    browser = portal.signed_in_browser()
    browser.post("/account/sessions/end-others")
    assert {client.call("GET", "/account").status_int for client in clients} == {401}
    assert browser.get("/account").status_int == 200


def test_signing_out_ends_the_session_at_the_server(portal: Portal) -> None:
    client = portal.signed_in_client()
    client.call("DELETE", "/sessions/current", status=204)
    client.call("GET", "/account", status=401)
    browser = portal.signed_in_browser()
    cookie = browser.app.cookies["accounts_session"]
    browser.post("/sign-out")
    browser.app.set_cookie("accounts_session", cookie)
    assert browser.get("/account").status_int == 303
    assert count(portal.house, SignedInSession) == 0


@ON_SQLITE
def test_the_first_sign_in_takes_over_the_address_on_file(portal: Portal) -> None:
    client, patron = portal.signed_in_client(), portal.patron("lumme")
    account = client.call("GET", "/account", status=200).json
    assert account["email"] == patron.email
    assert (account["email_source"], account["email_verified"]) == ("library", True)


@ON_SQLITE
def test_l1_two_patrons_with_one_address_are_two_accounts(portal: Portal) -> None:
    client = portal.signed_in_client("lumme", "good")
    other = portal.signed_in_client("lumme", "child")
    accounts = [one.call("GET", "/account").json["id"] for one in (client, other)]
    assert accounts[0] != accounts[1]
    assert count(portal.house, Identity) == 2


def test_the_same_card_signing_in_five_times_at_once_makes_one_account(portal: Portal) -> None:
    patron = portal.patron("lumme")
    clients = [portal.client() for _ in range(5)]
    answers = together(5, lambda number: try_in(clients[number], "lumme", patron.card_number, patron.pin))
    assert {answer.status_int for answer in answers} == {201}
    assert len({answer.json["account"]["id"] for answer in answers}) == 1
    assert count(portal.house, Account) == 1
    assert count(portal.house, SignedInSession) == 5


@ON_SQLITE
@pytest.mark.parametrize("kind", ["blocked", "expired"])
def test_a_blocked_or_expired_card_signs_in_and_reads_but_renews_nothing(portal: Portal, kind: str) -> None:
    client = portal.signed_in_client("lumme", kind)
    [card] = client.call("GET", "/cards", status=200).json["cards"]
    assert (card["state"], card["standing"]) == ("fresh", kind)
    assert card["reasons"]
    loans = client.call("GET", "/loans", status=200).json["loans"]
    assert loans
    portal.koha.clear_calls()
    asked = {"loans": [loan["id"] for loan in loans]}
    results = client.call("POST", "/loans/renewals", asked, status=207).json["results"]
    assert {(result["renewed"], result["code"]) for result in results} == {(False, f"card_{kind}")}
    assert portal.koha.count() == 0


def test_l4_an_old_session_can_not_link_remove_or_change_the_address(portal: Portal) -> None:
    client, other = portal.signed_in_client(), portal.patron("helka")
    card = client.call("GET", "/cards").json["cards"][0]["id"]
    portal.clock.advance(minutes=6)
    portal.alma.clear_calls()
    for answer in (
        client.link("helka", other, status=403),
        client.call("DELETE", f"/cards/{card}", status=403),
        client.call("PATCH", "/account", {"email": "new@example.org"}, status=403),
    ):
        assert answer.json["code"] == "fresh_sign_in_required"
    assert portal.alma.count() == 0
    assert portal.mails() == []
    assert client.call("GET", "/account").json["pending_email"] is None
    client.call("PATCH", f"/cards/{card}", {"label": "Mine"}, status=200)


@ON_SQLITE
def test_l8_one_number_and_pin_in_two_libraries_links_nothing(portal: Portal) -> None:
    patron = portal.patron("lumme")
    portal.koha.change_pin(patron.patron_id, portal.patron("helka").pin)
    client = portal.client()
    client.sign_in("lumme", now_of(portal.koha, patron))
    assert [card["library"] for card in client.call("GET", "/cards").json["cards"]] == ["lumme"]
    assert portal.alma.count() == 0


def test_the_same_card_twice_is_refused_and_linked_once(portal: Portal) -> None:
    client, patron = portal.signed_in_client(), portal.patron("helka")
    client.link("helka", patron)
    assert client.link("helka", patron, status=409).json["code"] == "card_already_linked"
    child = portal.patron("helka", "child")
    clients = [portal.client() for _ in range(5)]
    for one in clients:
        one.token = client.token
    answers = together(5, lambda number: _link(clients[number], child.card_number, child.pin))
    assert sorted(answers) == [201] + [409] * 4
    assert len(client.call("GET", "/cards").json["cards"]) == 3


def _link(client: Client, number: str, pin: str) -> int:
    return client.call("POST", "/cards", {"library": "helka", "card_number": number, "pin": pin}).status_int


@ON_SQLITE
def test_b5_linking_answers_the_same_to_a_wrong_pin_and_an_unknown_card(portal: Portal) -> None:
    client, known = portal.signed_in_client(), portal.patron("helka").card_number
    answers = [
        client.call("POST", "/cards", {"library": "helka", "card_number": number, "pin": "0000"}, status=422)
        for number in (known, f"{known[:-2]}99")
    ]
    assert len({answer.body for answer in answers}) == 1
    assert answers[0].json["code"] == "pin_rejected"


@ON_SQLITE
def test_every_cost_of_a_sign_in_is_known(portal: Portal) -> None:
    """One PIN check and one record; the token is asked once for all."""
    portal.signed_in_client("lumme", "child")
    portal.koha.clear_calls()
    portal.signed_in_client()
    assert pin_checks(portal.koha) == 1
    assert portal.koha.count() == 2
    assert not list(itertools.filterfalse(lambda call: call.status in {200, 201}, portal.koha.calls))


@pytest.mark.parametrize(
    "on_file", ["a@library.example; b@library.example", "ask at the desk", f"{'a' * 300}@library.example"]
)
def test_what_is_no_address_on_file_is_not_taken_over_and_keeps_nobody_out(
    portal: Portal, on_file: str
) -> None:
    record = PatronRecord("77", "123456", Standing.GOOD, (), None, on_file)
    claim = Claim("card", "lumme", "77", ProvedCard("lumme", "77", "123456", "1234", record))
    Entering(portal.house).enter(claim, "card", Visitor("browser"))
    [account] = rows(portal.house, Account)
    assert (account.email, account.email_source) == (None, None)
