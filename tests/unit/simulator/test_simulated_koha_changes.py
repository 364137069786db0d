"""Koha's patrons are searched for by queries, made, changed and removed."""

import json

import pytest

from discovery_accounts.simulator.server import SimulatedLibrary

NEW = {"surname": "Reader", "library_id": "MAIN", "category_id": "HENKILO"}
ATTRIBUTES = {"x-koha-embed": "extended_attributes"}


def search(ask, query, embed=None, **more):
    found = ask("GET", "/api/v1/patrons?_per_page=-1", body=query, headers=embed or {}, **more)
    return [one["patron_id"] for one in found.json]


@pytest.fixture
def ask(asking, koha_asker):
    with SimulatedLibrary("koha", patrons=12) as library:
        yield koha_asker(library)


def test_two_share_an_address_and_an_attribute(ask) -> None:
    assert search(ask, {"email": "family@koha.example"}) == [111, 112]
    query = {"extended_attributes.value": "family@university.example", "extended_attributes.code": "EPPN"}
    assert search(ask, query, ATTRIBUTES) == [111, 112]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ({"userid": "READER1"}, [101]),
        ({"userid": "réader1"}, [101]),
        ({"userid": "reader%"}, []),
        ({"userid": {"like": "reader1_"}}, [110, 111, 112]),
        ([{"userid": "reader1"}, {"email": "reader2@koha.example"}], [101, 102]),
        ({"-and": [{"userid": "reader1"}, {"email": "reader2@koha.example"}]}, []),
        ({"userid": ["reader1", "reader2"]}, [101, 102]),
        ({"phone": None, "userid": "reader1"}, [101]),
    ],
)
def test_queries_compare_as_the_database_does(ask, query, ids) -> None:
    assert search(ask, query) == ids


@pytest.mark.parametrize(
    "query", [{"nonsense": 1}, {"userid": {"regexp": "x"}}, ["x"], {"extended_attributes.value": "x"}]
)
def test_a_query_that_means_nothing_is_refused(ask, query) -> None:
    answer = ask("GET", "/api/v1/patrons", body=query)
    assert (answer.status, answer.json["error_code"]) == (400, "invalid_query")


def test_a_new_patron_gets_a_number_and_can_be_read(ask) -> None:
    body = NEW | {"phone": "1", "extended_attributes": [{"type": "EPPN", "value": "ada@university.example"}]}
    made = ask.post("/api/v1/patrons", body=body)
    assert made.status == 201
    assert made.headers["Location"] == f"/api/v1/patrons/{made.json['patron_id']}"
    read = ask.get(f"/api/v1/patrons/{made.json['patron_id']}", headers=ATTRIBUTES).json
    assert (read["patron_id"], read["cardnumber"], read["phone"]) == (113, "21270000013", "1")
    assert [one["value"] for one in read["extended_attributes"]] == ["ada@university.example"]


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        (
            {"surname": ...},
            400,
            {"errors": [{"message": "Missing property.", "path": "/body/surname"}], "status": 400},
        ),
        ({"nonsense": "x"}, 400, "Properties not allowed: nonsense."),
        ({"expired": False}, 400, "Read-only."),
        ({"phone": 1}, 400, "/body/phone"),
        ({"library_id": None}, 400, "/body/library_id"),
        ({"cardnumber": "1" * 33}, 400, "too long"),
        ({"category_id": "X"}, 400, {"error": "Given category_id does not exist"}),
        ({"library_id": "X"}, 400, {"error": "Given library_id does not exist"}),
        ({"userid": "reader1"}, 400, {"error": "Problem with reader1"}),
        ({"cardnumber": "21270000001"}, 409, {"error": "Duplicate ID", "conflict": "cardnumber"}),
        ({"extended_attributes": [{"type": "X", "value": "x"}]}, 400, "invalid_attribute_type"),
    ],
)
def test_what_does_not_fit_is_refused_and_makes_nobody(ask, change, status, said) -> None:
    body = {name: value for name, value in (NEW | change).items() if value is not ...}
    answer = ask.post("/api/v1/patrons", body=body)
    assert answer.status == status
    assert answer.json == said if isinstance(said, dict) else said in answer.body.decode()
    assert len(ask.library.patrons) == 12


def test_a_unique_attribute_is_one_patrons(ask) -> None:
    code = {"type": "HETU", "value": "010190-999R"}
    assert ask.post("/api/v1/patrons/101/extended_attributes", body=code).status == 201
    refused = ask.post("/api/v1/patrons/102/extended_attributes", body=code)
    assert (refused.status, refused.json["error_code"]) == (409, "attribute_not_unique")
    again = ask.post("/api/v1/patrons/101/extended_attributes", body=code)
    assert again.json["error_code"] == "non_repeatable_attribute"
    made = ask.post("/api/v1/patrons", body=NEW | {"extended_attributes": [code]})
    assert (made.status, made.json["error_code"]) == (400, "attribute_not_unique")


