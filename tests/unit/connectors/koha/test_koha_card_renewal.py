"""Renewing a card's time with the patron's own number and PIN, which goes out once and is told nowhere."""

import asyncio
from base64 import b64decode
from datetime import UTC, date, datetime, timedelta

import pytest

from discovery_accounts.connectors.api import (
    Capability,
    CardNotRenewed,
    CardRenewed,
    CardTerms,
    LibraryError,
    NotAPatron,
    NotCardRenewable,
    PatronRef,
    RateLimited,
    Refused,
    Rejected,
    UnexpectedAnswer,
    WrongPatron,
)
from discovery_accounts.testing.replay import Recorded, json_answer

NO = NotCardRenewable.LIBRARY_SAYS_NO
PATH = "/v1/public/patrons/57/self_renewal"
REF = PatronRef("57", "C57")
VERBS = ("card_terms", "renew_card")


@pytest.fixture
def library(live):
    return live(card_self_renewal="yes")


def ref(patron):
    return PatronRef(patron.patron_id, patron.card_number)


def ask(library, verb, patron, pin):
    return library.ask(lambda c: getattr(c, verb)(patron, pin))


def test_it_is_absent_until_switched_on(live):
    connector = live().connector
    assert "card_self_renewal" in connector.absent[Capability.RENEW_CARD]
    connector = live(card_self_renewal="yes").connector
    assert Capability.RENEW_CARD in connector.capabilities
    assert connector.card_renewal_needs_pin


def test_an_ended_card_is_renewed_for_a_year(library):
    patron = library.patrons["expired"]
    terms = ask(library, "card_terms", ref(patron), patron.pin)
    assert terms == CardTerms(True, message="By renewing you keep to the rules of the library.")
    renewed = ask(library, "renew_card", ref(patron), patron.pin)
    assert isinstance(renewed, CardRenewed)
    assert abs(renewed.expires_on - (datetime.now(UTC).date() + timedelta(days=365))) <= timedelta(days=1)
    assert library.calls() == [f"/api/v1/public/patrons/{patron.patron_id}/self_renewal"] * 2
    told = library.ask(lambda c: c.read_patron(patron.patron_id))
    assert told.expires_on == renewed.expires_on


@pytest.mark.parametrize("kind", ["good", "blocked"])
def test_whom_the_library_does_not_let(library, kind):
    patron = library.patrons[kind]
    assert ask(library, "card_terms", ref(patron), patron.pin) == CardTerms(False, NO)
    assert ask(library, "renew_card", ref(patron), patron.pin) == CardNotRenewed(NO)


@pytest.mark.parametrize("verb", VERBS)
def test_a_wrong_pin_is_sent_once(library, verb):
    patron = library.patrons["expired"]
    assert ask(library, verb, ref(patron), "9999") == Rejected()
    assert sum(call.refused_pin for call in library.library.calls) == 1


@pytest.mark.parametrize("verb", VERBS)
def test_a_wrong_pin_is_not_sent_again_when_the_connection_breaks(library, verb):
    library.library.set_fault("cut_connection", path_contains="self_renewal")
    patron = library.patrons["expired"]
    with pytest.raises(LibraryError) as failed:
        ask(library, verb, ref(patron), "9999")
    assert failed.value.sent
    assert len(library.calls()) == 1


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("pin", [None, "", "a\nb"])
def test_without_a_pin_nothing_is_sent(library, verb, pin):
    assert ask(library, verb, ref(library.patrons["expired"]), pin) == Rejected()
    assert library.calls() == []


@pytest.mark.parametrize("verb", VERBS)
def test_nobody_sends_nothing(library, verb):
    assert ask(library, verb, PatronRef("1/x", "21270000006"), "6789") == NotAPatron()
    assert library.calls() == []


@pytest.mark.parametrize("verb", VERBS)
def test_a_card_that_is_somebody_elses_renews_nobody(library, verb):
    expired, child = library.patrons["expired"], library.patrons["child"]
    with pytest.raises(WrongPatron):
        ask(library, verb, PatronRef(expired.patron_id, child.card_number), child.pin)


@pytest.mark.parametrize("verb", VERBS)
def test_an_older_koha_has_no_such_call(live, verb):
    library = live(generation="23.11", card_self_renewal="yes")
    patron = library.patrons["expired"]
    with pytest.raises(UnexpectedAnswer, match="card_self_renewal"):
        ask(library, verb, ref(patron), patron.pin)


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (json_answer({"error": "Basic authentication disabled"}, 401), Refused),
        (json_answer({"error": "Configuration prevents the usage of this endpoint"}, 403), Refused),
        (json_answer({"error": "wait"}, 429), RateLimited),
        (json_answer([], 404), UnexpectedAnswer),
        (json_answer("", 200), UnexpectedAnswer),
    ],
)
def test_what_is_about_the_library_is_a_failure_without_the_login(koha, answer, failure):
    connector, transport = koha(Recorded("GET", PATH, answer), card_self_renewal=True)
    with pytest.raises(failure) as raised:
        asyncio.run(connector.card_terms(REF, "pin-canary"))
    assert "canary" not in repr(raised.value)
    assert transport.count() == 1


@pytest.mark.parametrize("text", ["Invalid password", "Password has expired"])
def test_a_pin_that_opens_nothing(koha, text):
    connector, _ = koha(Recorded("GET", PATH, json_answer({"error": text}, 403)), card_self_renewal=True)
    assert asyncio.run(connector.card_terms(REF, "1234")) == Rejected()


def test_s4_number_and_pin_are_in_one_header_only(koha):
    recorded = Recorded("POST", PATH, json_answer({"expiry_date": "2031-05-06"}, 201))
    connector, transport = koha(recorded, card_self_renewal=True)
    told = asyncio.run(connector.renew_card(REF, "pin-cänary"))
    assert told == CardRenewed(date(2031, 5, 6))
    (request,) = transport.requests
    encoded = request.headers["Authorization"].removeprefix("Basic ")
    assert b64decode(encoded).decode() == "C57:pin-cänary"
    assert encoded not in repr(request)
    assert (request.json, request.params, request.safe) == ({}, {}, False)


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"self_renewal_information_message": "Come by."}, "Come by."),
        ({"self_renewal_information_messages": ["One.", "Two."]}, "One.\nTwo."),
        ({"self_renewal_information_message": None}, None),
    ],
)
def test_versions_tell_the_terms_in_two_ways(koha, told, message):
    body = json_answer({"self_renewal_settings": told})
    connector, _ = koha(Recorded("GET", PATH, body), card_self_renewal=True)
    assert asyncio.run(connector.card_terms(REF, "1234")) == CardTerms(True, message=message)
