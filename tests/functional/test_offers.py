"""Cards of those one answers for, as the library says: offered, added, and gone when it says so no more."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from discovery_accounts.jobs.runner import run_job
from discovery_accounts.models import Credential, Link, OutboxMessage
from tests.factories.ages import days_pass
from tests.factories.desks import quiet, silent
from tests.factories.own_data import own, own_koha, pretend, signed_in, signed_in_browser, somebody
from tests.factories.portal import Client, Portal
from tests.factories.rows import count, rows
from tests.fixtures.databases import ON_SQLITE

__all__ = ["own", "own_koha"]


def offers(client: Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.call("GET", "/cards/offers", status=200).json["offers"]
    return found


def take(client: Client, offer: str, status: int | None = None, **body: str) -> Any:
    return client.call("POST", f"/cards/offers/{offer}", body, status=status)


def no_more(portal: Portal) -> None:
    """The library inside the process names nobody's guarantor any more."""
    for person in pretend(portal).people.values():
        person.guarantors.clear()


@pytest.mark.parametrize("library", ["lumme", "pretend"])
def test_a_child_is_offered_to_who_answers_for_it_and_added_with_one_call(own: Portal, library: str) -> None:
    client, card = signed_in(own, library)
    [offer] = offers(client)
    assert (offer["library"], offer["card"]) == (library, card)
    assert offer["name"]
    assert somebody(own, library, "child").patron_id not in offer["id"].split("-")
    assert count(own.house, Link, holder=False) == 0
    linked = take(client, offer["id"], 201).json
    assert (linked["relation"], linked["state"], linked["holder"]) == ("looked_after", "fresh", False)
    assert linked["scopes"] == ["loans", "holds", "fees", "renew", "hold"]
    assert linked["label"] in offer["name"]
    assert offers(client) == []
    assert linked["id"] in {one["card"] for one in client.call("GET", "/loans").json["cards"]}
    [link] = rows(own.house, Link, holder=False)
    assert link.proof == "guarantor"
    assert count(own.house, Credential, link_id=link.id) == 0
    assert count(own.house, OutboxMessage, kind="card_linked") == 1


@ON_SQLITE
def test_in_pages_there_is_one_button_each(own: Portal) -> None:
    browser, _ = signed_in_browser(own, "lumme")
    page = browser.get("/cards/link")
    [form] = page.html.select("form[action='/cards/offers']")
    assert "says that you answer for" in page.text
    answer = browser.post("/cards/offers", offer=form.select_one("[name=offer]")["value"])
    assert answer.status_int == 303
    assert "now in your account" in browser.get("/cards").text
    assert not browser.get("/cards/link").html.select("form[action='/cards/offers']")
    assert "name nobody" in browser.get("/cards/offers").text


@ON_SQLITE
def test_somebody_elses_offer_is_nobodys_and_nothing_is_done(own: Portal) -> None:
    client, card = signed_in(own, "pretend")
    [offer] = offers(client)
    thief, theirs = signed_in(own, "lumme", "no_loans")
    quiet(own)
    ids = [
        offer["id"],
        offer["id"].replace(card.replace("-", ""), theirs.replace("-", "")),
        "nonsense",
        f"{theirs}-x",
    ]
    for one in ids:
        answer = take(thief, one)
        assert (answer.status_int, answer.json["code"]) == (404, "not_found"), one
    browser, _ = signed_in_browser(own, "lumme", "no_loans")
    assert browser.post("/cards/offers", offer=offer["id"]).status_int == 404
    assert count(own.house, Link, holder=False) == 0


@ON_SQLITE
def test_l14_no_library_hears_of_a_strangers_card_in_an_offer(own: Portal) -> None:
    client, _ = signed_in(own, "lumme")
    [offer] = offers(client)
    thief, _ = signed_in(own, "helka", "no_loans")
    quiet(own)
    assert take(thief, offer["id"]).status_int == 404
    assert silent(own)


@ON_SQLITE
def test_the_relation_is_asked_again_when_the_card_is_added(own: Portal) -> None:
    client, _ = signed_in(own, "pretend")
    [offer] = offers(client)
    no_more(own)
    assert take(client, offer["id"]).status_int == 404
    assert count(own.house, Link, holder=False) == 0


@ON_SQLITE
def test_l4_adding_needs_a_fresh_sign_in(own: Portal) -> None:
    client, _ = signed_in(own, "pretend")
    [offer] = offers(client)
    own.clock.advance(minutes=6)
    assert take(client, offer["id"], 403).json["code"] == "fresh_sign_in_required"


@ON_SQLITE
def test_l6_an_adult_has_to_say_yes_first(own: Portal) -> None:
    pretend(own).people[somebody(own, "pretend", "no_loans").patron_id].guarantors.append(
        somebody(own, "pretend").patron_id
    )
    client, _ = signed_in(own, "pretend")
    adult = somebody(own, "pretend", "no_loans")
    states = [take(client, offer["id"], 201).json["state"] for offer in offers(client)]
    assert sorted(states) == ["fresh", "pending_approval"]
    [waits] = rows(own.house, Link, state="pending")
    assert waits.card.patron_id == adult.patron_id