def test_attributes_are_changed_and_removed_one_at_a_time(ask) -> None:
    path = "/api/v1/patrons/101/extended_attributes"
    (one,) = ask.get(path).json
    changed = ask("PATCH", f"{path}/{one['extended_attribute_id']}", body={"value": "new"})
    assert changed.json == one | {"value": "new"}
    assert ask("PATCH", f"{path}/2", body={"value": "x"}).status == 404
    assert ask("DELETE", f"{path}/{one['extended_attribute_id']}").status == 204
    assert ask.get(path).json == []


def test_put_writes_the_whole_record_and_empties_what_is_left_out(ask) -> None:
    whole = ask.get("/api/v1/patrons/101").json
    for name in ("expired", "restricted", "anonymized"):
        del whole[name]
    changed = ask("PUT", "/api/v1/patrons/101", body=whole | {"phone": "1"})
    assert (changed.status, changed.json["phone"], changed.json["address"]) == (200, "1", "Kirjastokatu 1")
    shorter = ask("PUT", "/api/v1/patrons/101", body=NEW).json
    assert (shorter["phone"], shorter["email"], shorter["address"]) == (None, None, None)
    assert ask("PUT", "/api/v1/patrons/999", body=NEW).status == 404
    assert ask("PUT", "/api/v1/patrons/101", body={"email": "x"}).status == 400
    assert ask("PATCH", "/api/v1/patrons/101", body={"email": "x"}).status == 405


def test_a_change_leaves_pin_and_blocks_alone(ask) -> None:
    assert (
        ask("PUT", "/api/v1/patrons/105", body=NEW | {"cardnumber": "21270000005"}).json["restricted"] is True
    )
    body = {"identifier": "21270000005", "password": "5678"}
    assert ask.post("/api/v1/auth/password/validation", body=body).status == 201


def test_loans_debts_guarantees_and_protection_keep_a_patron(ask) -> None:
    def obstacle(patron_id):
        answer = ask("DELETE", f"/api/v1/patrons/{patron_id}")
        return answer.status, answer.json["error_code"]

    assert obstacle(101) == (409, "has_checkouts")
    ask.library.set_fees("103", 2)
    ask.library.set_guarantees("103", 1)
    assert obstacle(103) == (409, "has_debt")
    ask.library.set_fees("103", 0)
    assert obstacle(103) == (409, "has_guarantees")
    ask.library.set_guarantees("103", 0)
    ask("PUT", "/api/v1/patrons/103", body=NEW | {"protected": True})
    assert obstacle(103) == (409, "is_protected")


def test_a_removed_number_never_comes_again(ask) -> None:
    ask("DELETE", "/api/v1/patrons/103")
    assert ask("DELETE", "/api/v1/patrons/103").status == 404
    first = ask.post("/api/v1/patrons", body=NEW).json["patron_id"]
    assert ask("DELETE", f"/api/v1/patrons/{first}").status == 204
    assert ask.post("/api/v1/patrons", body=NEW).json["patron_id"] == first + 1


def test_who_was_made_has_no_pin_that_anybody_knows(ask) -> None:
    made = ask.post("/api/v1/patrons", body=NEW | {"userid": "ada"}).json
    for pin in ("", "1234", "ada"):
        body = {"identifier": made["cardnumber"], "password": pin}
        assert ask.post("/api/v1/auth/password/validation", body=body).status == 400


def test_people_are_set_up_by_the_control_addresses(ask) -> None:
    path = "/_control/patrons/101"
    assert ask.post(f"{path}/email", body={"email": "new@koha.example"}).status == 204
    assert ask.post(f"{path}/identifiers", body={"type": "EPPN", "value": "x"}).status == 204
    assert ask.post(f"{path}/birth-date", body={"day": "2011-12-24"}).status == 204
    assert ask.post(f"{path}/fees", body={"amount": 3.5}).status == 204
    assert ask.post(f"{path}/guarantees", body={"count": 1}).status == 204
    assert ask.post("/_control/patrons/999/fees", body={"amount": 3.5}).status == 404
    assert ask.post(f"{path}/email", body={}).status == 400
    assert search(ask, {"email": "new@koha.example"}) == [101]
    read = ask.get("/api/v1/patrons/101", headers=ATTRIBUTES).json
    assert read["date_of_birth"] == "2011-12-24"
    assert [one["value"] for one in read["extended_attributes"]] == ["reader1@university.example", "x"]


def test_the_record_of_calls_holds_nothing_of_a_person(ask) -> None:
    ask("GET", "/api/v1/patrons?q=" + "%7B%22email%22%3A%22canary%22%7D")
    search(ask, {"email": "canary"})
    assert "canary" not in json.dumps([call.path for call in ask.library.calls])
