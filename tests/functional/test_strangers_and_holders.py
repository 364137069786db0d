"""What somebody who is not the holder of a card can do to its holder, and what not."""

import uuid
from collections.abc import Callable
from email import message_from_string, policy

import pytest
from sqlalchemy import update

from discovery_accounts.models import Event, Link
from discovery_accounts.services.outbox_sending import Outbox
from tests.factories.codes import stepped_up
from tests.factories.portal import Client, Portal
from tests.factories.rows import rows


def refused_at_library(portal: Portal) -> int:
    return sum(call.refused_pin for call in portal.koha.calls)


def tries(portal: Portal, count: int, **fields: str) -> list[int]:
    body = {"library": "lumme", "card_number": portal.patron("lumme").card_number, "pin": "0000", **fields}
    return [portal.client().call("POST", "/sessions", body).status_int for _ in range(count)]


def viewer_of_child(portal: Portal, kind: str, **more: str) -> Client:
    viewer = portal.signed_in_client("helka", kind)
    viewer.link("lumme", portal.patron("lumme", "child"), label="Elsa", **more)
    return viewer


def test_b3_a_refusal_whose_answer_was_lost_counts_towards_the_librarys_lock(
    make_portal: Callable[..., Portal],
) -> None:
    portal = make_portal(library__lumme__lock_after="4", limits__card="50")
    portal.koha.set_fault("cut_connection", path_contains="password")
    answers = tries(portal, 6)
    assert 429 in answers
    assert refused_at_library(portal) <= 3


def test_p6_a_library_that_is_down_locks_nobody_out(make_portal: Callable[..., Portal]) -> None:
    portal = make_portal(library__lumme__lock_after="4", limits__card="3")
    portal.koha.stop()
    assert set(tries(portal, 8)) == {503}
    portal.koha.start()
    portal.clock.advance(minutes=1)


def test_b3_stored_pins_of_many_accounts_together_stay_below_the_lock(
    make_portal: Callable[..., Portal],
) -> None:
    portal = make_portal(library__lumme__lock_after="3", library__lumme__pin_reverify_minutes="0")
    child = portal.patron("lumme", "child")
    viewers = [viewer_of_child(portal, kind) for kind in ("good", "no_loans", "blocked", "expired")]
    portal.koha.change_pin(child.patron_id, "8080")
    portal.koha.clear_calls()
    for viewer in viewers:
        viewer.call("GET", "/loans?refresh=1", status=200)
    assert refused_at_library(portal) <= 2


def test_b3_the_same_refused_pin_is_not_sent_from_another_account(make_portal: Callable[..., Portal]) -> None:
    portal = make_portal(library__lumme__pin_reverify_minutes="0")
    child = portal.patron("lumme", "child")
    viewers = [viewer_of_child(portal, kind) for kind in ("good", "no_loans", "blocked")]
    portal.koha.change_pin(child.patron_id, "8080")
    portal.koha.clear_calls()
    states = [
        {card["card"]: card["state"] for card in viewer.call("GET", "/loans?refresh=1").json["cards"]}
        for viewer in viewers
    ]
    assert [sorted(found.values()) for found in states] == [["fresh", "pin_changed"]] * 3
    assert refused_at_library(portal) == 1


@pytest.mark.parametrize("ended_by", ["holder", "staff"])
def test_an_ended_link_does_not_come_back_by_removing_the_one_that_waits(
    portal: Portal, ended_by: str
) -> None:
    viewer = viewer_of_child(portal, "good")
    child = portal.patron("lumme", "child")
    (card,) = (one["id"] for one in viewer.call("GET", "/cards").json["cards"] if one["library"] == "lumme")
    with portal.house.database.writing() as session:
        session.execute(
            update(Link)
            .where(Link.card_id == uuid.UUID(card))
            .values(state="ended", ended_by=ended_by, ended_at=portal.house.now())
        )
    for _ in range(3):
        assert viewer.link("lumme", child).json["state"] == "pending_approval"
        viewer.call("DELETE", f"/cards/{card}", status=204)
    viewer.link("lumme", child)
    assert viewer.call("GET", f"/loans?card={card}", status=200).json["loans"] == []


