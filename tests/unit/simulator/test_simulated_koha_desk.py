"""Simulated Koha at the desk: holds, accounts, the catalogue, and the plugin."""

from datetime import UTC, datetime, timedelta

import pytest

from discovery_accounts.simulator.desk.records import Hold
from discovery_accounts.simulator.koha.desk_records import SHELF
from discovery_accounts.simulator.server import SimulatedLibrary

HOLDS, LIST = "/api/v1/holds", "/api/v1/patrons/101/holds"
EVERYTHING = {"x-koha-embed": "biblio,pickup_library,cancellation_requested,item"}
PLUGIN = "/api/v1/contrib/kohasuomi"


def new_hold(**more):
    return {"patron_id": 101, "biblio_id": 306, "pickup_library_id": "MAIN"} | more


def test_holds_carry_what_is_asked_for(ask_koha) -> None:
    plain = ask_koha.get(LIST).json
    assert [one["status"] for one in plain] == ["W", None, "T", None]
    assert "biblio" not in plain[0]
    full = ask_koha.get(LIST, headers=EVERYTHING).json[0]
    assert full["biblio"]["title"]
    assert full["pickup_library"]["name"] == "Main Library"
    assert full["cancellation_requested"] is False
    assert ask_koha.get(LIST, headers={"x-koha-embed": "patron.secrets"}).status == 400
    assert ask_koha.get("/api/v1/patrons/999/holds").status == 404
    assert ask_koha.get(f"{LIST}?old=true").json == []


def test_a_filter_finds_parts_of_numbers_unless_told_otherwise(ask_koha) -> None:
    assert {one["patron_id"] for one in ask_koha.get(f"{HOLDS}?patron_id=10").json} == {101, 102}
    assert ask_koha.get(f"{HOLDS}?patron_id=10&_match=exact").json == []
    assert len(ask_koha.get(f"{HOLDS}?patron_id=101&hold_id=102&_match=exact").json) == 1
    assert ask_koha.get(f"{HOLDS}?patron_id=abc").status == 400
    assert ask_koha.get(f"{HOLDS}?colour=red").status == 400


def test_the_older_generation_lacks_embeds_and_lists_of_works(koha_asker) -> None:
    with SimulatedLibrary("koha", patrons=6, generation="23.11") as library:
        ask = koha_asker(library)
        assert ask.get(LIST, headers={"x-koha-embed": "biblio"}).status == 400
        assert ask.get(LIST, headers={"x-koha-embed": "cancellation_requested"}).status == 200
        assert ask.get("/api/v1/biblios").status == 404
        assert ask.get("/api/v1/biblios/306").json["title"] == "Papin tytär"
        assert "item_type" in ask.get(LIST).json[0]
        assert ask.post(HOLDS, body=new_hold(item_type_id="KIRJA")).status == 400
        assert ask.post(HOLDS, body=new_hold(item_type="KIRJA")).status == 201


def test_a_hold_is_placed_at_the_end_of_the_queue(ask_koha, koha) -> None:
    koha.desk.place_hold("103", 306, "MAIN")
    until = (datetime.now(UTC).date() + timedelta(days=9)).isoformat()
    made = ask_koha.post(HOLDS, body=new_hold(expiration_date=until, notes="Please", item_type_id=None))
    assert made.status == 201
    assert (made.json["priority"], made.json["expiration_date"], made.json["notes"]) == (2, until, "Please")
    assert koha.desk.record(Hold, made.json["hold_id"]).patron_id == "101"


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"patron_id": 101, "biblio_id": 306}, 400, "errors"),
        ({"patron_id": 101, "pickup_library_id": "MAIN"}, 400, "At least one of biblio_id, item_id"),
        (new_hold(patron_id="101"), 400, "errors"),
        (new_hold(colour="red"), 400, "errors"),
        (new_hold(expiration_date="soon"), 400, "errors"),
        (new_hold(biblio_id=99), 400, "Biblio not found."),
        (new_hold(item_id=5), 400, "doesn't belong to biblio"),
        (new_hold(patron_id=999), 400, "patron_id not found"),
        (new_hold(pickup_library_id="KIDS"), 400, "pickup location is not valid"),
        (new_hold(biblio_id=310), 403, "Reason: notReservable"),
        (new_hold(biblio_id=303), 403, "Reason: itemAlreadyOnHold"),
        (new_hold(patron_id=102, biblio_id=317), 403, "Reason: ageRestricted"),
        (new_hold(patron_id=105), 409, "restricted"),
        (new_hold(patron_id=106), 409, "expired"),
    ],
)
def test_why_a_hold_is_not_placed(ask_koha, body, status, said) -> None:
    answer = ask_koha.post(HOLDS, body=body)
    assert answer.status == status
    assert said in answer.body.decode()


def test_a_ready_hold_is_asked_about_where_the_caller_wants_that(ask_koha, koha) -> None:
    asking = {"x-koha-override": "cancellation-request-flow"}
    assert ask_koha("DELETE", f"{HOLDS}/101", headers=asking).status == 202
    assert koha.desk.record(Hold, 101).cancelling
    assert ask_koha("DELETE", f"{HOLDS}/102", headers=asking).status == 204
    assert ask_koha("DELETE", f"{HOLDS}/102").status == 404
    assert ask_koha("DELETE", f"{HOLDS}/101").status == 204
    assert ask_koha("DELETE", f"{HOLDS}/103", headers={"x-koha-override": "any"}).status == 400