@ON_SQLITE
def test_a_library_that_asks_every_holder_asks_here_too(
    database_url: str, own_koha: Any, alma: Any, tmp_path: Path
) -> None:
    portal = next(_own_with(database_url, own_koha, alma, tmp_path, library__pretend__approval="always"))
    client, _ = signed_in(portal, "pretend")
    [offer] = offers(client)
    assert take(client, offer["id"], 201).json["state"] == "pending_approval"
    portal.house.close()


def _own_with(url: str, koha: Any, alma: Any, folder: Path, **more: str) -> Iterator[Portal]:
    from tests.factories.own_data import OPTIONS
    from tests.factories.portal import open_portal

    yield open_portal(folder, url, koha, alma, **{**OPTIONS, **more})


def test_the_link_ends_when_the_library_does_not_say_so_any_more(own: Portal) -> None:
    client, _ = signed_in(own, "pretend")
    card = take(client, offers(client)[0]["id"], 201).json["id"]
    assert run_job(own.house, "check-guarantors").as_json()["did"] == {"stood": 1, "ended": 0}
    no_more(own)
    assert run_job(own.house, "check-guarantors", dry_run=True).as_json()["did"] == {"stood": 0, "ended": 0}
    assert client.call("GET", f"/cards/{card}").status_int == 200
    assert run_job(own.house, "check-guarantors").as_json()["did"] == {"stood": 0, "ended": 1}
    assert client.call("GET", f"/cards/{card}").status_int == 404
    [link] = rows(own.house, Link, holder=False)
    assert (link.state, link.ended_by) == ("ended", "library")


@pytest.mark.parametrize("fault", ["error_503", "garbage", "cut_connection"])
@ON_SQLITE
def test_no_answer_ends_nothing(own: Portal, fault: str) -> None:
    client, _ = signed_in(own, "lumme")
    take(client, offers(client)[0]["id"], 201)
    own.koha.set_fault(fault)
    report = run_job(own.house, "check-guarantors").as_json()
    assert report["did"] == {"stood": 0, "ended": 0}
    assert report["kept"] == [{"reason": "no answer", "count": 1}]
    assert count(own.house, Link, state="ended") == 0


@ON_SQLITE
def test_a_link_by_pin_does_not_hang_on_what_the_library_says_of_guarantors(own: Portal) -> None:
    client, _ = signed_in(own, "pretend")
    client.link("pretend", somebody(own, "pretend", "child"))
    assert offers(client) == []
    no_more(own)
    assert run_job(own.house, "check-guarantors").as_json()["did"] == {"stood": 0, "ended": 0}
    assert count(own.house, Link, state="ended") == 0


@ON_SQLITE
def test_a_silent_library_leaves_the_page_whole(own: Portal) -> None:
    browser, _ = signed_in_browser(own, "lumme")
    own.koha.set_fault("error_503", path_contains="query_relationships")
    page = browser.get("/cards/link")
    assert page.status_int == 200
    assert not page.html.select("form[action='/cards/offers']")


@ON_SQLITE
def test_where_the_library_tells_of_nobody_there_are_none(make_portal: Callable[..., Portal]) -> None:
    portal = make_portal()
    client, _ = signed_in(portal, "lumme")
    assert offers(client) == []


@ON_SQLITE
def test_a_library_that_knows_nobody_for_a_moment_ends_no_link_of_guarantors(own: Portal) -> None:
    client, _ = signed_in(own, "pretend")
    card = take(client, offers(client)[0]["id"], 201).json["id"]
    people = pretend(own).people
    parent = somebody(own, "pretend").patron_id
    away = people.pop(parent)
    assert run_job(own.house, "check-guarantors").as_json()["did"] == {"stood": 0, "ended": 0}
    people[parent] = away
    days_pass(own, 0.5)
    assert run_job(own.house, "check-guarantors").as_json()["did"] == {"stood": 1, "ended": 0}
    assert client.call("GET", f"/cards/{card}", status=200).json["state"] == "fresh"


@ON_SQLITE
def test_who_is_no_patron_for_more_than_a_day_answers_for_nobody(own: Portal) -> None:
    client, _ = signed_in(own, "pretend")
    card = take(client, offers(client)[0]["id"], 201).json["id"]
    del pretend(own).people[somebody(own, "pretend").patron_id]
    assert run_job(own.house, "check-guarantors").as_json()["did"] == {"stood": 0, "ended": 0}
    days_pass(own, 1.1)
    assert run_job(own.house, "check-guarantors").as_json()["did"] == {"stood": 0, "ended": 1}
    assert client.call("GET", f"/cards/{card}").status_int == 404