def test_a_paused_link_tells_nothing_that_was_told_to_others(make_portal: Callable[..., Portal]) -> None:
    portal = make_portal(library__lumme__pin_reverify_minutes="0")
    child = portal.patron("lumme", "child")
    viewer = viewer_of_child(portal, "good")
    portal.koha.change_pin(child.patron_id, "8080")
    viewer.call("GET", "/loans?refresh=1")
    before = viewer.call("GET", "/cards").json["cards"][1]
    number = portal.koha.renew_card(child.patron_id)
    portal.koha.block(child.patron_id)
    holder = portal.client()
    body = {"library": "lumme", "card_number": number, "pin": "8080"}
    holder.token = holder.call("POST", "/sessions", body, status=201).json["access_token"]
    assert holder.call("GET", "/cards").json["cards"][0]["standing"] == "blocked"
    after = viewer.call("GET", "/cards").json["cards"][1]
    assert (after["state"], after["standing"], after["reasons"], after["expires_at"]) == (
        "pin_changed",
        None,
        [],
        None,
    )
    assert after["number_last4"] == before["number_last4"] != number[-4:]


@pytest.mark.parametrize("relation", ["own", "looked_after"])
def test_a_holder_is_told_of_every_link_whatever_it_is_called(portal: Portal, relation: str) -> None:
    child = portal.patron("lumme", "child")
    viewer_of_child(portal, "good", relation=relation)
    Outbox(portal.house).send(portal.house.now(), 50)
    mails = [message_from_string(mail, policy=policy.default) for mail in portal.mails()]
    told = [mail for mail in mails if mail["To"] == child.email]
    assert len(told) == 1
    assert child.card_number not in told[0].get_content()


def test_strangers_in_their_number_do_not_close_a_library_to_a_known_browser(
    make_portal: Callable[..., Portal],
) -> None:
    portal = make_portal(limits__library="5/15m")
    browser = portal.signed_in_browser()
    for number in range(6):
        tries(portal, 1, card_number=f"9999000{number}")
    assert tries(portal, 1) == [429]
    browser.sign_in("lumme", portal.patron("lumme"))


def test_a_strangers_tries_do_not_keep_an_owner_from_mending_a_card(portal: Portal) -> None:
    client = portal.signed_in_client()
    card = client.call("GET", "/cards").json["cards"][0]["id"]
    tries(portal, 5)
    client.call("PATCH", f"/cards/{card}", {"pin": portal.patron("lumme").pin}, status=200)


def test_a_planted_browser_token_is_worth_nothing(portal: Portal) -> None:
    browser = portal.browser()
    planted = "planted-by-somebody-else-000000000000000000"
    browser.app.set_cookie("accounts_known", planted)
    browser.sign_in("lumme", portal.patron("lumme"))
    first = browser.app.cookies["accounts_known"]
    assert first != planted
    browser.sign_in("lumme", portal.patron("lumme"))
    assert browser.app.cookies["accounts_known"] != first


def test_limits_that_are_run_into_again_and_again_leave_one_event(portal: Portal) -> None:

    tries(portal, 30)
    told = [event for event in rows(portal.house, Event) if event.word == "limit.reached"]
    assert len(told) == 1


def test_only_numbers_of_the_librarys_pattern_reach_it(make_portal: Callable[..., Portal]) -> None:
    portal = make_portal(library__lumme__card_number_pattern="[0-9]{11}")
    portal.koha.clear_calls()
    assert tries(portal, 1, card_number="reader1") == [422]
    assert portal.koha.calls == ()
    portal.signed_in_client()


def test_a_card_opens_one_account_by_whatever_login_it_comes(make_portal: Callable[..., Portal]) -> None:
    portal = make_portal(logins="card counter", login__card__kind="card", login__counter__kind="card")
    browsers = [portal.browser(), portal.browser()]
    patron = portal.patron("lumme")
    fields = {"library": "lumme", "card_number": patron.card_number, "pin": patron.pin}
    for browser, login in zip(browsers, ("card", "counter"), strict=True):
        assert browser.post(f"/sign-in/{login}", **fields).status_int == 303
    accounts = {str(browser.app.get("/api/v1/account").json["id"]) for browser in browsers}
    assert len(accounts) == 1
    assert uuid.UUID(accounts.pop())


def test_l4_a_card_page_left_open_asks_for_a_new_sign_in_before_removal(portal: Portal) -> None:
    browser = portal.signed_in_browser()
    card = browser.app.get("/api/v1/cards").json["cards"][0]["id"]
    assert 'value="remove"' in browser.get(f"/cards/{card}").text
    portal.clock.advance(minutes=6)
    page = browser.get(f"/cards/{card}").text
    assert 'value="remove"' not in page
    assert f"return_to=%2Fcards%2F{card}" in page
    assert browser.post(f"/cards/{card}", action="remove").status_int == 403


def test_asking_for_another_address_is_limited_by_the_api_too(portal: Portal) -> None:
    client = portal.signed_in_client()
    stepped_up(portal)
    answers = [
        client.call("PATCH", "/account", {"email": f"reader{turn}@library.example"}) for turn in range(6)
    ]
    assert [answer.status_int for answer in answers] == [200] * 5 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0
