"""Tokens: whose they are, how long they live, and what is made of refusals."""

import asyncio
from base64 import b64encode

import pytest
from tests.unit.connectors.paia.conftest import LOGIN, SECRET, TOKEN, Played, core, login

from discovery_accounts.connectors.api import (
    NotAPatron,
    PatronRecord,
    RateLimited,
    Refused,
    ServerFailure,
    UnexpectedAnswer,
    WrongPatron,
)
from discovery_accounts.connectors.paia.tokens import _MOST, Tokens
from discovery_accounts.connectors.transport import HttpAnswer
from discovery_accounts.testing.replay import Recorded, json_answer

JANE = {"name": "Public, Jane Q.", "status": 0}


def reading(connector):
    return connector.read_patron("57")


def test_a_token_is_asked_for_one_patron_and_the_key_is_in_its_header(played):
    paia = played(core("", JANE))
    assert isinstance(paia.ask(reading), PatronRecord)
    asked, read = paia.transport.requests
    assert asked.form == {
        "grant_type": "client_credentials",
        "scope": "read_patron read_fees read_items write_items",
        "patron": "57",
    }
    assert asked.headers["Authorization"] == f"Basic {b64encode(f'portal:{SECRET}'.encode()).decode()}"
    assert (asked.params, asked.json, asked.safe) == ({}, None, True)
    assert read.headers["Authorization"] == "Bearer t0ken"
    assert SECRET not in repr([asked, read, paia.connector])


def test_a_token_for_everybody_names_nobody_and_is_used_for_all(played):
    other = Recorded("GET", "/core/58", json_answer(JANE))
    paia = played(core("", JANE), other, token_for="everybody")

    async def two(connector):
        return [await connector.read_patron(one) for one in ("57", "58")]

    assert [one.patron_id for one in paia.ask(two)] == ["57", "58"]
    assert "patron" not in paia.transport.requests[0].form
    assert paia.sent == [f"POST {LOGIN}", "GET /core/57", "GET /core/58"]


def test_many_who_need_the_same_token_at_once_fetch_it_once(played):
    paia = played(core("", JANE), core("fees", {"fee": []}))

    async def at_once(connector):
        await asyncio.gather(
            connector.read_patron("57"), connector.list_fees("57"), connector.list_fees("57")
        )

    paia.ask(at_once)
    assert paia.sent.count(f"POST {LOGIN}") == 1


def test_a_token_for_somebody_else_opens_nothing(played):
    paia = played(login(TOKEN | {"patron": "58"}))
    with pytest.raises(WrongPatron):
        paia.ask(reading)
    assert paia.sent == [f"POST {LOGIN}"]


@pytest.mark.parametrize(
    ("status", "error", "outcome"),
    [
        (401, "invalid_client", Refused),
        (403, "access_denied", Refused),
        (400, "unauthorized_client", Refused),
        (404, "", UnexpectedAnswer),
        (422, "invalid_request", UnexpectedAnswer),
        (500, "internal_error", ServerFailure),
    ],
)
def test_our_key_refused_is_never_a_patron_who_is_gone(played, status, error, outcome):
    paia = played(login({"error": error, "error_description": SECRET}, status))
    with pytest.raises(outcome) as caught:
        paia.ask(reading)
    assert SECRET not in str(caught.value)
    assert paia.sent == [f"POST {LOGIN}"]


def test_who_is_gone_is_told_by_the_login_or_by_the_core(played):
    gone = {"error": "not_found", "code": 404}
    assert played(login(gone, 404)).ask(reading) == NotAPatron()
    assert played(core("", gone, 404)).ask(reading) == NotAPatron()
    with pytest.raises(UnexpectedAnswer):  # a web server that knows no such address
        played(Recorded("GET", "/core/57", HttpAnswer(404, {}, b"<h1>Not Found</h1>"))).ask(reading)


@pytest.mark.parametrize("value", ["", None, "två", "a b", "a\nb", 7])
def test_what_can_not_stand_in_a_header_is_no_token(played, value):
    with pytest.raises(UnexpectedAnswer):
        played(login(TOKEN | {"access_token": value})).ask(reading)


def test_a_refused_token_is_replaced_once_and_the_call_sent_again(played):
    refused = core("", {"error": "invalid_grant"}, 401, times=1)
    paia = played(refused, core("", JANE))
    assert isinstance(paia.ask(reading), PatronRecord)
    assert paia.sent == [f"POST {LOGIN}", "GET /core/57"] * 2


