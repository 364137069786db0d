"""Favourites by the API: lists, items, what is told of a public one, and who may do what."""

import uuid
from typing import Any

import pytest

from tests.factories.favourites import any_account, make_list
from tests.factories.portal import API, Client, Portal
from tests.factories.rows import statements
from tests.fixtures.databases import ON_SQLITE

RECORD = {
    "record_id": "r1",
    "source": "finna",
    "title": "Taikatalvi",
    "author": "Jansson, Tove",
    "year": 1957,
}


@pytest.fixture
def client(portal: Portal) -> Client:
    return portal.signed_in_client()


def new_list(client: Client, **told: Any) -> str:
    return str(client.call("POST", "/lists", {"name": "Read next", **told}, status=201).json["id"])


def add(client: Client, list_id: str, number: int, **told: Any) -> Any:
    body = {**RECORD, "record_id": f"r{number}", "title": f"Book {number}", **told}
    return client.call("POST", f"/lists/{list_id}/items", body, status=201).json


def shown(client: Client, list_id: str, query: str = "") -> list[str]:
    items = client.call("GET", f"/lists/{list_id}/items{query}", status=200).json["items"]
    return [item["record_id"] for item in items]


def test_a_list_is_made_shown_changed_and_removed(client: Client) -> None:
    told = {"name": " Talvi\n luettavaa ", "description": "one\r\ntwo", "ordering": "-year"}
    made = client.call("POST", "/lists", told, status=201).json
    assert (made["name"], made["description"], made["ordering"]) == ("Talvi luettavaa", "one\ntwo", "-year")
    assert (made["public"], made["public_id"], made["items_count"]) == (False, None, 0)
    path = f"/lists/{made['id']}"
    assert client.call("GET", path, status=200).json == made
    assert client.call("GET", "/lists", status=200).json == {"lists": [made]}
    changed = client.call("PATCH", path, {"name": "Kesä", "ordering": "manual"}, status=200).json
    assert (changed["name"], changed["description"], changed["ordering"]) == ("Kesä", "one\ntwo", "manual")
    client.call("DELETE", path, status=204)
    client.call("GET", path, status=404)
    [act] = client.call("GET", "/lists/acts", status=200).json["acts"]
    assert (act["kind"], act["items"]) == ("remove_list", 0)
    assert client.call("GET", "/lists", status=200).json == {"lists": []}
    client.call("POST", f"/lists/acts/{act['act']}/undo", status=200)
    assert client.call("GET", path, status=200).json["name"] == "Kesä"


def test_an_item_is_added_once_changed_and_removed(client: Client) -> None:
    list_id = new_list(client)
    body = {
        **RECORD,
        "note": "for\nus",
        "tags": ["Talvi", "#talvi"],
        "cover_url": "https://covers.example/1.jpg",
    }
    first = client.call("POST", f"/lists/{list_id}/items", body, status=201).json
    assert {name: first[name] for name in RECORD} == RECORD
    assert (first["note"], first["tags"], first["list"]) == ("for\nus", ["Talvi"], list_id)
    again = client.call("POST", f"/lists/{list_id}/items", {**RECORD, "note": "other"}, status=200).json
    assert again == first
    path = f"/lists/{list_id}/items/{first['id']}"
    changed = client.call("PATCH", path, {"note": "", "tags": ["kesä"]}, status=200).json
    assert (changed["note"], changed["tags"], changed["title"]) == ("", ["kesä"], "Taikatalvi")
    assert client.call("GET", path, status=200).json == changed
    client.call("DELETE", path, status=204)
    client.call("GET", path, status=404)
    client.call("DELETE", path, status=404)
    [act] = client.call("GET", "/lists/acts", status=200).json["acts"]
    assert (act["kind"], act["items"]) == ("remove", 1)
    undone = client.call("POST", f"/lists/acts/{act['act']}/undo", status=200).json
    assert undone == {"kind": "remove", "items": 1, "left": 0}
    assert client.call("GET", path, status=200).json == changed
    client.call("POST", f"/lists/acts/{act['act']}/undo", status=404)


def test_the_default_list_comes_to_be_with_the_first_favourite(client: Client) -> None:
    client.call("GET", "/lists/default/items", status=404)
    first = client.call("POST", "/lists/default/items", RECORD, status=201).json
    client.call("POST", "/lists/default/items", RECORD, status=200)
    [only] = client.call("GET", "/lists", status=200).json["lists"]
    assert (only["id"], only["items_count"], only["name"]) == (first["list"], 1, "Suosikit")
    assert client.call("GET", "/lists/default/items", status=200).json["list"] == only["id"]


