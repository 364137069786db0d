"""Whose PIN it is, and what the record says."""

import asyncio
from datetime import UTC, date, datetime

import pytest

from discovery_accounts.connectors.api import (
    LoginBlocked,
    NotAPatron,
    PatronRecord,
    PatronRef,
    Rejected,
    UnexpectedAnswer,
    Verified,
    WrongPatron,
)
from discovery_accounts.connectors.koha.patrons import Patrons
from discovery_accounts.connectors.koha.records import Terms, read_patron
from discovery_accounts.connectors.transport import HttpAnswer
from discovery_accounts.domain.money import Money
from discovery_accounts.domain.standing import Block, BlockCode, Standing
from discovery_accounts.testing.replay import Recorded, json_answer


def test_a_right_pin_gives_the_permanent_id_and_the_librarys_own_number(koha):
    connector, transport = koha(files=["patron_57"])
    verified = asyncio.run(connector.verify_patron("reader57", "1234"))
    assert verified == Verified("57", "21270000057")
    assert [request.path for request in transport.requests] == [
        "/v1/oauth/token",
        "/v1/auth/password/validation",
    ]
    assert transport.requests[1].json == {"identifier": "reader57", "password": "1234"}
    assert not transport.requests[1].safe


def test_a_wrong_pin_costs_one_call_beside_the_token(koha, pin_answer):
    connector, transport = koha(pin_answer(400, {"error": "Validation failed"}))
    assert asyncio.run(connector.verify_patron("21270000057", "0000")) == Rejected()
    assert transport.count() - transport.count(path_contains="/oauth/") == 1


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("Password expired", LoginBlocked("pin_expired")),
        ("Account is locked", LoginBlocked("locked")),
        ("Password length (2) is shorter than required (4)", Rejected()),
    ],
)
def test_other_words_for_a_refused_pin_are_known(koha, pin_answer, text, verdict):
    connector, _ = koha(pin_answer(400, {"error": text}))
    assert asyncio.run(connector.verify_patron("21270000057", "12")) == verdict


@pytest.mark.parametrize(
    "answer",
    [
        json_answer(
            {"errors": [{"message": "Expected string.", "path": "/body/identifier"}], "status": 400}, 400
        ),
        json_answer([{"path": "/query/x", "message": "Malformed query string"}], 400),
        json_answer({"error": "Bad request. Only one identifier attribute can be passed."}, 400),
        json_answer({"errors": [{"message": "Not Found.", "path": "/"}], "status": 404}, 404),
        HttpAnswer(400, {"content-type": "text/html"}, b"<html>Bad request</html>"),
        HttpAnswer(200, {"content-type": "text/html"}, b"<html>Please sign in</html>"),
        HttpAnswer(204),
        json_answer({"cardnumber": "21270000057", "patron_id": "57"}, 201),
        json_answer({"cardnumber": "21270000057"}, 201),
        json_answer(["57"], 201),
    ],
)
def test_an_answer_that_judges_no_pin_is_never_a_refusal(koha, pin_answer, answer):
    connector, _ = koha(pin_answer(answer.status, answer))
    with pytest.raises(UnexpectedAnswer) as failed:
        asyncio.run(connector.verify_patron("21270000057", "1234"))
    assert "21270000057" not in str(failed.value)


def test_the_path_of_a_schema_fault_is_named_for_it(koha, pin_answer):
    connector, _ = koha(pin_answer(400, {"errors": [{"message": "x", "path": "/body/identifier"}]}))
    with pytest.raises(UnexpectedAnswer, match="/body/identifier"):
        asyncio.run(connector.verify_patron("21270000057", "1234"))


@pytest.mark.parametrize("number", ["", "a\0b", "1" * 500, "٢١٢٧", "..", "\ud800"])
@pytest.mark.parametrize("pin", ["", "12\0", "9" * 5000, "\ud800"])
def test_what_no_library_could_know_costs_no_call(koha, number, pin):
    connector, transport = koha()
    assert asyncio.run(connector.verify_patron(number, "1234")) == Rejected()
    assert asyncio.run(connector.verify_patron("21270000057", pin)) == Rejected()
    assert transport.requests == []


def test_a_stored_pin_is_checked_with_the_stored_number_in_one_call(koha):
    connector, transport = koha(files=["patron_57"])
    assert asyncio.run(connector.check_pin(PatronRef("57", "21270000057"), "1234")) == Verified(
        "57", "21270000057"
    )
    assert transport.requests[-1].json == {"identifier": "21270000057", "password": "1234"}
    assert transport.count("POST", "validation") == 1


def test_a_number_that_went_to_somebody_else_is_a_wrong_patron(koha):
    connector, _ = koha(files=["patron_57"])
    with pytest.raises(WrongPatron):
        asyncio.run(connector.check_pin(PatronRef("58", "21270000057"), "1234"))


def test_the_record_is_read_with_empty_and_missing_fields(koha):
    connector, transport = koha(files=["patron_57"])
    record = asyncio.run(connector.read_patron("57"))
    assert record == PatronRecord(
        "57",
        "21270000057",
        Standing.GOOD,
        (),
        date(2031, 5, 31),
        "reader57@koha.example",
        family_name="Reader",
        owed=Money(250, "EUR"),
    )
    assert transport.requests[-1].headers["x-koha-embed"] == "account_balance,overdues+count"
    assert transport.requests[-1].safe
    assert transport.requests[-1].optional


