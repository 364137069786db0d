"""A PIN that was changed at the library: asked for once, never sent again once refused (rules 2.4)."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from discovery_accounts.models import Credential, Link
from discovery_accounts.services import events
from discovery_accounts.services.job_table import JOBS, Order
from tests.factories.portal import Client, Portal
from tests.factories.refusals import now_of, pin_checks, refused
from tests.factories.rows import events as events_of
from tests.factories.rows import rows
from tests.factories.together import read_in_processes, run_all, together, wait_until
from tests.fixtures.databases import ON_SQLITE

NEW_PIN = "4321"


def states(client: Client, path: str = "/loans") -> list[str]:
    return [card["state"] for card in client.call("GET", path, status=200).json["cards"]]


def card_id(client: Client) -> str:
    return str(client.call("GET", "/cards", status=200).json["cards"][0]["id"])


def changed(portal: Portal, client: Client, minutes: float = 16) -> None:
    """The PIN changes at the library, and the time to check it again comes."""
    client.call("GET", "/loans", status=200)
    portal.koha.change_pin(portal.patron("lumme").patron_id, NEW_PIN)
    portal.clock.advance(minutes=minutes)
    portal.koha.clear_calls()


def same_session(portal: Portal, client: Client) -> Client:
    """The same token in another thread's client."""
    another = portal.client()
    another.token = client.token
    return another


@ON_SQLITE
def test_until_the_pin_is_due_again_nothing_is_checked(portal: Portal) -> None:
    client = portal.signed_in_client()
    changed(portal, client, minutes=14)
    assert states(client) == ["fresh"]
    assert pin_checks(portal.koha) == 0


def test_b3_a_changed_pin_costs_one_refused_call_and_none_after(portal: Portal) -> None:
    client = portal.signed_in_client()
    changed(portal, client)
    answer = client.call("GET", "/loans", status=200).json
    assert [card["state"] for card in answer["cards"]] == ["pin_changed"]
    assert answer["loans"] == []
    assert refused(portal.koha) == 1
    for _ in range(3):
        assert states(client) == ["pin_changed"]
        assert states(client, "/cards") == ["pin_changed"]
    assert states(client, "/loans?refresh=1") == ["pin_changed"]
    portal.clock.advance(hours=3)
    assert states(client) == ["pin_changed"]
    assert refused(portal.koha) == pin_checks(portal.koha) == 1


@ON_SQLITE
def test_the_page_asks_for_the_new_pin(portal: Portal) -> None:
    browser = portal.signed_in_browser()
    browser.get("/loans")
    portal.koha.change_pin(portal.patron("lumme").patron_id, NEW_PIN)
    portal.clock.advance(minutes=16)
    page = browser.get("/loans")
    assert not page.html.find_all("input", {"name": "loan"})
    assert refused(portal.koha) == 1
    browser.get("/cards")
    assert refused(portal.koha) == 1


@pytest.mark.parametrize("latency", [0, 150])
def test_b3_twenty_readings_side_by_side_send_the_changed_pin_once(portal: Portal, latency: int) -> None:
    client = portal.signed_in_client()
    changed(portal, client)
    portal.koha.set_latency(latency)
    clients = [same_session(portal, client) for _ in range(20)]
    answers = together(20, lambda number: states(clients[number], "/loans?refresh=1"))
    assert {state for answer in answers for state in answer} == {"pin_changed"}
    assert refused(portal.koha) == pin_checks(portal.koha) == 1
    assert len(events_of(portal.house, events.PIN_CHANGED)) == 1


def test_b3_two_processes_with_ten_readers_each_send_the_changed_pin_once(portal: Portal) -> None:
    client = portal.signed_in_client()
    changed(portal, client, minutes=0)
    assert client.token is not None
    portal.koha.set_latency(60)
    told = read_in_processes(
        portal.values, client.token, processes=2, threads=10, times=3, moved=timedelta(minutes=16)
    )
    assert len(told) == 60
    assert set(told) == {"pin_changed"}
    assert refused(portal.koha) == pin_checks(portal.koha) == 1


def test_a_right_pin_that_is_due_is_checked_once_however_many_ask(portal: Portal) -> None:
    client = portal.signed_in_client()
    portal.clock.advance(minutes=16)
    portal.koha.clear_calls()
    portal.koha.set_latency(40)
    clients = [same_session(portal, client) for _ in range(20)]
    answers = together(20, lambda number: states(clients[number], "/loans?refresh=1"))
    assert {state for answer in answers for state in answer} == {"fresh"}
    assert pin_checks(portal.koha) == 1


def test_the_right_new_pin_makes_the_card_fresh_again(portal: Portal) -> None:
    client = portal.signed_in_client()
    card = card_id(client)
    changed(portal, client)
    assert states(client) == ["pin_changed"]
    portal.koha.clear_calls()
    answer = client.call("PATCH", f"/cards/{card}", {"pin": "0000"}, status=422).json
    assert answer["code"] == "pin_rejected"
    assert states(client) == ["pin_changed"]
    assert refused(portal.koha) == pin_checks(portal.koha) == 1
    answer = client.call("PATCH", f"/cards/{card}", {"pin": NEW_PIN}, status=200).json
    assert answer["state"] == "fresh"
    assert len(client.call("GET", "/loans").json["loans"]) == 6
    portal.clock.advance(minutes=16)
    assert states(client) == ["fresh"]
    assert refused(portal.koha) == 1


