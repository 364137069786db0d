"""Alma's users are searched for by words, made, changed and removed."""

import pytest

from discovery_accounts.simulator.server import SimulatedLibrary

NEW = {
    "primary_id": "ada@uni.example",
    "first_name": "Ada",
    "last_name": "Reader",
    "record_type": {"value": "PUBLIC"},
    "account_type": {"value": "INTERNAL"},
    "user_group": {"value": "ADULT"},
}
USERS = "/almaws/v1/users"


@pytest.fixture
def ask(asking):
    with SimulatedLibrary("alma", patrons=12) as library:
        yield asking(library, {"Authorization": f"apikey {library.api_key}", "Accept": "application/json"})


def found(ask, query, **more):
    listed = ask.get(f"{USERS}?q={query}&limit=100").json
    assert listed["total_record_count"] == len(listed.get("user", []))
    return sorted(one["primary_id"] for one in listed.get("user", []))


def code(answer):
    return answer.json["errorList"]["error"][0]["errorCode"]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("email~family@alma.example", ["u1011", "u1012"]),
        ("email~READER1@alma.example", ["u1001"]),
        ("email~reader1", ["u1001"]),
        ("email~alma_reader1", ["u1001"]),
        ("email~reade", []),
        ("identifiers~HK10002", ["u1002"]),
        ("identifiers~HK09008", ["u1008"]),
        ("primary_id~u1003", ["u1003"]),
        ("email~reader1%20OR%20email~reader2", ["u1001", "u1002"]),
        ("email~reader1%20AND%20primary_id~u1002", []),
    ],
)
def test_words_find_users(ask, query, ids) -> None:
    assert found(ask, query) == ids


def test_a_list_is_brief_unless_all_is_asked_for_and_has_parts(ask) -> None:
    one = ask.get(f"{USERS}?q=primary_id~u1001").json["user"][0]
    assert set(one) == {"primary_id", "first_name", "last_name", "status", "link"}
    full = ask.get(f"{USERS}?q=primary_id~u1001&expand=full").json["user"][0]
    assert full["contact_info"]["email"][0]["email_address"] == "reader1@alma.example"
    page = ask.get(f"{USERS}?limit=5&offset=10").json
    assert (len(page["user"]), page["total_record_count"]) == (2, 12)
    assert "user" not in ask.get(f"{USERS}?q=primary_id~nobody").json
    assert code(ask.get(f"{USERS}?q=nonsense~x")) == "40166411"
    assert code(ask.get(f"{USERS}?limit=101")) == "40166411"


def test_a_new_user_can_be_read_whatever_letters_are_capitals(ask) -> None:
    email = [{"email_address": "ada@lib.example", "preferred": True}]
    number = {"id_type": {"value": "INST_ID"}, "value": "900058"}
    made = ask.post(USERS, body=NEW | {"contact_info": {"email": email}, "user_identifier": [number]})
    assert (made.status, made.json["primary_id"]) == (200, "ada@uni.example")
    for path in ("ADA%40uni.example", "900058?user_id_type=INST_ID"):
        read = ask.get(f"{USERS}/{path}").json
        assert (read["full_name"], read["contact_info"]["email"]) == ("Ada Reader", email)
        assert [one["value"] for one in read["user_identifier"]] == ["900058"]
    assert found(ask, "email~ada@lib.example") == ["ada@uni.example"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"last_name": ""}, "401664"),
        ({"primary_id": None}, "401664"),
        ({"account_type": {"value": "OTHER"}}, "401857"),
        ({"account_type": {"value": "EXTERNAL"}}, "401854"),
        ({"external_id": "SIS"}, "401853"),
        ({"user_group": {"value": "NONE"}}, "401852"),
        ({"primary_id": "U1001"}, "401851"),
        ({"primary_id": "HK10001"}, "401851"),
        ({"user_identifier": [{"id_type": {"value": "BARCODE"}, "value": "HK10001"}]}, "401851"),
        ({"user_identifier": [{"id_type": {"value": "X"}, "value": "1"}]}, "401864"),
    ],
)
def test_what_does_not_fit_is_refused_and_makes_nobody(ask, change, said) -> None:
    answer = ask.post(USERS, body=NEW | change)
    assert (answer.status, code(answer)) == (400, said)
    assert len(ask.library.patrons) == 12
    assert code(ask.post(USERS)) == "401676"


def test_put_swaps_all_but_the_card_stays_where_it_is_sent(ask) -> None:
    whole = ask.get(f"{USERS}/u1001").json
    changed = ask(
        "PUT", f"{USERS}/u1001", body=whole | {"first_name": "New", "user_note": [{"note_text": "x"}]}
    )
    assert changed.status == 200
    read = ask.get(f"{USERS}/u1001").json
    assert (read["first_name"], read["user_note"]) == ("New", [{"note_text": "x"}])
    assert ask.get(f"{USERS}/HK10001?user_id_type=BARCODE").status == 200
    del whole["user_identifier"]
    ask("PUT", f"{USERS}/u1001", body=whole)
    assert ask.get(f"{USERS}/HK10001?user_id_type=BARCODE").status == 400
    assert ask.get(f"{USERS}/u1001").json["user_note"] == []
    assert code(ask("PUT", f"{USERS}/nobody", body=whole)) == "401861"
    assert code(ask("PUT", f"{USERS}/u1001", body=whole | {"primary_id": "u9"})) == "401859"


def test_of_people_of_the_university_some_fields_stay_unless_named(ask) -> None:
    whole = ask.get(f"{USERS}/u1007").json | {"preferred_language": {"value": "sv"}}
    for override, language in (("", "en"), ("?override=preferred_language", "sv")):
        ask("PUT", f"{USERS}/u1007{override}", body=whole)
        assert ask.get(f"{USERS}/u1007").json["preferred_language"]["value"] == language


def test_loans_and_fees_keep_a_user_and_no_reason_is_told(ask) -> None:
    assert code(ask("DELETE", f"{USERS}/u1001")) == "401850"
    ask.library.set_fees("u1003", 2.5)
    assert ask.get(f"{USERS}/u1003?expand=fees,loans").json["fees"]["value"] == "2.5"
    assert code(ask("DELETE", f"{USERS}/u1003")) == "401850"
    ask.library.set_fees("u1003", 0)
    assert ask("DELETE", f"{USERS}/u1003").status == 204
    assert code(ask("DELETE", f"{USERS}/u1003")) == "401861"


def test_people_are_set_up_by_the_control_addresses(ask) -> None:
    path = "/_control/patrons/u1001"
    assert ask.post(f"{path}/email", body={"email": "new@alma.example"}).status == 204
    assert ask.post(f"{path}/identifiers", body={"type": "INST_ID", "value": "900001"}).status == 204
    assert found(ask, "email~new@alma.example") == found(ask, "identifiers~900001") == ["u1001"]


def test_who_was_made_has_no_card_and_no_password(ask) -> None:
    ask.post(USERS, body=NEW)
    made = next(one for one in ask.library.patrons if one.patron_id == "ada@uni.example")
    assert made.card_number == ""
    answer = ask.post(f"{USERS}/ada%40uni.example?op=auth", headers={"Exl-User-Pw": ""})
    assert code(answer) == "401866"
    assert ask.library.renew_card("ada@uni.example").startswith("HK9")


def test_the_record_of_calls_holds_nothing_of_a_person(ask) -> None:
    ask.get(f"{USERS}?q=email~canary@lib.example")
    assert all("canary" not in call.path for call in ask.library.calls)
