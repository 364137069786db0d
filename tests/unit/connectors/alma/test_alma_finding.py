"""Alma users found by a whole value: read and searched for, and compared here."""

import asyncio

import pytest

from discovery_accounts.connectors.api import UnexpectedAnswer, Unsupported, WrongPatron
from discovery_accounts.testing.replay import Recorded, json_answer

ALL = "/almaws/v1/users"


def identifier(value, id_type="INST_ID", status="ACTIVE"):
    return {"id_type": {"value": id_type}, "value": value, "status": status}


def user(primary_id, *identifiers, emails=()):
    rows = [{"email_address": email, "preferred": n == 0} for n, email in enumerate(emails)]
    return {
        "primary_id": primary_id,
        "account_type": {"value": "INTERNAL"},
        "contact_info": {"email": rows},
        "user_identifier": list(identifiers),
    }


def listed(*users, total=None):
    body = {"total_record_count": len(users) if total is None else total}
    if users:
        body["user"] = list(users)
    return Recorded("GET", ALL, json_answer(body))


def read(value, answer):
    return Recorded("GET", f"{ALL}/{value}", answer if not isinstance(answer, dict) else json_answer(answer))


def ids(records):
    return [record.patron_id for record in records]


def find(connector, field, value):
    return asyncio.run(connector.find_patrons(field, value))


def test_a_primary_id_is_read_in_one_call(alma):
    connector, transport = alma(read("u57", user("U57")))
    assert ids(find(connector, "primary_id", "u57")) == ["U57"]
    assert len(transport.requests) == 1


def test_an_identifier_is_read_and_searched_for_because_two_may_have_it(alma):
    one, other = user("u57", identifier("900057")), user("u58", identifier("900057"))
    connector, transport = alma(read("900057", one), listed(one, other))
    assert ids(find(connector, "INST_ID", "900057")) == ["u57", "u58"]
    by_id, search = transport.requests
    assert by_id.params == {"user_id_type": "INST_ID"}
    assert search.params == {"q": "identifiers~900057", "limit": "100", "expand": "full", "offset": "0"}


def test_one_found_both_ways_is_one(alma):
    one = user("u57", identifier("900057"))
    connector, _ = alma(read("900057", one), listed(one))
    assert ids(find(connector, "INST_ID", "900057")) == ["u57"]


@pytest.mark.parametrize(
    "other",
    [
        identifier("900057", id_type="OTHER"),
        identifier("900057", status="INACTIVE"),
        identifier("9000570"),
        identifier("A900057"),
    ],
)
def test_an_identifier_of_another_type_or_no_longer_in_force_does_not_count(alma, error, other):
    connector, _ = alma(read("900057", error("401890")), listed(user("u57", other)))
    assert find(connector, "INST_ID", "900057") == ()


def test_identifiers_are_compared_letter_by_letter_and_primary_ids_are_not(alma, error):
    connector, _ = alma(read("abc", error("401890")), listed(user("u57", identifier("ABC"))))
    assert find(connector, "INST_ID", "abc") == ()
    connector, _ = alma(read("abc", user("ABC")))
    assert ids(find(connector, "primary_id", "abc")) == ["ABC"]


def test_a_primary_id_that_is_another_users_identifier_finds_nobody(alma):
    connector, _ = alma(read("900057", user("u57", identifier("900057"))))
    assert find(connector, "primary_id", "900057") == ()


def test_a_user_without_the_identifier_is_never_passed_on(alma):
    connector, _ = alma(read("900057", user("u58", identifier("900058"))))
    with pytest.raises(WrongPatron) as failed:
        find(connector, "INST_ID", "900057")
    assert "900057" not in str(failed.value)


def test_an_address_is_any_of_the_users_addresses(alma):
    users = [
        user("u57", emails=["x@lib.example", "ADA@lib.example"]),
        user("u58", emails=["bada@lib.example"]),
    ]
    connector, transport = alma(listed(*users))
    assert ids(asyncio.run(connector.find_by_email("ada@lib.example"))) == ["u57"]
    assert transport.requests[0].params["q"] == "email~ada@lib.example"


def test_blanks_can_make_no_further_question(alma):
    connector, transport = alma(listed())
    assert asyncio.run(connector.find_by_email("ada OR email~lib")) == ()
    assert transport.requests[0].params["q"] == "email~ada_OR_email~lib"


def test_a_long_list_is_read_until_there_are_two(alma):
    page = [user(f"u{n}", emails=[f"{n}.ada@lib.example"]) for n in range(100)]
    hit = [user(f"w{n}", emails=["ada@lib.example"]) for n in range(2)]
    connector, transport = alma(
        Recorded("GET", ALL, json_answer({"user": page, "total_record_count": 300}), times=1),
        Recorded("GET", ALL, json_answer({"user": hit, "total_record_count": 300}), times=1),
    )
    assert ids(asyncio.run(connector.find_by_email("ada@lib.example"))) == ["w0", "w1"]
    assert [request.params["offset"] for request in transport.requests] == ["0", "100"]


def test_a_list_too_long_to_be_sure_is_no_answer(alma):
    page = [user(f"u{n}", emails=[f"{n}.ada@lib.example"]) for n in range(100)]
    connector, transport = alma(Recorded("GET", ALL, json_answer({"user": page, "total_record_count": 9000})))
    with pytest.raises(UnexpectedAnswer):
        asyncio.run(connector.find_by_email("ada@lib.example"))
    assert len(transport.requests) <= 5


def test_a_list_that_tells_only_names_is_no_answer(alma):
    brief = {"primary_id": "u57", "first_name": "Ada", "last_name": "Reader"}
    connector, _ = alma(Recorded("GET", ALL, json_answer({"user": [brief], "total_record_count": 1})))
    with pytest.raises(UnexpectedAnswer):
        asyncio.run(connector.find_by_email("ada@lib.example"))


@pytest.mark.parametrize("field", ["all_unique", "", "INST ID", "a/b"])
def test_other_fields_are_refused_unsent(alma, field):
    connector, transport = alma()
    with pytest.raises(Unsupported):
        find(connector, field, "x")
    assert transport.requests == []


@pytest.mark.parametrize("value", ["", " ", "..", "a/../b", "a\0b", "x" * 300])
def test_what_nobody_could_have_costs_no_call(alma, value):
    connector, transport = alma()
    assert find(connector, "INST_ID", value) == ()
    assert transport.requests == []
