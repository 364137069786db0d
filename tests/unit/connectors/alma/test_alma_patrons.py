"""Whose PIN it is, and what the record says."""

import asyncio
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from discovery_accounts.connectors.alma.records import User
from discovery_accounts.connectors.api import (
    NoPinHere,
    NotAPatron,
    PatronRecord,
    PatronRef,
    Refused,
    Rejected,
    UnexpectedAnswer,
    Verified,
    WrongPatron,
)
from discovery_accounts.connectors.transport import HttpAnswer
from discovery_accounts.domain.money import Money
from discovery_accounts.domain.standing import Block, BlockCode, Standing
from discovery_accounts.testing.replay import Recorded, json_answer

CARD = "/almaws/v1/users/HK10057"
PATRON = PatronRef("u57@example", "HK10057")


def user(**fields):
    return {
        "primary_id": "u57@example",
        "account_type": {"value": "INTERNAL"},
        "user_identifier": [{"id_type": {"value": "BARCODE"}, "value": "HK10057", "status": "ACTIVE"}],
    } | fields


def test_a_right_pin_gives_the_permanent_id_and_the_number_in_force(alma):
    connector, transport = alma(files=["user_u57"])
    assert asyncio.run(connector.verify_patron("HK10057", "12 34/å")) == Verified("u57@example", "HK10057")
    first, second = transport.requests
    assert first.headers["Exl-User-Pw"] == "12%2034%2F%C3%A5"
    assert first.headers["Authorization"] == "apikey never-shown"
    assert not first.safe
    assert "Exl-User-Pw" not in second.headers
    assert "12" not in first.path + str(dict(first.params))


@pytest.mark.parametrize(
    ("code", "then"), [("401866", json_answer(user())), ("401890", None), ("401861", None)]
)
def test_a_wrong_pin_and_an_unknown_card_cost_the_same(alma, error, code, then):
    connector, transport = alma(
        Recorded("POST", CARD, error(code)), Recorded("GET", CARD, then or error("401890"))
    )
    assert asyncio.run(connector.verify_patron("HK10057", "0000")) == Rejected()
    assert [request.method for request in transport.requests] == ["POST", "GET"]


@pytest.mark.parametrize("kind", ["EXTERNAL", "INTERNAL_WITH_EXTERNAL_AUTHENTICATION", "INTEXTAUTH"])
def test_an_account_whose_password_is_kept_elsewhere_has_no_pin_here(alma, error, kind):
    external = json_answer(user(account_type={"value": kind}))
    by_id = "/almaws/v1/users/u57%40example"
    connector, _ = alma(
        Recorded("POST", CARD, error("401866")),
        Recorded("GET", CARD, external),
        Recorded("POST", by_id, error("401866")),
        Recorded("GET", by_id, external),
    )
    assert asyncio.run(connector.verify_patron("HK10057", "1234")) == NoPinHere()
    assert asyncio.run(connector.check_pin(PATRON, "1234")) == NoPinHere()


def test_a_replaced_card_is_rejected_though_alma_still_finds_it(alma):
    old = user(user_identifier=[{"id_type": {"value": "BARCODE"}, "value": "hk10057", "status": "INACTIVE"}])
    connector, _ = alma(Recorded("GET", CARD, json_answer(old)), files=["user_u57"])
    assert asyncio.run(connector.verify_patron("HK10057", "1234")) == Rejected()


def test_a_record_without_the_number_asked_for_is_somebody_elses(alma):
    stranger = user(primary_id="u58", user_identifier=[])
    connector, _ = alma(Recorded("GET", CARD, json_answer(stranger)), files=["user_u57"])
    with pytest.raises(WrongPatron):
        asyncio.run(connector.verify_patron("HK10057", "1234"))


def test_another_identifier_can_be_the_permanent_one(alma):
    connector, transport = alma(
        Recorded("POST", "/almaws/v1/users/900057", HttpAnswer(204)),
        files=["user_u57"],
        permanent_id="INST_ID",
    )
    assert asyncio.run(connector.verify_patron("HK10057", "1234")) == Verified("900057", "HK10057")
    assert asyncio.run(connector.check_pin(PatronRef("900057", "HK10057"), "1234")) == Verified("900057")
    assert transport.requests[-1].params == {"user_id_type": "INST_ID", "op": "auth"}


def test_a_user_without_the_permanent_identifier_is_named_as_such(alma):
    connector, _ = alma(files=["user_u57"], permanent_id="UNIV_ID")
    with pytest.raises(UnexpectedAnswer, match="UNIV_ID"):
        asyncio.run(connector.verify_patron("HK10057", "1234"))