def test_the_queue_moves_up_when_somebody_leaves(ask_koha, koha) -> None:
    first = koha.desk.place_hold("103", 306, "MAIN")
    second = koha.desk.place_hold("104", 306, "MAIN")
    assert second.position == 2
    ask_koha("DELETE", f"{HOLDS}/{first.hold_id}")
    assert koha.desk.record(Hold, second.hold_id).position == 1


def test_places_of_pickup(ask_koha) -> None:
    of_hold = ask_koha.get(f"{HOLDS}/102/pickup_locations").json
    assert {one["library_id"]: one["needs_override"] for one in of_hold} == {
        "MAIN": False,
        "EAST": False,
        "KIDS": True,
    }
    for thing in ("biblios/306", f"items/{SHELF + 306}"):
        found = ask_koha.get(f"/api/v1/{thing}/pickup_locations?patron_id=102").json
        assert [one["library_id"] for one in found] == ["MAIN", "EAST", "KIDS"]
        assert ask_koha.get(f"/api/v1/{thing}/pickup_locations").status == 400
    assert ask_koha.get("/api/v1/biblios/99/pickup_locations?patron_id=102").status == 404
    put = f"{HOLDS}/102/pickup_location"
    assert ask_koha("PUT", put, body={"pickup_library_id": "MAIN"}).json == {"pickup_library_id": "MAIN"}
    assert ask_koha("PUT", put, body={"pickup_library_id": "KIDS"}).status == 400
    late = ask_koha("PUT", f"{HOLDS}/101/pickup_location", body={"pickup_library_id": "EAST"})
    assert (late.status, late.json["error_code"]) == (409, "hold_waiting")


def test_suspending_and_resuming(ask_koha, koha) -> None:
    path = f"{HOLDS}/102/suspension"
    assert ask_koha.post(path, body={"end_date": "2999-01-02"}).json == {"end_date": "2999-01-02"}
    assert koha.desk.record(Hold, 102).suspended_until == "2999-01-02"
    assert ask_koha.post(path).status == 201
    assert koha.desk.record(Hold, 102).suspended_until is None
    assert ask_koha("DELETE", path).status == 204
    assert not koha.desk.record(Hold, 102).suspended
    assert ask_koha.post(path, body={"until": "2999-01-02"}).status == 400
    assert "Found hold" in ask_koha.post(f"{HOLDS}/101/suspension", body={}).json["error"]


def test_an_account_adds_up(ask_koha, koha) -> None:
    koha.set_fees("105", 1.5)
    account = ask_koha.get("/api/v1/patrons/105/account").json
    assert account["balance"] == 24.5
    assert account["outstanding_debits"]["total"] == 26
    assert [one["credit_type"] for one in account["outstanding_credits"]["lines"]] == ["CREDIT"]
    [patron] = ask_koha.get(
        "/api/v1/patrons?patron_id=105&_match=exact", headers={"x-koha-embed": "account_balance"}
    ).json
    assert patron["account_balance"] == 24.5


def test_debits_and_credits_are_found_by_query(ask_koha) -> None:
    account = "/api/v1/patrons/101/account"
    assert len(ask_koha.get(f"{account}/debits").json) == 2
    [paid] = ask_koha.get(f'{account}/debits?q={{"amount_outstanding":0}}').json
    assert (paid["type"], "debit_type" in paid) == ("RESERVE_EXPIRED", False)
    [money] = ask_koha.get(f'{account}/credits?q={{"type":"PAYMENT"}}').json
    assert (money["amount"], money["payment_type"]) == (-1, "CARD")
    assert ask_koha.get(f'{account}/credits?q={{"colour":"red"}}').status == 400
    assert ask_koha.get("/api/v1/patrons/999/account").status == 404


def test_works_and_copies_are_found_by_many_numbers_at_once(ask_koha) -> None:
    works = ask_koha.get('/api/v1/biblios?q={"me.biblio_id":[303,306,9]}').json
    assert [one["biblio_id"] for one in works] == [303, 306]
    lent = ask_koha.get("/api/v1/checkouts?patron_id=101").json[0]["item_id"]
    query = f'/api/v1/items?q={{"me.item_id":[{SHELF + 306},{lent},5]}}'
    copies = ask_koha.get(query, headers={"x-koha-embed": "biblio"}).json
    assert {one["item_id"] for one in copies} == {SHELF + 306, lent}
    assert all(one["biblio"]["title"] for one in copies)
    assert [one["library_id"] for one in ask_koha.get("/api/v1/libraries").json] == [
        "MAIN",
        "EAST",
        "KIDS",
        "STACKS",
    ]


def test_only_the_plugin_says_why_not_and_forgets(ask_koha, koha_asker) -> None:
    assert ask_koha.get(f"{PLUGIN}/availability/biblios/306/hold?patron_id=101").status == 404
    with SimulatedLibrary("koha", patrons=6, plugin=True) as library:
        ask = koha_asker(library)
        free = ask.get(f"{PLUGIN}/availability/biblios/306/hold?patron_id=101").json
        assert free["availability"]["available"] is True
        reference = ask.get(f"{PLUGIN}/availability/biblios/310/hold?patron_id=101").json
        assert list(reference["availability"]["unavailabilities"]) == ["Biblio::NoAvailableItems"]
        [copy] = reference["item_availabilities"]
        assert list(copy["availability"]["unavailabilities"]) == ["Item::NotForLoan"]
        blocked = ask.get(f"{PLUGIN}/availability/items/{SHELF + 306}/hold?patron_id=105").json
        assert list(blocked["availability"]["unavailabilities"]) == ["Patron::Debarred"]
        assert ask("DELETE", f"{PLUGIN}/patrons/101/checkouts/history").status == 204
        assert library.desk.loans("101", returned=True) == []
        assert len(library.desk.loans("101")) == 6
