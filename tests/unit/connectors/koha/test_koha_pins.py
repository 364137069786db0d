"""Another PIN for a Koha patron: the old one is looked at once, and no PIN is told anywhere."""

import asyncio

import pytest

from discovery_accounts.connectors.api import (
    LoginBlocked,
    NotAPatron,
    PatronRef,
    PinChanged,
    PinFault,
    PinRules,
    PinUnfit,
    Refused,
    Rejected,
    TimedOut,
    UnexpectedAnswer,
    Verified,
    WrongPatron,
)
from discovery_accounts.testing.replay import Recorded, json_answer

CHECK, SET = "/api/v1/auth/password/validation", "/api/v1/patrons/101/password"
REF = PatronRef("57", "C57")
RIGHT = Recorded(
    "POST", "/v1/auth/password/validation", json_answer({"patron_id": 57, "cardnumber": "C57"}, 201)
)


@pytest.fixture
def good(live):
    library = live()
    return library, library.patrons["good"]


def ref(patron):
    return PatronRef(patron.patron_id, patron.card_number)


def changed(library, patron, old, new):
    return library.ask(lambda c: c.change_pin(ref(patron), old, new))


def verified(library, patron, pin):
    return library.ask(lambda c: c.verify_patron(patron.card_number, pin))


def test_the_new_pin_is_in_force_and_the_old_one_is_not(good):
    library, patron = good
    assert changed(library, patron, patron.pin, "2580") == PinChanged()
    assert library.calls() == [CHECK, SET]
    assert isinstance(verified(library, patron, "2580"), Verified)
    assert verified(library, patron, patron.pin) == Rejected()


def test_a_wrong_old_pin_is_sent_once_and_nothing_is_set(good):
    library, patron = good
    assert changed(library, patron, "9999", "2580") == Rejected()
    assert library.calls() == [CHECK]
    assert sum(call.refused_pin for call in library.library.calls) == 1
    assert isinstance(verified(library, patron, patron.pin), Verified)


@pytest.mark.parametrize(
    ("new", "because"),
    [("12", PinFault.TOO_SHORT), ("7777", PinFault.TOO_SIMPLE)],
)
def test_the_library_says_what_is_wrong_with_a_pin(good, new, because):
    library, patron = good
    assert changed(library, patron, patron.pin, new) == PinUnfit(because)
    assert isinstance(verified(library, patron, patron.pin), Verified)


@pytest.mark.parametrize(
    ("new", "because"),
    [
        (" 2580", PinFault.BLANKS),
        ("2580 ", PinFault.BLANKS),
        ("   ", PinFault.BLANKS),
        ("", PinFault.BLANKS),
        ("1" * 73, PinFault.TOO_LONG),
        ("ä" * 37, PinFault.TOO_LONG),
        ("12\t34", PinFault.LIBRARY_SAYS_NO),
        ("١٢٣٤", PinFault.LIBRARY_SAYS_NO),
        ("12\ud80034", PinFault.LIBRARY_SAYS_NO),
    ],
)
def test_what_no_koha_takes_is_not_sent(good, new, because):
    library, patron = good
    assert changed(library, patron, patron.pin, new) == PinUnfit(because)
    assert library.ask(lambda c: c.set_pin(patron.patron_id, new)) == PinUnfit(because)
    assert library.calls() == []


def test_a_pin_is_set_for_somebody_proved_in_another_way(good):
    library, patron = good
    assert library.ask(lambda c: c.set_pin(patron.patron_id, "2580")) == PinChanged()
    assert library.calls() == [SET]
    assert isinstance(verified(library, patron, "2580"), Verified)


@pytest.mark.parametrize("patron_id", ["99999", "0", "101/x", ""])
def test_nobody_gets_no_pin(good, patron_id):
    library, _ = good
    assert library.ask(lambda c: c.set_pin(patron_id, "2580")) == NotAPatron()


def test_a_card_that_is_somebody_elses_changes_nobodys_pin(good):
    library, patron = good
    child = library.patrons["child"]
    with pytest.raises(WrongPatron):
        library.ask(lambda c: c.change_pin(PatronRef(patron.patron_id, child.card_number), child.pin, "2580"))
    assert library.calls() == [CHECK]


def test_a_locked_card_stays_locked(koha):
    locked = Recorded(
        "POST", "/v1/auth/password/validation", json_answer({"error": "Password has expired"}, 400)
    )
    connector, transport = koha(locked)
    assert asyncio.run(connector.change_pin(REF, "1234", "2580")) == LoginBlocked("pin_expired")
    assert transport.count("POST", "patrons/57") == 0


def test_the_least_length_is_what_the_settings_say(live):
    assert live(pin_min_length="4").connector.pin_rules == PinRules(4, 72, False)


def set_to(koha, answer, pin="2580"):
    connector, transport = koha(RIGHT, Recorded("POST", "/v1/patrons/57/password", answer))
    try:
        return asyncio.run(connector.change_pin(REF, "1234", pin))
    finally:
        assert transport.count("POST", "patrons/57") == 1


@pytest.mark.parametrize(
    ("text", "because"),
    [
        ("Password length (3) is shorter than required (5)", PinFault.TOO_SHORT),
        ("Password is too short", PinFault.TOO_SHORT),
        ("[Password is too weak]", PinFault.TOO_SIMPLE),
        ("[Password contains leading/trailing whitespace character(s)]", PinFault.BLANKS),
        ("Password contains trailing whitespace(s)", PinFault.BLANKS),
        ("Password has been used before", PinFault.USED_BEFORE),
        ("[The password was rejected by a plugin]", PinFault.LIBRARY_SAYS_NO),
    ],
)
def test_kohas_words_against_a_pin(koha, text, because):
    assert set_to(koha, json_answer({"error": text}, 400)) == PinUnfit(because)


def test_a_category_that_may_not_change_pins(koha):
    answer = json_answer({"error": "Changing password is forbidden"}, 403)
    assert set_to(koha, answer) == PinUnfit(PinFault.LIBRARY_SAYS_NO)


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (json_answer({"error": "No.", "required_permissions": {"borrowers": "1"}}, 403), Refused),
        (json_answer({"error": "No."}, 403), Refused),
        (json_answer({"errors": [{"path": "/body/password", "message": "2580"}]}, 400), UnexpectedAnswer),
        (json_answer([], 404), UnexpectedAnswer),
        (TimedOut("sim: no whole answer"), TimedOut),
    ],
)
def test_s4_a_failure_tells_no_pin(koha, answer, failure):
    with pytest.raises(failure) as raised:
        set_to(koha, answer)
    assert "2580" not in repr(raised.value)
    assert raised.value.sent


def test_s4_pins_are_in_bodies_only(koha):
    connector, transport = koha(RIGHT, Recorded("POST", "/v1/patrons/57/password", json_answer("")))
    assert asyncio.run(connector.change_pin(REF, "old-canary", "new-canary")) == PinChanged()
    assert "canary" not in repr(transport.requests)
    assert "canary" not in str([(one.path, one.params, one.headers) for one in transport.requests])
    assert [one.json for one in transport.requests if "patrons" in one.path] == [
        {"password": "new-canary", "password_2": "new-canary"}
    ]
    assert not any(one.safe for one in transport.requests if "oauth" not in one.path)
