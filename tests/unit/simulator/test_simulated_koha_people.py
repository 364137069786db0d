"""The simulated Koha's PINs, own data, messages, family, self-renewal and suggestions, in Koha's shapes."""

from base64 import b64encode

import pytest

from discovery_accounts.simulator.server import SimulatedLibrary

PLUGIN = "/api/v1/contrib/kohasuomi/patrons/101"
RENEWAL = "/api/v1/public/patrons/106/self_renewal"


@pytest.fixture
def with_plugin():
    with SimulatedLibrary("koha", patrons=6, plugin=True) as library:
        yield library


@pytest.fixture
def ask(with_plugin, koha_asker):
    return koha_asker(with_plugin)


def basic(name, pin):
    return {"Authorization": f"Basic {b64encode(f'{name}:{pin}'.encode()).decode()}"}


@pytest.mark.parametrize(
    ("body", "status", "text"),
    [
        ({"password": "2580", "password_2": "2580"}, 200, None),
        ({"password": "2580", "password_2": "2581"}, 400, "Passwords don't match"),
        ({"password": "25", "password_2": "25"}, 400, "Password length (2) is shorter than required (4)"),
        ({"password": "2222", "password_2": "2222"}, 400, "[Password is too weak]"),
    ],
)
def test_a_password_is_set_or_complained_of(ask_koha, body, status, text) -> None:
    answer = ask_koha.post("/api/v1/patrons/101/password", body=body)
    assert (answer.status, answer.json if text is None else answer.json["error"]) == (status, text or "")


def test_a_password_needs_both_fields_and_a_patron(ask_koha) -> None:
    answer = ask_koha.post("/api/v1/patrons/101/password", body={"password": "2580"})
    assert (answer.status, "errors" in answer.json) == (400, True)
    both = {"password": "2580", "password_2": "2580"}
    assert ask_koha.post("/api/v1/patrons/999/password", body=both).status == 404


def test_the_plugin_tells_only_what_is_asked_for(ask) -> None:
    plain = ask.get(PLUGIN).json
    assert not {"messages", "guarantors", "messaging_preferences"} & set(plain)
    assert [one["message"] for one in ask.get(f"{PLUGIN}?query_messages=1").json["messages"]] == [
        "Your umbrella is at the desk."
    ]
    family = ask.get(f"{PLUGIN}?query_relationships=1").json
    assert ([one["id"] for one in family["guarantees"]], family["guarantors"]) == ([102], [])
    assert ask.get(f"{PLUGIN}?nonsense=1").status == 400


def test_some_fields_wait_for_staff(ask, with_plugin) -> None:
    assert ask("PATCH", PLUGIN, body={"email": "a@lib.example"}).json["borrowernumber"] == 101
    waiting = ask("PATCH", PLUGIN, body={"email": "b@lib.example", "city": "Tampere"})
    assert (waiting.status, waiting.json) == (202, {})
    now = ask.get(PLUGIN).json
    assert (now["email"], now["city"]) == ("b@lib.example", "Helsinki")
    assert ask("PATCH", PLUGIN, body={"phone": "040"}).status == 202  # in place of the city
    assert ask.post("/_control/patrons/101/approve").status == 204
    now = ask.get(PLUGIN).json
    assert (now["city"], now["phone"]) == ("Helsinki", "040")
    with_plugin.approve_changes("101")
    assert ask.get(PLUGIN).json["phone"] == "040"


def test_choices_of_messages_replace_a_kind_whole(ask) -> None:
    path = f"{PLUGIN}/messaging_preferences"
    told = ask("PUT", path, body={"Advance_Notice": {"transport_types": {"email": True}}})
    assert told.json["Advance_Notice"]["days_in_advance"] == {"configurable": True, "value": None}
    sms = ask("PUT", path, body={"Item_Due": {"transport_types": {"sms": True}}})
    assert (sms.status, sms.json["error"]) == (400, "Patron has invalid sms number")
    assert ask("PUT", path, body={"Nonsense": {}}).json["error"] == "Message type Nonsense not found."


def test_only_the_patron_renews_the_card(koha, asking, ask_koha) -> None:
    ask = asking(koha)
    assert ask.get(RENEWAL, headers=basic("21270000006", "6789")).status == 200
    assert ask.get(RENEWAL, headers=basic("reader6", "6789")).status == 200
    wrong = ask.get(RENEWAL, headers=basic("21270000006", "0000"))
    assert (wrong.status, wrong.json["error"]) == (403, "Invalid password")
    assert ask.get(RENEWAL, headers=basic("21270000001", "1234")).status == 403
    assert ask_koha.get(RENEWAL).status == 403
    assert ask.get("/api/v1/patrons/106", headers=basic("21270000006", "6789")).status == 401
    assert [call.refused_pin for call in koha.calls][:3] == [False, False, True]
    renewed = ask.post(RENEWAL, body={}, headers=basic("21270000006", "6789"))
    assert (renewed.status, renewed.json["confirmation_sent"]) == (201, 1)
    again = ask.post(RENEWAL, body={}, headers=basic("21270000006", "6789"))
    assert (again.status, again.json["error"]) == (403, "You are not eligible for self-renewal")


def test_suggestions_are_found_by_a_query_and_added_to(ask_koha) -> None:
    path = '/api/v1/suggestions?q={"suggested_by":101}&_per_page=-1&_order_by=-suggestion_date'
    found = ask_koha.get(path)
    assert [one["status"] for one in found.json] == ["ORDERED", "REJECTED"]
    assert found.headers["X-Total-Count"] == "2"
    made = ask_koha.post("/api/v1/suggestions", body={"suggested_by": 101, "title": "New"})
    assert (made.status, made.json["status"], made.json["suggested_by"]) == (201, "ASKED", 101)
    assert ask_koha.get(path).json[0]["title"] == "New"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"suggested_by": 101, "nonsense": 1}, 400),
        ({"suggested_by": "101"}, 400),
        ({"suggested_by": 101, "suggestion_id": 1}, 400),
        ([], 400),
        ({"suggested_by": 999}, 500),
    ],
)
def test_a_suggestion_must_fit(ask_koha, body, status) -> None:
    assert ask_koha.post("/api/v1/suggestions", body=body).status == status


def test_choices_and_what_waits_outlive_the_library(tmp_path, koha_asker) -> None:
    options = {"patrons": 3, "plugin": True, "database": str(tmp_path / "koha.db")}
    with SimulatedLibrary("koha", **options) as library:
        ask = koha_asker(library)
        ask("PATCH", PLUGIN, body={"city": "Tampere"})
        ask("PUT", f"{PLUGIN}/messaging_preferences", body={"Item_Due": {"transport_types": {}}})
    with SimulatedLibrary("koha", **options) as library:
        library.approve_changes("101")
        told = koha_asker(library).get(f"{PLUGIN}?query_messaging_preferences=1").json
        assert told["city"] == "Tampere"
        assert told["messaging_preferences"]["Item_Due"]["transport_types"]["email"] is False
