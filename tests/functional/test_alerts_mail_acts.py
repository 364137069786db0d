"""What a link in a mail does to an alert without signing in (checklist A2), and asking about alerts nobody looks at."""

from datetime import timedelta

import pytest

from discovery_accounts.jobs.runner import run_job
from discovery_accounts.models import Account, Alert, Event, OutboxMessage
from discovery_accounts.services import events
from discovery_accounts.services.alerts.stopping import keep_address, stop_address, stop_all_address
from tests.factories.alerts import finds, made, record, set_all
from tests.factories.codes import post_office
from tests.factories.portal import Portal
from tests.factories.rows import count, rows
from tests.fixtures.databases import ON_SQLITE


def path_of(address: str) -> str:
    return "/" + address.split("/", 3)[3]


def test_one_click_ends_the_mails_of_one_alert(portal: Portal) -> None:
    client = portal.signed_in_client()
    one, other = made(client, "jansson", by_feed=True), made(client, "pratchett")
    alert = next(row for row in rows(portal.house, Alert) if str(row.id) == one)
    path = path_of(stop_address(portal.house, alert.id))
    stranger = portal.browser()
    page = stranger.get(path)
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "jansson" in page.text
    assert client.call("GET", f"/alerts/{one}").json["by_email"] is True, "looking changes nothing"
    program = stranger.app.post(path, {"List-Unsubscribe": "One-Click"})
    assert program.status_int == 200
    ended = client.call("GET", f"/alerts/{one}").json
    assert (ended["by_email"], ended["paused"]) == (False, False), "its feed goes on"
    assert client.call("GET", f"/alerts/{other}").json["by_email"] is True
    stranger.app.post(path, {"List-Unsubscribe": "One-Click"})
    assert count(portal.house, Event, word=events.ALERT_MAILS_ENDED) == 1


def test_one_click_ends_the_mails_of_all_of_them(portal: Portal) -> None:
    client = portal.signed_in_client()
    made(client, "jansson"), made(client, "pratchett", by_feed=True)
    neighbour = portal.signed_in_client("helka")
    made(neighbour, "jansson")
    account = client.call("GET", "/account").json["id"]
    [mine] = [row.account_id for row in rows(portal.house, Alert) if str(row.account_id) == account][:1]
    path = path_of(stop_all_address(portal.house, mine))
    assert portal.browser().app.post(path, {"List-Unsubscribe": "One-Click"}).status_int == 200
    told = {
        one["name"]: (one["by_email"], one["paused"]) for one in client.call("GET", "/alerts").json["alerts"]
    }
    assert told == {"jansson": (False, True), "pratchett": (False, False)}, "what tells nobody is paused"
    assert neighbour.call("GET", "/alerts").json["alerts"][0]["by_email"] is True


@ON_SQLITE
@pytest.mark.parametrize("act", ["stop", "stop-all", "keep", "feed"])
def test_an_address_that_is_none_of_ours_is_none(portal: Portal, act: str) -> None:
    browser = portal.browser()
    made(portal.signed_in_client())
    [alert] = rows(portal.house, Alert)
    for token in (
        "x",
        "0" * 64,
        alert.id.hex,
        alert.id.hex + "0" * 64,
        alert.account_id.hex + "f" * 64,
        "%C3%A4" * 40,
    ):
        assert browser.get(f"/alerts/{act}/{token}", expect_errors=True).status_int == 404
        if act != "feed":
            assert browser.app.post(f"/alerts/{act}/{token}", {}, expect_errors=True).status_int == 404


def asked(portal: Portal) -> dict[str, int]:
    return dict(run_job(portal.house, "ask-about-alerts").done.did)


def unopened(portal: Portal, months: int = 13) -> None:
    set_all(portal, Alert, opened_at=portal.clock() - timedelta(days=31 * months))


def test_who_never_looks_is_asked_in_one_mail_and_can_answer_there(portal: Portal) -> None:
    client = portal.signed_in_client()
    client.call("PATCH", "/account", {"language": "en"})
    for name in ("Jansson", "Bcc: evil@example.org\nPratchett"):
        alert = made(client, "moomin", name=" ".join(name.split()))
        finds(portal, alert, [record(1)])
    made(client, "finds nothing")
    assert asked(portal) == {"asked": 0, "alerts": 0}
    unopened(portal)
    assert asked(portal) == {"asked": 1, "alerts": 2}
    assert asked(portal) == {"asked": 0, "alerts": 0}, "once is enough"
    [mail] = post_office(portal)
    assert mail["Subject"] == "Do you still want these new-item alerts?"
    assert (mail["Bcc"], "finds nothing" in mail.get_content()) == (None, False)
    assert path_of(str(mail["List-Unsubscribe"]).strip("<>")).startswith("/alerts/stop-all/")
    [jansson] = [row for row in rows(portal.house, Alert) if row.name == "Jansson"]
    keep = keep_address(portal.house, jansson.id)
    assert keep in mail.get_content()
    browser = portal.browser()
    browser.get(path_of(keep))
    [still] = [row for row in rows(portal.house, Alert) if row.name == "Jansson"]
    assert still.asked_at is not None, "looking changes nothing"
    browser.app.post(path_of(keep), {})
    [kept] = [row for row in rows(portal.house, Alert) if row.name == "Jansson"]
    assert (kept.asked_at, kept.opened_at > still.opened_at) == (None, True)


@ON_SQLITE
def test_without_an_answer_alerts_go_on_and_are_asked_about_again_after_the_same_time(portal: Portal) -> None:
    alert = made(portal.signed_in_client())
    finds(portal, alert, [record(1)])
    unopened(portal)
    assert asked(portal)["alerts"] == 1
    portal.clock.advance(days=300)
    assert asked(portal)["alerts"] == 0
    portal.clock.advance(days=70)
    assert asked(portal)["alerts"] == 1
    [row] = rows(portal.house, Alert)
    assert (row.by_email, row.paused_at) == (True, None)


@ON_SQLITE
def test_nobody_is_asked_about_what_is_paused_or_without_an_address(portal: Portal) -> None:
    alert = made(portal.signed_in_client())
    finds(portal, alert, [record(1)])
    unopened(portal)
    set_all(portal, Alert, paused_at=portal.clock())
    assert asked(portal)["alerts"] == 0
    set_all(portal, Alert, paused_at=None)
    set_all(portal, Account, email=None)
    report = run_job(portal.house, "ask-about-alerts").done
    assert (report.did["asked"], dict(report.kept)) == (0, {"no e-mail address": 1})
    assert count(portal.house, OutboxMessage) == 0
