"""Koha patrons found by a whole value: how it is asked, and what of the answer counts."""

import asyncio
import json

import pytest

from discovery_accounts.connectors.api import Refused, UnexpectedAnswer, Unsupported, WrongPatron
from discovery_accounts.testing.replay import Recorded, json_answer


def patron(patron_id, **more):
    return {"patron_id": patron_id, "cardnumber": f"C{patron_id}", "expiry_date": "2031-05-31"} | more


def found(*rows, total=None, status=200):
    total = len(rows) if total is None else total
    return Recorded("GET", "/v1/patrons", json_answer(list(rows), status, x_total_count=str(total)))


def having(*values, code="EPPN"):
    rows = enumerate(values, 1)
    return [{"extended_attribute_id": number, "type": code, "value": value} for number, value in rows]


def ids(records):
    return [record.patron_id for record in records]


def test_a_value_travels_in_the_body_and_in_no_address(koha):
    connector, transport = koha(found(patron(57, userid="ada@uni.example")))
    assert ids(asyncio.run(connector.find_patrons("userid", "ada@uni.example"))) == ["57"]
    sent = transport.requests[-1]
    assert sent.json == {"userid": "ada@uni.example"}
    assert "ada" not in repr((sent.path, sent.params))
    assert sent.safe


def test_where_no_body_arrives_the_question_is_in_the_address_from_then_on(koha):
    everybody = [patron(number, userid=f"u{number}") for number in range(1, 21)]
    hers = patron(57, userid="ada")

    def without_bodies(request):
        if "q" not in request.params:
            return json_answer(everybody, x_total_count="9000")
        assert request.json is None
        return json_answer([hers] if json.loads(request.params["q"]) == {"userid": "ada"} else [])

    connector, transport = koha(Recorded("GET", "/v1/patrons", without_bodies))

    async def twice():
        return [await connector.find_patrons("userid", value) for value in ("ada", "bo")]

    first, second = asyncio.run(twice())
    assert (ids(first), second) == (["57"], ())
    assert transport.count("GET", "/v1/patrons") == 3


@pytest.mark.parametrize("status", [400, 413, 422])
def test_where_a_body_is_refused_too(koha, status):
    def refusing(request):
        return json_answer({}, status) if request.json else json_answer([patron(57, userid="ada")])

    connector, _ = koha(Recorded("GET", "/v1/patrons", refusing))
    assert ids(asyncio.run(connector.find_patrons("userid", "ada"))) == ["57"]


def test_an_attribute_is_asked_for_with_its_type_and_brought_along(koha):
    connector, transport = koha(found(patron(57, extended_attributes=having("ada@uni.example"))))
    assert ids(asyncio.run(connector.find_patrons("attribute:EPPN", "ada@uni.example"))) == ["57"]
    sent = transport.requests[-1]
    assert sent.json == {"extended_attributes.value": "ada@uni.example", "extended_attributes.code": "EPPN"}
    assert sent.headers["x-koha-embed"] == "extended_attributes"


def test_both_addresses_are_asked_for(koha):
    connector, transport = koha(
        found(patron(57, email="ADA@lib.example"), patron(58, email=None, secondary_email="ada@lib.example"))
    )
    assert ids(asyncio.run(connector.find_by_email("ada@lib.example"))) == ["57", "58"]
    assert transport.requests[-1].json == [
        {"email": "ada@lib.example"},
        {"secondary_email": "ada@lib.example"},
    ]


@pytest.mark.parametrize("kept", ["Ada@uni.example", "ada@uni.exämple", "ADA@UNI.EXAMPLE", "ađa@uni.example"])
def test_what_the_database_takes_for_the_same_is_not(koha, kept):
    connector, _ = koha(found(patron(57, userid=kept)))
    assert asyncio.run(connector.find_patrons("userid", "ada@uni.example")) == ()


def test_a_letter_that_looks_like_another_makes_another_address(koha):
    connector, _ = koha(found(patron(57, email="\N{KELVIN SIGN}ari@lib.example")))
    assert asyncio.run(connector.find_by_email("kari@lib.example")) == ()


def test_an_attribute_of_another_type_does_not_count(koha):
    connector, _ = koha(found(patron(57, extended_attributes=having("ada@uni.example", code="OTHER"))))
    with pytest.raises(WrongPatron):
        asyncio.run(connector.find_patrons("attribute:EPPN", "ada@uni.example"))


def test_rows_that_were_not_asked_for_mean_that_the_question_was_lost(koha):
    connector, _ = koha(found(patron(57, userid="ada@uni.example"), patron(58, userid="bo"), total=9000))
    with pytest.raises(WrongPatron) as failed:
        asyncio.run(connector.find_patrons("userid", "ada@uni.example"))
    assert "ada" not in str(failed.value)


def test_more_rows_than_were_sent_are_no_answer_unless_there_are_two_already(koha):
    near = [patron(57, userid="Ada"), patron(58, userid="ADA")]
    connector, _ = koha(found(*near, total=40))
    with pytest.raises(UnexpectedAnswer):
        asyncio.run(connector.find_patrons("userid", "ada"))
    connector, _ = koha(found(patron(57, userid="ada"), patron(58, userid="ada"), total=40))
    assert len(asyncio.run(connector.find_patrons("userid", "ada"))) == 2


def test_no_more_than_three_are_told(koha):
    connector, _ = koha(found(*[patron(number, email="office@lib.example") for number in range(50, 60)]))
    assert ids(asyncio.run(connector.find_by_email("office@lib.example"))) == ["50", "51", "52"]


@pytest.mark.parametrize("value", ["", " ", "a\0b", "a\nb", "x" * 300, "\ud800"])
def test_what_nobody_could_have_costs_no_call(koha, value):
    connector, transport = koha()
    assert asyncio.run(connector.find_patrons("userid", value)) == ()
    assert asyncio.run(connector.find_by_email(value)) == ()
    assert transport.requests == []


@pytest.mark.parametrize(
    "field", ["surname", "attribute:", "attribute:a b", "attribute:a,b", "patron_id", ""]
)
def test_other_fields_are_refused_unsent(koha, field):
    connector, transport = koha()
    with pytest.raises(Unsupported):
        asyncio.run(connector.find_patrons(field, "x"))
    assert transport.requests == []


def test_a_missing_right_is_named(koha):
    body = {"error": "Missing", "required_permissions": {"borrowers": "list_borrowers"}}
    connector, _ = koha(Recorded("GET", "/v1/patrons", json_answer(body, 403)))
    with pytest.raises(Refused, match="borrowers:list_borrowers"):
        asyncio.run(connector.find_by_email("ada@lib.example"))


@pytest.mark.parametrize("body", [{"patrons": []}, [["x"]], [{"userid": "ada"}], [{"userid": 5}]])
def test_a_list_that_is_none_is_no_answer(koha, body):
    connector, _ = koha(Recorded("GET", "/v1/patrons", json_answer(body)))
    with pytest.raises(UnexpectedAnswer):
        asyncio.run(connector.find_patrons("userid", "ada"))