def test_any_identifier_may_be_typed_where_the_library_says_so(alma):
    connector, _ = alma(files=["user_u57"], card_id_type="all_unique")
    assert asyncio.run(connector.verify_patron("u57@example", "1234")) == Verified("U57@example", "HK10057")


def test_a_stored_pin_is_checked_by_the_permanent_id_in_one_call(alma):
    connector, transport = alma(files=["user_u57"])
    assert asyncio.run(connector.check_pin(PATRON, "1234")) == Verified("u57@example")
    assert len(transport.requests) == 1


MYSELF = "/almaws/v1/users/u57%40example"


@pytest.mark.parametrize(
    "answer",
    [
        HttpAnswer(204),
        HttpAnswer(200),
        json_answer(user()),
        json_answer({"primary_id": "U57@example", "errorsExist": False}),
    ],
)
def test_a_yes_is_204_or_200_with_nothing_or_with_the_user(alma, answer):
    connector, _ = alma(Recorded("POST", CARD, answer), Recorded("POST", MYSELF, answer), files=["user_u57"])
    assert asyncio.run(connector.verify_patron("HK10057", "1234")) == Verified("u57@example", "HK10057")
    assert asyncio.run(connector.check_pin(PATRON, "1234")) == Verified("u57@example")


@pytest.mark.parametrize("beside", [{}, {"primary_id": "u57@example"}])
@pytest.mark.parametrize("form", ["json", "xml"])
def test_an_envelope_means_the_same_with_200_as_with_400(alma, error, form, beside):
    def recorded(code):
        body = f"<web_service_result><errorCode>{code}</errorCode></web_service_result>".encode()
        xml = HttpAnswer(200, {"content-type": "application/xml"}, body)
        return xml if form == "xml" else json_answer(error(code).json() | beside)

    for code, outcome in (("401866", Rejected), ("60101", UnexpectedAnswer), ("UNAUTHORIZED", Refused)):
        connector, _ = alma(Recorded("POST", MYSELF, recorded(code)), files=["user_u57"])
        if outcome is Rejected:
            assert asyncio.run(connector.check_pin(PATRON, "1234")) == Rejected()
        else:
            with pytest.raises(outcome):
                asyncio.run(connector.check_pin(PATRON, "1234"))


def test_a_yes_that_names_somebody_else_is_a_wrong_patron(alma):
    connector, _ = alma(Recorded("POST", MYSELF, json_answer(user(primary_id="u58"))))
    with pytest.raises(WrongPatron):
        asyncio.run(connector.check_pin(PATRON, "1234"))


@pytest.mark.parametrize(
    "answer",
    [
        HttpAnswer(200, {"content-type": "text/html"}, b"<!doctype html><p>Please sign in"),
        HttpAnswer(200, {"content-type": "application/json"}, b'{"primary_id": "u'),
        HttpAnswer(200, {"content-type": "application/json"}, b" "),
        HttpAnswer(
            200, {"content-type": "application/xml"}, b"<user><primary_id>u57@example</primary_id></user>"
        ),
        HttpAnswer(201),
        json_answer({}),
        json_answer([user()]),
        json_answer(None),
        json_answer({"status": "success"}),
        json_answer(user(primary_id=None)),
        json_answer(user(primary_id=" ")),
        json_answer(user(primary_id=57)),
        json_answer(user(), 202),
        json_answer(user(errorsExist=True)),
        json_answer(user(errorsExist="true")),
        json_answer(user(errorList=None)),
        json_answer(user(errorList={"error": []})),
        json_answer(user(web_service_result={"errorsExist": True})),
        json_answer({"errorsExist": False, "errorList": None, "result": None}),
        HttpAnswer(400, {"content-type": "text/html"}, b"<html>Bad request</html>"),
        HttpAnswer(400, {"content-type": "text/plain"}, b"Bad request"),
        json_answer({"errorsExist": True, "errorList": {"error": []}}, 400),
        json_answer({"errorList": {"error": [{"errorCode": "60101", "errorMessage": "General Error"}]}}, 400),
        HttpAnswer(302),
    ],
)
def test_an_answer_that_judges_no_pin_is_neither_yes_nor_no(alma, answer):
    connector, _ = alma(Recorded("POST", CARD, answer), Recorded("POST", MYSELF, answer), files=["user_u57"])
    with pytest.raises(UnexpectedAnswer):
        asyncio.run(connector.verify_patron("HK10057", "1234"))
    with pytest.raises(UnexpectedAnswer):
        asyncio.run(connector.check_pin(PATRON, "1234"))


def test_an_error_that_came_as_xml_is_understood(alma):
    body = (
        b'<?xml version="1.0"?><web_service_result xmlns="http://com/exlibris/urm/general/xmlbeans">'
        b"<errorList><error><errorCode>401866</errorCode></error></errorList></web_service_result>"
    )
    xml = HttpAnswer(400, {"content-type": "application/xml;charset=UTF-8"}, body)
    connector, _ = alma(Recorded("POST", CARD, xml), files=["user_u57"])
    assert asyncio.run(connector.verify_patron("HK10057", "1234")) == Rejected()


