"""PINs, records, profiles, fees, and another PIN."""

from datetime import date

import pytest
from tests.unit.connectors.paia.conftest import LOGIN, TOKEN, ZONE, core, login

from discovery_accounts.connectors.api import (
    PatronProfile,
    PatronRef,
    PinChanged,
    PinFault,
    PinUnfit,
    Refused,
    Rejected,
    UnexpectedAnswer,
    Verified,
    WrongPatron,
)
from discovery_accounts.connectors.paia.fields import PaiaFields
from discovery_accounts.connectors.paia.records import against_holds, read_fees, read_patron
from discovery_accounts.domain.fees import FeeKind
from discovery_accounts.domain.holds import HoldReason
from discovery_accounts.domain.money import Money
from discovery_accounts.domain.standing import BlockCode, Standing
from discovery_accounts.testing.replay import Recorded, json_answer

TODAY = date(2030, 6, 1)
REF = PatronRef("57", "21270000001")
DSO = "http://purl.org/ontology/dso#"


def record(**fields):
    return read_patron("57", PaiaFields({"name": "Jane Q. Public"} | fields, "patron"), ZONE, TODAY)


def fees(body):
    return read_fees(PaiaFields(body, "fees"), ZONE)


def test_a_pin_is_in_the_body_and_asks_for_little(played):
    paia = played()
    verdict = paia.ask(lambda connector: connector.verify_patron("21270000001", "9Z7-CANARY"))
    assert verdict == Verified("57")
    (request,) = paia.transport.requests
    assert request.form == {
        "grant_type": "password",
        "username": "21270000001",
        "password": "9Z7-CANARY",
        "scope": "read_patron",
    }
    assert (request.method, request.path, request.params) == ("POST", LOGIN, {})
    assert not request.safe
    assert request.headers["Authorization"].startswith("Basic ")


def test_a_token_that_a_pin_gained_is_not_kept(played):
    paia = played(core("", {"name": "Jane"}))

    async def then_read(connector):
        await connector.verify_patron("21270000001", "1234")
        await connector.read_patron("57")

    paia.ask(then_read)
    grants = [request.form["grant_type"] for request in paia.transport.requests if request.form]
    assert grants == ["password", "client_credentials"]


@pytest.mark.parametrize(
    ("status", "error"), [(403, "access_denied"), (401, "access_denied"), (400, "invalid_grant")]
)
def test_a_wrong_pin_is_an_answer(played, status, error):
    paia = played(login({"error": error}, status))
    assert paia.ask(lambda connector: connector.verify_patron("2127", "0000")) == Rejected()


@pytest.mark.parametrize(
    ("status", "error", "outcome"),
    [
        (401, "invalid_client", Refused),
        (403, "", Refused),
        (403, "insufficient_scope", Refused),
        (400, "unsupported_grant_type", UnexpectedAnswer),
        (404, "not_found", UnexpectedAnswer),
    ],
)
def test_what_is_about_us_is_no_wrong_pin(played, status, error, outcome):
    with pytest.raises(outcome):
        played(login({"error": error}, status)).ask(lambda connector: connector.verify_patron("2127", "0000"))


@pytest.mark.parametrize("patron", [None, "", "a/b", "..", "57?x", "ä"])
def test_a_patron_who_could_not_be_asked_about_is_not_verified(played, patron):
    with pytest.raises(UnexpectedAnswer):
        played(login(TOKEN | {"patron": patron})).ask(lambda c: c.verify_patron("2127", "1234"))


def test_a_stored_pin_of_somebody_else_is_an_alarm(played):
    with pytest.raises(WrongPatron):
        played(login(TOKEN | {"patron": "58"})).ask(lambda connector: connector.check_pin(REF, "1234"))


@pytest.mark.parametrize(
    ("status", "standing", "codes", "hold"),
    [
        (0, Standing.GOOD, [], None),
        ("0", Standing.GOOD, [], None),
        (1, Standing.BLOCKED, [BlockCode.INACTIVE], HoldReason.CARD_BLOCKED),
        (2, Standing.EXPIRED, [BlockCode.CARD_EXPIRED], HoldReason.CARD_EXPIRED),
        (3, Standing.BLOCKED, [BlockCode.FEES], HoldReason.FEES),
        (4, Standing.BLOCKED, [BlockCode.FEES, BlockCode.CARD_EXPIRED], HoldReason.CARD_EXPIRED),
        (17, Standing.BLOCKED, [BlockCode.INACTIVE], HoldReason.CARD_BLOCKED),
    ],
)
def test_states_of_accounts(status, standing, codes, hold):
    found = record(status=status)
    assert (found.standing, [block.code for block in found.blocks]) == (standing, codes)
    assert against_holds(PaiaFields({"status": status}, "patron")) == hold


def test_without_a_state_the_day_of_expiry_tells():
    assert record(expires="2030-05-31").standing is Standing.EXPIRED
    assert record(expires="2030-06-01").standing is Standing.GOOD
    assert record(expires="2030-05-31", status=0).standing is Standing.GOOD
    # late in the evening there is the next day here
    assert record(expires="2030-05-31T22:00:00Z").expires_on == date(2030, 6, 1)


@pytest.mark.parametrize(
    "fields", [{"status": "good"}, {"status": True}, {"status": -1}, {"expires": "soon"}]
)
def test_what_is_no_state_and_no_day_is_not_guessed(fields):
    with pytest.raises(UnexpectedAnswer):
        record(**fields)


