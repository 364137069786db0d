"""A library whose patrons' passwords Alma does not keep: they sign in with the PIN that a SIP2 server knows."""

import pytest

from discovery_accounts.simulator.server import SimulatedPatron
from tests.factories.portal import Portal
from tests.fixtures.sip2_server import LOGIN, Person, Sip2Server


@pytest.fixture
def town(make_portal, sip2_server: Sip2Server) -> Portal:
    return make_portal(
        library__helka__verify="sip2:desk",
        library__desk__connector="sip2",
        library__desk__name="The desk",
        library__desk__url=f"sip://127.0.0.1:{sip2_server.port}",
        library__desk__user=LOGIN[0],
        library__desk__password=LOGIN[1],
    )


@pytest.fixture
def ada(town: Portal, sip2_server: Sip2Server) -> SimulatedPatron:
    found = town.patron("helka", "external")
    sip2_server.people.append(Person("1", found.card_number, "desk-pin"))
    return found


def sign_in(town: Portal, ada: SimulatedPatron, pin: str):
    client = town.client()
    body = {"library": "helka", "card_number": ada.card_number, "pin": pin}
    answer = client.call("POST", "/sessions", body)
    if answer.status_int == 201:
        client.token = answer.json["access_token"]
    return answer, client


def test_an_external_user_signs_in_with_the_pin_of_the_desk_and_sees_the_librarys_loans(town, ada):
    answer, client = sign_in(town, ada, "desk-pin")
    assert answer.status_int == 201
    (card,) = client.call("GET", "/cards", status=200).json["cards"]
    assert card["library"] == "helka"
    loans = client.call("GET", "/loans", status=200).json["loans"]
    assert len(loans) == ada.loans


def test_the_password_of_alma_is_no_pin_here(town, ada):
    assert sign_in(town, ada, ada.pin)[0].status_int == 401


def test_the_desk_is_nowhere_to_be_seen(town, ada):
    listed = town.client().call("GET", "/libraries", status=200).text
    assert "helka" in listed
    assert "desk" not in listed
    assert "The desk" not in town.browser().get("/sign-in").text
    body = {"library": "desk", "card_number": ada.card_number, "pin": "desk-pin"}
    assert town.client().call("POST", "/sessions", body).status_int in (404, 422)


def test_a_desk_that_is_down_is_no_wrong_pin(town, ada, sip2_server):
    sip2_server.habits.fault = "cut"
    assert sign_in(town, ada, "desk-pin")[0].status_int == 503


def test_b3_two_libraries_with_one_desk_have_the_tries_of_one(make_portal, sip2_server: Sip2Server):
    """It is the desk that locks a card, whichever library was asked."""
    town = make_portal(
        library__helka__verify="sip2:desk",
        library__lumme__verify="sip2:desk",
        library__desk__connector="sip2",
        library__desk__url=f"sip://127.0.0.1:{sip2_server.port}",
        library__desk__user=LOGIN[0],
        library__desk__password=LOGIN[1],
        library__desk__lock_after="4",
    )
    for turn in range(4):
        for library in ("helka", "lumme"):
            client = town.client(REMOTE_ADDR=f"198.51.100.{turn}")
            body = {"library": library, "card_number": "21270000001", "pin": f"999{turn}"}
            assert client.call("POST", "/sessions", body).status_int in (401, 429)
    assert sum(b"|AD999" in said for _kind, said in sip2_server.heard) == 3
