"""Reminders: chosen on a page and by the API, ended from a mail without signing in (checklist A2)."""

import uuid
from collections.abc import Callable

import pytest

from discovery_accounts.jobs.runner import run_job
from discovery_accounts.models import Digest, Event, Link
from discovery_accounts.services import events
from tests.factories.portal import Browser, Portal
from tests.factories.reminders import by_label, digests, morning, stop_path, switch_on, text_of, wait_for_next
from tests.factories.rows import events as events_of
from tests.factories.rows import rows, write
from tests.fixtures.databases import ON_SQLITE

ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


@pytest.fixture
def portal(make_portal: Callable[..., Portal]) -> Portal:
    return make_portal(session__api_hours="300")


def reader(portal: Portal) -> Browser:
    browser = portal.browser(**ENGLISH)
    browser.sign_in("lumme", portal.patron("lumme"))
    return browser


@ON_SQLITE
def test_they_are_off_until_somebody_switches_them_on(portal: Portal) -> None:
    client = portal.signed_in_client("lumme")
    found = client.call("GET", "/reminders", status=200).json
    assert (found["on"], found["next_at"], found["titles"]) == (False, None, False)
    assert [one["days_ahead"] for one in found["cards"]] == [None]
    portal.clock.advance(days=2)
    assert run_job(portal.house, "send-mail").done.did["composed"] == 0
    assert rows(portal.house, Digest) == []


def test_the_api_changes_what_is_named_and_tells_what_holds(portal: Portal) -> None:
    client = portal.signed_in_client("lumme")
    client.link("helka", portal.patron("helka"), label="University")
    switch_on(client, days=3, quiet_from=21, quiet_until=6, titles=True)
    card = by_label(client)["University"]
    body = {"on": True, "hour": 9, "cards": [{"card": card, "days_ahead": 0}]}
    found = client.call("PUT", "/reminders", body, status=200).json
    assert found == client.call("GET", "/reminders", status=200).json
    assert (found["hour"], found["quiet_from"], found["quiet_until"], found["titles"]) == (9, 21, 6, True)
    assert [one["days_ahead"] for one in found["cards"]] == [3, 0]
    assert found["timezone"] == "Europe/Helsinki"
    assert found["address"] == "reader1@koha.example"
    assert len(events_of(portal.house, events.REMINDERS_CHANGED)) == 2
    none = client.call("PUT", "/reminders", {"on": True, "quiet_from": None, "quiet_until": None}, status=200)
    assert (none.json["quiet_from"], none.json["quiet_until"]) == (None, None)


@ON_SQLITE
@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"hour": 24}, "hour"),
        ({"hour": 22, "quiet_from": 21, "quiet_until": 7}, "hour"),
        ({"quiet_from": 21}, "quiet_until"),
        ({"quiet_until": 7}, "quiet_from"),
        ({"cards": [{"card": None, "days_ahead": 31}]}, "cards"),
        ({"cards": [{"card": None, "days_ahead": -1}]}, "cards"),
    ],
)
def test_what_can_not_be_is_refused_at_its_field(portal: Portal, body: dict[str, object], field: str) -> None:
    client = portal.signed_in_client("lumme")
    for one in body.get("cards", ()):  # type: ignore[attr-defined]  # a list where it is there
        one["card"] = next(iter(by_label(client).values()))
    refused = client.call("PUT", "/reminders", {"on": True, **body})
    assert refused.status_int in {400, 422}, refused.text
    assert field in refused.text
    assert client.call("GET", "/reminders", status=200).json["on"] is False


@ON_SQLITE
def test_a_strangers_card_is_nobodys(portal: Portal) -> None:
    client = portal.signed_in_client("lumme")
    theirs = by_label(portal.signed_in_client("helka"))
    for card in (*theirs.values(), str(uuid.uuid4())):
        body = {"on": True, "cards": [{"card": card, "days_ahead": 3}]}
        assert client.call("PUT", "/reminders", body, status=404).json["code"] == "no_such_card"
    assert {link.days_ahead for link in rows(portal.house, Link)} == {None}


@ON_SQLITE
def test_without_an_address_they_can_not_be_switched_on(portal: Portal) -> None:
    browser, client = reader(portal), portal.signed_in_client("lumme")
    write(portal.house, "UPDATE account SET email = NULL, email_source = NULL")
    assert "no e-mail address" in browser.get("/account/reminders").text
    refused = browser.post("/account/reminders", on="yes", hour="7")
    assert refused.status_int == 422
    assert refused.html.find(id="accounts-on-error")
    assert client.call("PUT", "/reminders", {"on": True}, status=422).json["errors"][0]["field"] == "on"