def test_the_consent_stays_while_the_pin_is_wrong_and_the_pin_is_forgotten(portal: Portal) -> None:
    client = portal.client()
    client.sign_in("helka", portal.patron("helka"))
    linked = client.link("lumme", portal.patron("lumme"), label="Onni", scopes=["loans", "fees"]).json
    [before] = [link for link in rows(portal.house, Link) if link.label == "Onni"]
    changed(portal, client)
    assert "pin_changed" in states(client)
    [after] = [link for link in rows(portal.house, Link) if link.label == "Onni"]
    assert (after.state, after.scopes, after.since) == (before.state, before.scopes, before.since)
    [credential] = rows(portal.house, Credential, link_id=after.id)
    assert (credential.state, credential.ciphertext, credential.key_id) == ("pin_changed", None, None)
    shown = client.call("PATCH", f"/cards/{linked['id']}", {"pin": NEW_PIN}, status=200).json
    assert shown["scopes"] == ["loans", "fees"]


@ON_SQLITE
def test_a_rename_does_not_touch_the_pin(portal: Portal) -> None:
    client = portal.signed_in_client()
    card = card_id(client)
    [before] = rows(portal.house, Credential)
    portal.koha.clear_calls()
    client.call("PATCH", f"/cards/{card}", {"label": "Mine"}, status=200)
    [after] = rows(portal.house, Credential)
    assert (after.ciphertext, after.checked_at, after.state) == (before.ciphertext, before.checked_at, "good")
    assert pin_checks(portal.koha) == 0
    changed(portal, client)
    assert states(client) == ["pin_changed"]
    client.call("PATCH", f"/cards/{card}", {"label": "Still mine"}, status=200)
    assert states(client) == ["pin_changed"]


def test_the_last_good_answer_is_deleted_at_pin_changed(portal: Portal) -> None:
    client = portal.signed_in_client()
    card = card_id(client)
    changed(portal, client)
    assert states(client) == ["pin_changed"]
    [link] = rows(portal.house, Link)
    assert portal.house.cache.get_many([f"loans:{link.id.hex}"]) == [None]
    client.call("PATCH", f"/cards/{card}", {"pin": NEW_PIN}, status=200)
    portal.koha.stop()
    answer = client.call("GET", "/loans", status=200).json
    assert [card["state"] for card in answer["cards"]] == ["unavailable"]
    assert answer["loans"] == []


@ON_SQLITE
def test_a_pin_that_could_not_be_checked_is_not_called_wrong(portal: Portal) -> None:
    client = portal.signed_in_client()
    client.call("GET", "/loans", status=200)
    portal.clock.advance(minutes=16)
    portal.koha.clear_calls()
    portal.koha.set_fault("error_500", path_contains="/auth/password")
    assert states(client) == ["stale"]
    assert states(client) == ["stale"]
    assert pin_checks(portal.koha) == 1, "a check without an answer pauses: it may have been counted"
    portal.koha.clear_faults()
    portal.clock.advance(minutes=1, seconds=1)
    assert states(client) == ["fresh"]


def test_a_new_pin_given_while_the_old_one_is_being_checked_stays(portal: Portal) -> None:
    client = portal.signed_in_client()
    card = card_id(client)
    changed(portal, client)
    patron = now_of(portal.koha, portal.patron("lumme"))
    portal.koha.set_latency(300)
    reader, other = same_session(portal, client), portal.client()

    def repair() -> None:
        # the old PIN is on its way to the library when the holder signs in anew with the right one
        wait_until(lambda: pin_checks(portal.koha) > 0)
        portal.koha.set_latency(0)
        other.sign_in("lumme", patron)

    run_all([lambda: states(reader), repair])
    assert states(other) == ["fresh"], "a verdict on the old PIN said nothing of the new one"
    assert other.call("GET", f"/cards/{card}", status=200).json["state"] == "fresh"
    assert refused(portal.koha) == 1


def test_a_check_that_ends_after_its_page_still_counts(make_portal: Callable[..., Portal]) -> None:
    portal = make_portal(page_deadline="0.3", library__lumme__timeout="2")
    client = portal.signed_in_client()
    changed(portal, client)
    portal.koha.set_latency(600)
    assert states(client) == ["stale"]
    portal.koha.set_latency(0)
    wait_until(lambda: bool(rows(portal.house, Credential, state="pin_changed")))
    assert states(client) == ["pin_changed"]
    portal.clock.advance(minutes=20)
    assert states(client) == ["pin_changed"]
    assert refused(portal.koha) == pin_checks(portal.koha) == 1


def test_verify_cards_checks_only_cards_that_a_mail_waits_for(portal: Portal) -> None:
    client = portal.signed_in_client()
    portal.signed_in_client("lumme", "child")  # a card that is as due, but no mail waits for it
    mine = portal.patron("lumme").card_number[-4:]
    portal.clock.advance(minutes=16)
    portal.koha.clear_calls()
    job = JOBS["verify-cards"]
    now = portal.clock()
    assert job.work(portal.house, Order(now, 100)).did == {"stood": 0, "refused": 0}
    assert pin_checks(portal.koha) == 0
    with portal.house.database.writing() as session:
        for link in session.query(Link).where(Link.number_last4 == mine):
            link.mail_due_at = now
    assert job.work(portal.house, Order(now, 100, dry_run=True)).left == 1
    assert pin_checks(portal.koha) == 0
    assert job.work(portal.house, Order(now, 100)).did == {"stood": 1, "refused": 0}
    portal.koha.change_pin(portal.patron("lumme").patron_id, NEW_PIN)
    portal.clock.advance(minutes=16)
    assert job.work(portal.house, Order(portal.clock(), 100)).did == {"stood": 0, "refused": 1}
    assert job.work(portal.house, Order(portal.clock(), 100)).did == {"stood": 0, "refused": 0}
    assert refused(portal.koha) == 1
    assert states(client) == ["pin_changed"]
