"""Lists of checkouts, embeds, paging, renewals and the plugin."""

import re

import pytest

from discovery_accounts.simulator.server import SimulatedLibrary

LIST = "/api/v1/patrons/104/checkouts"


def links(answer):
    found = (re.fullmatch(r'<([^>]+)>; rel="(\w+)"', line) for line in answer.headers.get_all("Link"))
    return {match[2]: match[1] for match in found if match}


def test_a_page_is_twenty_with_totals_and_links(ask_koha) -> None:
    first = ask_koha.get(LIST)
    assert len(first.json) == 20
    assert first.headers["X-Total-Count"] == first.headers["X-Base-Total-Count"] == "230"
    assert set(links(first)) == {"first", "next", "last"}
    assert "_page=12&_per_page=20" in links(first)["last"]


def test_following_next_gives_every_checkout_once(ask_koha, koha) -> None:
    seen, path = [], f"{LIST}?_per_page=100"
    while path:
        answer = ask_koha.get(path)
        seen += [one["checkout_id"] for one in answer.json]
        path = links(answer).get("next", "").removeprefix(koha.url)
    assert len(seen) == len(set(seen)) == 230
    assert set(links(answer)) == {"first", "prev", "last"}


def test_minus_one_is_all_and_a_page_too_far_is_empty(ask_koha) -> None:
    assert len(ask_koha.get(f"{LIST}?_per_page=-1").json) == 230
    assert ask_koha.get(f"{LIST}?_page=99").json == []


def test_titles_come_only_with_the_embed(ask_koha) -> None:
    assert "item" not in ask_koha.get(LIST).json[0]
    with_item = ask_koha.get(LIST, headers={"x-koha-embed": "item"}).json[0]
    assert "biblio" not in with_item["item"]
    full = ask_koha.get(LIST, headers={"x-koha-embed": "item.biblio, library,patron,renewals"}).json[0]
    assert full["item"]["biblio"]["title"]
    assert full["item"]["external_id"] == full["external_id"]
    assert full["patron"]["patron_id"] == 104
    assert full["renewals"] == []


def test_due_dates_are_local_with_offset(ask_koha) -> None:
    due = [one["due_date"] for one in ask_koha.get("/api/v1/patrons/101/checkouts").json]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT23:59:00\+0[23]:00", one) for one in due)


def test_order_goes_both_ways(ask_koha) -> None:
    down = [one["due_date"] for one in ask_koha.get(f"{LIST}?_order_by=-due_date&_per_page=-1").json]
    assert down == sorted(down, reverse=True)
    up = ask_koha.get(f"{LIST}?_order_by=%2Bdue_date&_per_page=-1").json
    assert [one["due_date"] for one in up] == sorted(down)
    assert ask_koha.get(f"{LIST}?_order_by=nonsense").status == 400


def test_the_three_error_shapes(ask_koha) -> None:
    unknown_parameter = ask_koha.get(f"{LIST}?limit=3")
    assert unknown_parameter.status == 400
    assert unknown_parameter.json == [{"path": "/query/limit", "message": "Malformed query string"}]
    schema = ask_koha.get("/api/v1/patrons/abc/checkouts")
    assert (schema.status, list(schema.json)) == (400, ["errors", "status"])
    embed = ask_koha.get(LIST, headers={"x-koha-embed": "item,nonsense"})
    assert (embed.status, list(embed.json)) == (400, ["error"])
    missing = ask_koha.get("/api/v1/patrons/999/checkouts")
    assert (missing.status, missing.json) == (404, {"error": "Patron not found", "error_code": "not_found"})
    assert ask_koha.get("/api/v1/nowhere").status == 404
    assert ask_koha.post(LIST).status == 405


@pytest.mark.parametrize("query", ["_per_page=x", "_page=x", "_per_page=0", "_match=nearly"])
def test_values_outside_the_schema_are_refused(ask_koha, query) -> None:
    assert ask_koha.get(f"{LIST}?{query}").json["status"] == 400


def test_the_older_address_and_the_history(ask_koha) -> None:
    assert ask_koha.get("/api/v1/checkouts?patron_id=101").headers["X-Total-Count"] == "6"
    assert ask_koha.get("/api/v1/checkouts?patron_id=101&checked_in=perhaps").status == 400
    assert ask_koha.get("/api/v1/patrons/101/checkouts?checked_in=true").status == 400
    past = ask_koha.get("/api/v1/checkouts?patron_id=101&checked_in=true").json
    assert len(past) == 3
    assert all(one["checkin_date"] for one in past)
    assert ask_koha.get("/api/v1/checkouts?patron_id=999").json == []


def test_an_older_koha_has_no_checkouts_under_patrons(koha_asker) -> None:
    with SimulatedLibrary("koha", patrons=2, generation="23.11") as library:
        ask = koha_asker(library)
        assert ask.get("/api/v1/patrons/101/checkouts").status == 404
        assert len(ask.get("/api/v1/checkouts?patron_id=101").json) == 6


@pytest.mark.parametrize("word", ["renewal", "renewals"])
def test_renewing_moves_the_due_date(ask_koha, word) -> None:
    before = ask_koha.get("/api/v1/checkouts/5002").json
    renewed = ask_koha.post(f"/api/v1/checkouts/5002/{word}")
    assert renewed.status == 201
    assert renewed.json["due_date"] > before["due_date"]
    assert renewed.json["renewals_count"] == 1
    listed = ask_koha.get("/api/v1/patrons/101/checkouts").json[1]
    assert listed["due_date"] == renewed.json["due_date"]


@pytest.mark.parametrize(("checkout", "reason"), [(5003, "on_reserve"), (5004, "too_many")])
def test_a_refused_renewal_has_its_reason_in_the_text(ask_koha, checkout, reason) -> None:
    refused = ask_koha.post(f"/api/v1/checkouts/{checkout}/renewal")
    assert (refused.status, refused.json) == (403, {"error": f"Renewal not authorized ({reason})"})
    allowed = ask_koha.get(f"/api/v1/checkouts/{checkout}/allows_renewal").json
    assert (allowed["allows_renewal"], allowed["error"], allowed["max_renewals"]) == (False, reason, 5)


def test_a_restricted_patron_renews_nothing(ask_koha, koha) -> None:
    koha.block("101")
    assert ask_koha.post("/api/v1/checkouts/5001/renewal").json == {
        "error": "Renewal not authorized (restriction)"
    }
    koha.block("101", blocked=False)
    assert ask_koha.post("/api/v1/checkouts/5001/renewal").status == 201


def test_an_unknown_checkout_is_not_found(ask_koha) -> None:
    for method, path in (("GET", ""), ("GET", "/allows_renewal"), ("POST", "/renewal")):
        assert ask_koha(method, f"/api/v1/checkouts/99999{path}").json["error"] == "Checkout not found"


def test_the_plugin_is_there_only_when_switched_on(ask_koha, koha_asker) -> None:
    path = "/api/v1/contrib/kohasuomi/patrons/101/checkouts"
    assert ask_koha.get(path).status == 404
    with SimulatedLibrary("koha", patrons=6, plugin=True) as library:
        loans = koha_asker(library).get(path).json
        assert [one["renewability_blocks"] for one in loans[:4]] == [None, None, "on_reserve", "too_many"]
        assert [one["renewable"] for one in loans[:4]] == [True, True, False, False]
        assert loans[0]["max_renewals"] == 5
        assert loans[0]["title"]
        blocked = koha_asker(library).get(path.replace("101", "105")).json
        assert {one["renewability_blocks"] for one in blocked} == {"debarred"}