def test_the_page_switches_them_on_and_off(portal: Portal) -> None:
    browser = reader(portal)
    page = browser.get("/account/reminders")
    [select] = [one for one in page.html.find_all("select") if one["name"].startswith("days.")]
    assert select.find("option", selected=True)["value"] == "3", "what most people want is offered"
    fields = {"on": "yes", "hour": "8", "quiet_from": "21", "quiet_until": "7", select["name"]: "5"}
    assert browser.post("/account/reminders", **fields).status_int == 303
    after = browser.get("/account/reminders")
    assert "Reminders are on." in after.text
    assert after.html.find("select", {"name": select["name"]}).find("option", selected=True)["value"] == "5"
    assert "reader1@koha.example" in after.text
    assert browser.post("/account/reminders", hour="8").status_int == 303
    [digest] = rows(portal.house, Digest)
    assert (digest.wanted, digest.due_at, digest.hour) == (False, None, 8)


@ON_SQLITE
@pytest.mark.parametrize("path", ["/account", "/", "/loans"])
def test_people_find_the_page(portal: Portal, path: str) -> None:
    links = [link["href"] for link in reader(portal).get(path).html.find_all("a", href=True)]
    assert "/account/reminders" in links


@ON_SQLITE
def test_a_wrong_hour_is_told_at_its_field_and_what_was_typed_stays(portal: Portal) -> None:
    browser = reader(portal)
    fields = {"on": "yes", "hour": "22", "quiet_from": "21", "quiet_until": "7"}
    refused = browser.post("/account/reminders", **fields)
    assert refused.status_int == 422
    assert refused.html.find(id="accounts-hour-error")
    chosen = {
        select["name"]: select.find("option", selected=True)["value"]
        for select in refused.html.find_all("select")
        if not select["name"].startswith("days.")
    }
    assert chosen == {"hour": "22", "quiet_from": "21", "quiet_until": "7"}
    for wrong in ("99", "x", "-1", "²"):
        assert browser.post("/account/reminders", on="yes", hour=wrong).status_int == 422


def mailed(portal: Portal) -> str:
    """The path by which the reader of a digest ends them."""
    switch_on(portal.signed_in_client("lumme"))
    morning(portal)
    [mail] = digests(portal)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = stop_path(mail)
    assert path in text_of(mail)
    return path


def test_a2_a_mail_program_unsubscribes_by_one_post_without_a_session(portal: Portal) -> None:
    path = mailed(portal)
    portal.clock.advance(days=400)  # no session, no browser of theirs is left
    answer = portal.browser().app.post(path, {"List-Unsubscribe": "One-Click"})
    assert answer.status_int == 200
    [digest] = rows(portal.house, Digest)
    assert (digest.wanted, digest.due_at) == (False, None)
    assert {link.mail_due_at for link in rows(portal.house, Link)} == {None}
    assert portal.browser().app.post(path, {"List-Unsubscribe": "One-Click"}).status_int == 200
    told = [row.detail for row in rows(portal.house, Event, word=events.REMINDERS_CHANGED)]
    assert told[-1] == {"on": False, "by": "mail"}
    assert len(told) == 2


@ON_SQLITE
def test_a2_looking_at_the_address_unsubscribes_nobody(portal: Portal) -> None:
    path = mailed(portal)
    browser = portal.browser(**ENGLISH)
    page = browser.get(path)
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert browser.app.head(path).status_int in {200, 405}
    assert rows(portal.house, Digest)[0].wanted
    form = page.html.main.find("form")
    assert form["method"] == "post"
    assert "You get no more reminders" in browser.app.post(path, {"List-Unsubscribe": "One-Click"}).text
    assert not rows(portal.house, Digest)[0].wanted


@ON_SQLITE
def test_a2_a_wrong_word_ends_nothing(portal: Portal) -> None:
    path = mailed(portal)
    for wrong in (path[:-1], path + "0", path[:-1] + ("0" if path[-1] != "0" else "1"), "/reminders/stop/x"):
        app = portal.browser(**ENGLISH).app
        assert app.get(wrong, expect_errors=True).status_int == 404
        assert app.post(wrong, {"List-Unsubscribe": "One-Click"}, expect_errors=True).status_int == 404
    assert rows(portal.house, Digest)[0].wanted


@ON_SQLITE
def test_a2_the_address_in_an_old_mail_stays_good_and_is_no_other_accounts(portal: Portal) -> None:
    path = mailed(portal)
    client = portal.signed_in_client("helka")
    switch_on(client)
    wait_for_next(portal)
    portal.clock.advance(days=1)
    portal.koha.add_loans(portal.patron("lumme").patron_id, 1)
    run_job(portal.house, "send-mail")
    paths = {mail["To"]: stop_path(mail) for mail in digests(portal)}
    assert paths["reader1@koha.example"] == path
    assert len(set(paths.values())) == 2
    stored = {row.stop_hash for row in rows(portal.house, Digest)}
    assert not [word for word in stored if word in "".join(paths.values())]