def test_names_are_taken_apart_at_a_comma_only():
    assert (record().given_names, record().family_name) == (None, None)
    told = record(name="Public, Jane Q.")
    assert (told.given_names, told.family_name) == ("Jane Q.", "Public")
    with pytest.raises(UnexpectedAnswer):
        record(name=None)


def test_the_profile_has_the_address_as_one_line_and_the_note(played):
    told = {
        "name": "Jane Q. Public",
        "address": "Park Street 2\nSpringfield",
        "note": "Please call",
        "status": 0,
    }
    profile = played(core("", told)).ask(lambda connector: connector.read_profile("57"))
    assert isinstance(profile, PatronProfile)
    assert (profile.given_names, profile.family_name) == (None, "Jane Q. Public")
    assert profile.street == "Park Street 2 Springfield"
    assert profile.messages == ("Please call",)
    assert profile.editable == {}


def test_fees_are_what_the_lines_say():
    told = fees(
        {
            "amount": "18.00 EUR",
            "fee": [
                {"amount": "15.00 EUR", "date": "2016-05-13T00:00:00Z", "about": "annual fee"},
                {"amount": "2.50 EUR", "feeid": f"{DSO}Interloan", "feetype": "interloan"},
                {"amount": "0.50 EUR", "feeid": f"{DSO}Loan", "about": "late return", "feetype": "loan"},
                {"amount": "0.00 EUR", "about": "nothing"},
            ],
        }
    )
    assert [(fee.kind, fee.outstanding.amount_minor, fee.description) for fee in told] == [
        (FeeKind.OTHER, 1500, "annual fee"),
        (FeeKind.INTERLIBRARY, 250, "interloan"),
        (FeeKind.OTHER, 50, "late return"),
    ]
    assert told[0].charged_on == date(2016, 5, 13)


def test_equal_lines_are_two_fees_and_keep_their_ids():
    line = {"amount": "1.00 EUR", "about": "copy"}
    first, second = fees({"fee": [line, line]})
    assert first.fee_id != second.fee_id
    assert fees({"fee": [{"amount": "9.00 EUR"}, line, line]})[1:] == (first, second)


def test_lines_that_are_not_the_sum_become_one_fee_of_it():
    (fee,) = fees({"amount": "3.00 EUR", "fee": [{"amount": "1.00 EUR", "about": "a"}]})
    assert (fee.outstanding, fee.description) == (Money(300, "EUR"), "a")
    assert fees({"amount": "3.00 EUR"})[0].outstanding == Money(300, "EUR")
    assert fees({"amount": "0.00 EUR"}) == fees({}) == ()
    assert fees({"amount": "-1.00 EUR", "fee": [{"amount": "-1.00 EUR"}]})[0].outstanding == Money(
        -100, "EUR"
    )


@pytest.mark.parametrize("amount", ["1.50", "1,50 EUR", "EUR 1.50", "1.50 eur", 1.5, None, "nan EUR"])
def test_what_is_no_amount_is_no_fee(amount):
    with pytest.raises(UnexpectedAnswer):
        fees({"fee": [{"amount": amount}]})


def change(reply, status=200):
    return Recorded("POST", "/auth/change", json_answer(reply, status))


def changing(connector):
    return connector.change_pin(REF, "old-1234", "new-5678")


def test_a_pin_is_changed_by_the_patrons_own_token(played):
    paia = played(change({"patron": "57"}))
    assert paia.ask(changing) == PinChanged()
    own, changed = paia.transport.requests
    assert (own.form["grant_type"], own.form["scope"]) == ("password", "change_password")
    assert changed.headers["Authorization"] == "Bearer t0ken"
    assert changed.form == {
        "patron": "57",
        "username": "21270000001",
        "old_password": "old-1234",
        "new_password": "new-5678",
    }
    assert not changed.safe


def test_a_new_pin_that_the_server_will_not_have(played):
    for status in (400, 422):
        paia = played(change({"error": "invalid_request"}, status))
        assert paia.ask(changing) == PinUnfit(PinFault.LIBRARY_SAYS_NO)


@pytest.mark.parametrize("new", [" ", " padded ", "x" * 256])
def test_what_no_server_takes_is_not_sent(played, new):
    paia = played()
    answer = paia.ask(lambda connector: connector.change_pin(REF, "1234", new))
    assert isinstance(answer, PinUnfit)
    assert paia.sent == []


@pytest.mark.parametrize("error", ["access_denied", "insufficient_scope"])
def test_a_server_that_lets_nobody_change_refuses_us_and_not_the_pin(played, error):
    with pytest.raises(Refused):
        played(change({"error": error}, 403)).ask(changing)


def test_without_the_scope_nothing_is_sent(played):
    paia = played(login(TOKEN | {"scope": "read_patron"}))
    with pytest.raises(Refused) as caught:
        paia.ask(changing)
    assert caught.value.rights == ("change_password",)
    assert paia.sent == [f"POST {LOGIN}"]


def test_a_change_of_somebody_else_is_an_alarm_and_not_sent_where_it_can_be_known_before(played):
    paia = played(login(TOKEN | {"patron": "58"}))
    with pytest.raises(WrongPatron):
        paia.ask(changing)
    assert paia.sent == [f"POST {LOGIN}"]
    with pytest.raises(WrongPatron):
        played(change({"patron": "58"})).ask(changing)


def test_the_pin_rules_are_those_of_the_settings(played):
    rules = played(pin_min_length="8").connector.pin_rules
    assert (rules.min_length, rules.max_length) == (8, 255)