@pytest.mark.parametrize("number", ["", "..", "a/../b", "a\0b", "1" * 500, "\ud800"])
def test_what_no_library_could_know_costs_no_call(alma, number):
    connector, transport = alma()
    assert asyncio.run(connector.verify_patron(number, "1234")) == Rejected()
    assert asyncio.run(connector.verify_patron("HK10057", number and "\0")) == Rejected()
    assert transport.requests == []


def test_an_identifier_is_one_segment_of_the_path(alma, error):
    nobody = error("401890")
    path = "/almaws/v1/users/a%2Fb%40c"
    connector, transport = alma(Recorded("POST", path, nobody), Recorded("GET", path, nobody))
    assert asyncio.run(connector.verify_patron("a/b@c", "1234")) == Rejected()
    assert len(transport.requests) == 2


def test_the_record_is_read_whatever_the_case_of_the_primary_id(alma):
    connector, transport = alma(files=["user_u57"])
    assert asyncio.run(connector.read_patron("u57@example")) == PatronRecord(
        "u57@example",
        "HK10057",
        Standing.GOOD,
        (),
        date(2031, 5, 31),
        "reader57@alma.example",
        owed=Money(1250, "EUR"),
    )
    (request,) = transport.requests
    assert request.optional
    assert request.params["expand"] == "fees"


@pytest.mark.parametrize("patron_id", ["u99", "../u57", ""])
def test_a_deleted_or_impossible_user_is_not_a_patron(alma, error, patron_id):
    connector, _ = alma(Recorded("GET", "/almaws/v1/users/u99", error("401861")))
    assert asyncio.run(connector.read_patron(patron_id)) == NotAPatron()


def test_a_record_found_by_another_identifier_is_a_wrong_patron(alma):
    connector, _ = alma(Recorded("GET", "/almaws/v1/users/HK10057", json_answer(user())))
    with pytest.raises(WrongPatron):
        asyncio.run(connector.read_patron("HK10057"))


def block(code="02-GLOBAL", desc="Long overdue", status="ACTIVE", ends=None):
    return {
        "block_description": {"value": code, "desc": desc},
        "block_status": status,
        "expiry_date": ends,
        "block_note": "for staff",
    }


@pytest.mark.parametrize(
    ("fields", "standing", "blocks"),
    [
        ({"status": {"value": "INACTIVE"}}, Standing.BLOCKED, [Block(BlockCode.INACTIVE)]),
        ({"expiry_date": "2030-01-09Z"}, Standing.EXPIRED, [Block(BlockCode.CARD_EXPIRED)]),
        ({"expiry_date": "2030-01-10Z"}, Standing.GOOD, []),
        ({"expiry_date": None, "user_block": None}, Standing.GOOD, []),
        ({"user_block": [block()]}, Standing.BLOCKED, [Block(BlockCode.LIBRARY_SAYS, "Long overdue")]),
        ({"user_block": [block("OVERDUE")]}, Standing.BLOCKED, [Block(BlockCode.OVERDUES, "Long overdue")]),
        ({"user_block": [block(status="Inactive")]}, Standing.GOOD, []),
        ({"user_block": [block(ends="2029-12-18T14:36:48.659Z")]}, Standing.GOOD, []),
        (
            {"user_block": [block(ends="2030-01-10Z")]},
            Standing.BLOCKED,
            [Block(BlockCode.LIBRARY_SAYS, "Long overdue")],
        ),
    ],
)
def test_standing_and_its_reasons(fields, standing, blocks):
    evening = datetime(2030, 1, 10, 20, 0, tzinfo=UTC)
    record = User(user(**fields)).record("u57@example", "BARCODE", evening, ZoneInfo("Europe/Oslo"), "NOK")
    assert record.standing is standing
    assert record.blocks == tuple(blocks)


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"primary_id": None}, "user.primary_id"),
        ({"status": "ACTIVE"}, "user.status"),
        ({"user_identifier": {}}, "user.user_identifier"),
        ({"expiry_date": "soon"}, "user.expiry_date"),
        ({"contact_info": {"email": [{"email_address": 5}]}}, "user.contact_info.email.email_address"),
    ],
)
def test_a_wrong_type_names_the_field_and_not_the_value(fields, named):
    with pytest.raises(UnexpectedAnswer, match=named):
        User(user(**fields)).record(
            "u57@example", "BARCODE", datetime.now(UTC), ZoneInfo("Europe/Oslo"), "NOK"
        )