def test_a_deleted_record_is_not_a_patron(koha):
    connector, _ = koha(files=["strangers"])
    assert asyncio.run(connector.read_patron("99")) == NotAPatron()


def test_a_missing_address_is_not_a_missing_patron(koha):
    nowhere = json_answer({"errors": [{"message": "Not Found.", "path": "/"}], "status": 404}, 404)
    connector, _ = koha(Recorded("GET", "/v1/patrons", nowhere), Recorded("GET", "/v1/patrons/57", nowhere))
    with pytest.raises(UnexpectedAnswer):
        asyncio.run(connector.read_patron("57"))


@pytest.mark.parametrize("patron_id", ["", "../57", "57/checkouts", "0", "-1", "57x", "٥", "9" * 40])
def test_an_id_that_koha_can_not_have_is_not_asked_for(koha, patron_id):
    connector, transport = koha()
    assert asyncio.run(connector.read_patron(patron_id)) == NotAPatron()
    assert transport.requests == []


def test_the_record_of_somebody_else_is_a_wrong_patron(koha):
    connector, _ = koha(Recorded("GET", "/v1/patrons", json_answer([{"patron_id": 57}])))
    with pytest.raises(WrongPatron):
        asyncio.run(connector.read_patron("58"))


def test_a_question_for_one_patron_that_finds_several_is_a_wrong_patron(koha):
    several = json_answer([{"patron_id": 58}, {"patron_id": 57}])
    connector, _ = koha(Recorded("GET", "/v1/patrons", several))
    with pytest.raises(WrongPatron):
        asyncio.run(connector.read_patron("58"))


def test_a_koha_that_does_not_tell_what_is_owed_is_asked_for_that_once(koha):
    unknown = json_answer({"error": "Embedding account_balance is not authorised."}, 400)
    connector, transport = koha(Recorded("GET", "/v1/patrons", unknown), files=["patron_57"])
    assert connector.tells_owed
    assert asyncio.run(connector.read_patron("57")).owed is None
    assert not connector.tells_owed
    assert asyncio.run(connector.read_patron("57")).card_number == "21270000057"
    assert transport.count("GET", "/v1/patrons") == 3


@pytest.mark.parametrize(
    ("fields", "standing", "codes"),
    [
        ({"restricted": True}, Standing.BLOCKED, [BlockCode.RESTRICTED]),
        ({"patron_card_lost": 1}, Standing.BLOCKED, [BlockCode.CARD_LOST]),
        ({"incorrect_address": True}, Standing.BLOCKED, [BlockCode.ADDRESS_UNKNOWN]),
        ({"expired": True, "expiry_date": "2025-01-01"}, Standing.EXPIRED, [BlockCode.CARD_EXPIRED]),
        (
            {"expired": True, "restricted": True},
            Standing.BLOCKED,
            [BlockCode.RESTRICTED, BlockCode.CARD_EXPIRED],
        ),
        ({"expiry_date": "2030-01-09"}, Standing.EXPIRED, [BlockCode.CARD_EXPIRED]),
        ({"expiry_date": "2030-01-10"}, Standing.GOOD, []),
        ({"expiry_date": None}, Standing.GOOD, []),
    ],
)
def test_standing_and_its_reasons(fields, standing, codes):
    record = read_patron({"patron_id": 57} | fields, "57", lambda: date(2030, 1, 10))
    assert record.standing is standing
    assert record.blocks == tuple(Block(code) for code in codes)


@pytest.mark.parametrize(
    ("terms", "codes"),
    [
        (Terms("EUR"), []),
        (Terms("EUR", fees_block_above=10.0), []),
        (Terms("EUR", fees_block_above=9.99), [BlockCode.FEES]),
        (Terms("EUR", overdues_block=True), [BlockCode.OVERDUES]),
        (Terms("EUR", 0.0, True), [BlockCode.FEES, BlockCode.OVERDUES]),
    ],
)
def test_fees_and_overdue_loans_block_where_the_library_says_so(terms, codes):
    told = {"patron_id": 57, "account_balance": 10, "overdues_count": 2}
    record = read_patron(told, "57", lambda: date(2030, 1, 10), terms)
    assert [block.code for block in record.blocks] == codes
    assert record.owed == Money(1000, "EUR")
    assert record.standing is (Standing.BLOCKED if codes else Standing.GOOD)


def test_a_membership_ends_by_the_librarys_own_day(koha, zone):
    connector, _ = koha(
        Recorded("GET", "/v1/patrons", json_answer([{"patron_id": 57, "expiry_date": "2030-01-09"}]))
    )
    late_evening_in_utc = datetime(2030, 1, 9, 22, 30, tzinfo=UTC)
    patrons = Patrons(connector._client, zone, lambda: late_evening_in_utc)
    assert asyncio.run(patrons.read("57")).standing is Standing.EXPIRED


@pytest.mark.parametrize(
    "fields",
    [{"expired": "no"}, {"expiry_date": "soon"}, {"email": 5}, {"patron_id": True}, {"patron_id": None}],
)
def test_a_wrong_type_names_the_field_and_not_the_value(fields):
    with pytest.raises(UnexpectedAnswer, match=rf"patron\.{next(iter(fields))} is not"):
        read_patron({"patron_id": 57} | fields, "57", lambda: date(2030, 1, 10))