@ON_SQLITE
def test_a_long_list_is_read_in_parts(portal: Portal, client: Client) -> None:
    list_id = str(make_list(portal.house, any_account(portal.house), 120, noted=True))
    query, found = "?order=-title&count=50", []
    while True:
        page = client.call("GET", f"/lists/{list_id}/items{query}", status=200).json
        assert (page["items_count"], page["ordering"]) == (120, "-title")
        found += [item["title"] for item in page["items"]]
        if page["next"] is None:
            break
        query = f"?order=-title&count=50&after={page['next']}"
    assert len(found) == len(set(found)) == 120
    assert found == sorted(found, reverse=True)
    assert shown(client, list_id, "?tag=SHELF 4&order=manual&count=2") == ["r4", "r13"]


@ON_SQLITE
def test_a_part_of_fifty_items_is_few_statements_the_sessions_own_included(
    portal: Portal, client: Client
) -> None:
    list_id = make_list(portal.house, any_account(portal.house), 60, noted=True)
    shown(client, str(list_id))
    sent = statements(portal.house, lambda: shown(client, str(list_id)))
    assert sum(sent.values()) <= 5


def test_items_are_put_in_order_by_hand(client: Client) -> None:
    list_id = new_list(client)
    made = [add(client, list_id, number) for number in range(4)]
    path = f"/lists/{list_id}/items/{made[3]['id']}"
    client.call("PATCH", path, {"position": made[1]["position"]}, status=200)
    assert shown(client, list_id) == ["r0", "r3", "r1", "r2"]
    client.call("PATCH", path, {"position": 0}, status=200)
    assert shown(client, list_id) == ["r3", "r0", "r1", "r2"]


def test_many_are_copied_moved_and_removed_at_once(client: Client) -> None:
    one, two = new_list(client), new_list(client, name="Other")
    made = [add(client, one, number, note=f"note {number}")["id"] for number in range(5)]
    add(client, two, 1)
    bulk = f"/lists/{one}/items/bulk"
    some = [made[0], made[1], made[1], str(uuid.uuid4())]
    copied = client.call("POST", bulk, {"act": "copy", "items": some, "to": two}, status=200).json
    assert [copied[name] for name in ("kind", "items", "already", "missing")] == ["copy", 1, 1, 1]
    assert shown(client, two) == ["r1", "r0"]
    moved = client.call("POST", bulk, {"act": "move", "all": True, "to": two}, status=200).json
    assert [moved[name] for name in ("kind", "items", "already", "missing")] == ["move", 3, 2, 0]
    assert (shown(client, one), shown(client, two)) == (["r0", "r1"], ["r1", "r0", "r2", "r3", "r4"])
    gone = client.call("POST", bulk, {"act": "remove", "items": made[:1]}, status=200).json
    for act in (gone, moved, copied):
        client.call("POST", f"/lists/acts/{act['act']}/undo", status=200)
    assert (shown(client, one), shown(client, two)) == ([f"r{number}" for number in range(5)], ["r1"])


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"act": "remove"}, "items", "missing"),
        ({"act": "remove", "all": True, "items": ["x"]}, "items", "unexpected"),
        ({"act": "remove", "all": True, "to": "x"}, "to", "unexpected"),
        ({"act": "move", "all": True}, "to", "missing"),
        ({"act": "copy", "all": False}, "items", "missing"),
    ],
)
@ON_SQLITE
def test_a_bulk_act_says_which_and_where_to(client: Client, body: Any, field: str, code: str) -> None:
    answer = client.call("POST", f"/lists/{new_list(client)}/items/bulk", body, status=422).json
    assert answer["errors"] == [{"field": field, "code": code}]


@ON_SQLITE
def test_a_list_is_not_moved_into_itself(client: Client) -> None:
    list_id = new_list(client)
    body = {"act": "move", "all": True, "to": list_id}
    answer = client.call("POST", f"/lists/{list_id}/items/bulk", body, status=422).json
    assert answer["errors"] == [{"field": "to", "code": "same"}]