def test_a_server_that_refuses_every_token_refuses_us(played):
    paia = played(core("", {"error": "invalid_grant"}, 401))
    with pytest.raises(Refused):
        paia.ask(reading)
    assert paia.sent.count("GET /core/57") == 2


@pytest.mark.parametrize(
    ("method", "scope", "question"),
    [
        ("", "read_patron", reading),
        ("items", "read_items", lambda connector: connector.list_loans("57")),
        ("fees", "read_fees", lambda connector: connector.list_fees("57")),
    ],
)
def test_a_scope_that_lacks_is_named(played, method, scope, question):
    with pytest.raises(Refused) as caught:
        played(core(method, {"error": "insufficient_scope"}, 403)).ask(question)
    assert caught.value.rights == (scope,)
    assert scope in str(caught.value)


def test_a_server_that_asks_to_wait_says_how_long(played):
    wait = HttpAnswer(429, {"retry-after": "7"}, b"")
    for recorded in (Recorded("POST", LOGIN, wait), Recorded("GET", "/core/57", wait)):
        with pytest.raises(RateLimited) as caught:
            played(recorded).ask(reading)
        assert caught.value.retry_after == 7


def test_an_error_that_says_200_is_still_an_error(played):
    """Servers can be told to suppress response codes."""
    paia = played(core("items", {"error": "service_unavailable", "code": 503}))
    with pytest.raises(UnexpectedAnswer):
        paia.ask(lambda connector: connector.list_loans("57"))
    gone = played(core("items", {"error": "not_found", "code": "404"}))
    assert gone.ask(lambda connector: connector.list_loans("57")) == NotAPatron()


def test_a_method_that_the_server_has_not_built_is_no_breakdown(played):
    failure = ServerFailure("HTTP 501")
    failure.status = 501
    with pytest.raises(Refused, match="no such method"):
        played(Recorded("GET", "/core/57/fees", failure)).ask(lambda connector: connector.list_fees("57"))


@pytest.mark.parametrize(("seconds", "good_until"), [(3600, 3540), (100, 90), (None, 270)])
def test_a_token_is_given_up_before_its_end(seconds, good_until):
    now = [0.0]
    paia = Played([login(TOKEN | {"expires_in": seconds})], {})
    tokens = Tokens(paia.connector._settings, paia.transport, lambda: now[0])

    async def later():
        for now[0], fetches in ((0.0, 1), (good_until - 0.1, 1), (good_until, 2)):
            await tokens.current("57")
            assert len(paia.transport.requests) == fetches

    asyncio.run(later())


def test_tokens_of_many_patrons_don_t_pile_up():
    def whose(request):
        return json_answer(TOKEN | {"patron": request.form["patron"]})

    paia = Played([Recorded("POST", LOGIN, whose)], {})
    tokens = Tokens(paia.connector._settings, paia.transport)

    async def crowd():
        for number in range(_MOST + 20):
            await tokens.current(str(number))

    asyncio.run(crowd())
    assert len(tokens._kept) == _MOST
    assert str(_MOST + 19) in tokens._kept


def test_the_self_test_asks_for_a_token_of_nobody(live):
    patron, everybody = live(), live(paia="everybody")
    assert "takes our key" in patron.ask(lambda connector: connector.check_credentials())
    assert patron.ask(lambda connector: connector.check_rights()) == ()
    assert "write_items" in everybody.ask(lambda connector: connector.check_credentials())
    for one in (patron, everybody):
        one.library.set_fault("wrong_key")
        with pytest.raises(Refused):
            one.ask(lambda connector: connector.check_credentials())


def test_the_self_test_names_scopes_that_lack(played):
    paia = played(login(TOKEN | {"scope": "read_patron read_items"}), token_for="everybody")
    assert paia.ask(lambda connector: connector.check_rights()) == ("read_fees", "write_items")


def test_a_token_that_was_forgotten_there_is_fetched_anew(live):
    library = live()
    patron = library.people["good"]

    async def twice(connector):
        first = await connector.list_loans(patron.patron_id)
        library.library.set_fault("expired_token")
        return first, await connector.list_loans(patron.patron_id)

    first, second = library.ask(twice)
    assert first == second
    assert len(first) == patron.loans