def test_a_public_list_is_open_to_all_and_says_nothing_of_its_owner(portal: Portal, client: Client) -> None:
    list_id = new_list(client, public=True)
    add(client, list_id, 1, note="Chapter 3 first", tags=["club"])
    address = client.call("GET", f"/lists/{list_id}", status=200).json["public_id"]
    stranger = portal.client()
    public = stranger.call("GET", f"/public-lists/{address}?tag=club", status=200)
    assert [item["note"] for item in public.json["items"]] == ["Chapter 3 first"]
    account = client.call("GET", "/account", status=200).json
    for secret in (account["id"], account["email"], list_id):
        assert secret not in public.text
    assert {"account", "owner", "id"}.isdisjoint(public.json)
    client.call("PATCH", f"/lists/{list_id}", {"public": False}, status=200)
    stranger.call("GET", f"/public-lists/{address}", status=404)
    client.call("GET", f"/public-lists/{address}", status=404)
    again = client.call("PATCH", f"/lists/{list_id}", {"public": True}, status=200).json
    assert again["public_id"] == address
    stranger.call("GET", f"/public-lists/{address}", status=200)


@ON_SQLITE
@pytest.mark.parametrize("address", ["x", "a" * 64, "%C3%B6", "00000000-0000-0000-0000-000000000000"])
def test_an_address_that_nobody_made_is_404(portal: Portal, address: str) -> None:
    portal.client().call("GET", f"/public-lists/{address}", status=404)


@ON_SQLITE
@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("order=name", "order"),
        ("count=0", "count"),
        ("count=501", "count"),
        ("count=-1", "count"),
        ("count=x", "count"),
    ],
)
def test_a_query_that_cannot_be_says_where(client: Client, query: str, field: str) -> None:
    answer = client.call("GET", f"/lists/{new_list(client)}/items?{query}", status=422).json
    assert [error["field"] for error in answer["errors"]] == [field]


@ON_SQLITE
@pytest.mark.parametrize(
    ("told", "status", "field"),
    [
        ({"title": ""}, 400, "title"),
        ({"title": " \u0000 "}, 400, "title"),
        ({"title": " \u0007 "}, 422, "title"),
        ({"title": None}, 400, "title"),
        ({"year": "1957"}, 400, "year"),
        ({"year": 0}, 400, "year"),
        ({"record_id": "a\nb"}, 422, "record_id"),
        ({"source": "x" * 65}, 400, "source"),
        ({"cover_url": "javascript:alert(1)"}, 422, "cover_url"),
        ({"cover_url": "//covers.example/1.jpg"}, 422, "cover_url"),
        ({"note": "x" * 10_001}, 422, "note"),
        ({"note": "x" * 20_001}, 400, "note"),
        ({"tags": [f"t{number}" for number in range(51)]}, 422, "tags"),
        ({"tags": ["x" * 65]}, 422, "tags"),
        ({"tags": ["a\r\nSet-Cookie: x\x07"]}, 422, "tags"),
        ({"position": 1}, 400, ""),
        ({"note": "\ud800"}, 400, "note"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_field(client: Client, told: Any, status: int, field: str) -> None:
    list_id = new_list(client)
    answer = client.call("POST", f"/lists/{list_id}/items", {**RECORD, **told}, status=status).json
    assert answer["errors"][0]["field"].split(".")[0] == field
    assert shown(client, list_id) == []


@ON_SQLITE
@pytest.mark.parametrize("name", ["", " ", "\u202eevil", "x" * 201, "a\u0000b"])
def test_a_name_that_cannot_be_is_refused(client: Client, name: str) -> None:
    assert client.call("POST", "/lists", {"name": name}).status_int in {400, 422}
    assert client.call("GET", "/lists", status=200).json == {"lists": []}


@ON_SQLITE
def test_w8_markup_is_text(client: Client) -> None:
    list_id = new_list(client, name="<b>Read</b>")
    item = add(client, list_id, 1, note="<img src=x onerror=alert(1)>", tags=["<i>"])
    assert (item["note"], item["tags"]) == ("<img src=x onerror=alert(1)>", ["<i>"])


@ON_SQLITE
def test_w1_a_cookie_changes_nothing_without_its_token(portal: Portal) -> None:
    browser = portal.signed_in_browser()
    body = {"name": "Mine"}
    assert browser.app.post_json(f"{API}/lists", body, expect_errors=True).json["code"] == "csrf_failed"
    headers = {"X-CSRF-Token": browser.csrf("/account")}
    made = browser.app.post_json(f"{API}/lists", body, headers=headers)
    assert made.status_int == 201
    assert browser.get(f"{API}/lists").json["lists"] == [made.json]


@ON_SQLITE
def test_nobody_reads_lists_without_a_session(portal: Portal) -> None:
    for method, path in (("GET", "/lists"), ("GET", "/lists/default/items"), ("POST", "/lists")):
        answer = portal.client().call(method, path, {"name": "x"} if method == "POST" else None)
        assert (answer.status_int, answer.json["code"]) == (401, "sign_in_required")
