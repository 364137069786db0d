"""An account that ended is hidden, and comes back whole at a sign-in within two weeks (rules 1.4)."""

from datetime import timedelta

from discovery_accounts.models import Account, AccountWarning, Link, SignedInSession
from discovery_accounts.services import events
from discovery_accounts.services.endings.protecting import protect, unprotect
from discovery_accounts.services.outbox import Letter
from discovery_accounts.services.outbox import write as write_letter
from tests.factories.ending import account, did, ended_by_time, expire, send, to_day
from tests.factories.portal import Client, Portal
from tests.factories.reviewers import be_called, texts
from tests.factories.reviewers import write as review
from tests.factories.rows import count, rows
from tests.factories.rows import events as events_of
from tests.fixtures.databases import ON_SQLITE


def furnished(portal: Portal) -> tuple[Client, str, str, str]:
    """A person with a card of another library, a public list, an alert with a feed, a calendar and a signed review."""
    client = portal.signed_in_client()
    client.link("helka", portal.patron("helka"))
    made = client.call("POST", "/lists", {"name": "Sea", "public": True}, status=201).json
    client.call(
        "POST",
        f"/lists/{made['id']}/items",
        {"record_id": "lumme.1", "source": "lumme", "title": "The Sea"},
        status=201,
    )
    public = f"/lists/{made['public_id']}"
    alert = client.call(
        "POST", "/alerts", {"name": "Sea", "query": "sea", "frequency": "daily"}, status=201
    ).json
    be_called(client, "Ada Nimelä")
    review(client, "Good.", signed=True)
    return client, public, alert["id"], made["id"]


def contents(client: Client) -> object:
    told = [client.call("GET", path, status=200).json for path in ("/cards", "/lists", "/alerts")]
    cards = [(one["id"], one["library"], one["label"], one["scopes"]) for one in told[0]["cards"]]
    lists = [(one["id"], one["name"], one["public"]) for one in told[1]["lists"]]
    return cards, lists, [(one["id"], one["name"]) for one in told[2]["alerts"]]


def test_a_sign_in_within_the_grace_brings_everything_back(portal: Portal) -> None:
    client, public, _alert, _list = furnished(portal)
    before = contents(client)
    ended_by_time(portal)
    assert portal.browser().app.get(public, expect_errors=True).status_int == 404
    to_day(portal, 380, 367)
    again = portal.signed_in_client()
    assert contents(again) == before
    assert portal.browser().get(public).status_int == 200
    back = account(portal)
    assert (back.ended_at, back.ended_because, back.reviews_at_end) == (None, None, None)
    assert back.name == "Ada Nimelä"
    assert count(portal.house, AccountWarning) == 0
    [restored] = events_of(portal.house, events.ACCOUNT_RESTORED)
    assert restored.account_id == back.id
    to_day(portal, 400, 380)
    assert did(portal) == {}
    assert count(portal.house, Account) == 1


@ON_SQLITE
def test_an_account_that_is_protected_in_its_grace_is_not_erased(portal: Portal) -> None:
    portal.signed_in_client()
    ended_by_time(portal)
    protect(portal.house, account(portal).id, "legal_hold")
    to_day(portal, 400, 367)
    assert did(portal) == {}
    unprotect(portal.house, account(portal).id)
    assert did(portal) == {"erased": 1}


@ON_SQLITE
def test_after_the_grace_a_sign_in_begins_a_new_account(portal: Portal) -> None:
    client, *_rest = furnished(portal)
    before = client.call("GET", "/account", status=200).json["id"]
    ended_by_time(portal)
    to_day(portal, 382, 367)
    assert did(portal) == {"erased": 1}
    again = portal.signed_in_client()
    assert again.call("GET", "/account", status=200).json["id"] != before
    assert again.call("GET", "/alerts", status=200).json["alerts"] == []
    assert [one["library"] for one in again.call("GET", "/cards", status=200).json["cards"]] == ["lumme"]


@ON_SQLITE
def test_reviews_of_an_ended_account_are_nameless_and_stay_so(portal: Portal) -> None:
    furnished(portal)
    portal.clock.advance(days=200)
    other = portal.signed_in_client("helka", "child")
    path = "/records/lumme/lumme.336/reviews"
    assert other.call("GET", path, status=200).json["reviews"][0]["name"] == "Ada Nimelä"
    with portal.house.database.writing() as session:
        ada = session.query(Account).filter_by(name="Ada Nimelä").one()
        ada.ended_at = portal.clock()
    assert other.call("GET", path, status=200).json["reviews"][0]["name"] is None
    assert texts(other) == ["Good."]


@ON_SQLITE
def test_a_holder_does_not_see_an_ended_account_among_the_viewers(portal: Portal) -> None:
    carer = portal.signed_in_client("lumme", "good")
    carer.link("lumme", portal.patron("lumme", "child"))
    holder = portal.signed_in_client("lumme", "child")
    card = holder.call("GET", "/cards", status=200).json["cards"][0]["id"]
    path = f"/cards/{card}/viewers"
    assert len(holder.call("GET", path, status=200).json["viewers"]) == 2
    mine = carer.call("GET", "/account", status=200).json["id"]
    with portal.house.database.writing() as session:
        for one in session.query(Account):
            one.ended_at = portal.clock() if str(one.id) == mine else None
    assert [one["self"] for one in holder.call("GET", path, status=200).json["viewers"]] == [True]
    portal.signed_in_client("lumme", "good")
    assert len(holder.call("GET", path, status=200).json["viewers"]) == 2


@ON_SQLITE
def test_mail_that_waits_for_an_ended_account_is_not_sent(portal: Portal) -> None:
    portal.signed_in_client()
    to_day(portal, 359)
    assert did(portal) == {"warned": 1}
    send(portal)
    to_day(portal, 367, 359)
    one = account(portal)
    with portal.house.database.writing() as session:
        later = portal.clock() + timedelta(days=1)
        letter = Letter("link_approved", str(one.email), "S", "T", one.id, not_before=later)
        write_letter(session, portal.house, letter, portal.clock())
    assert did(portal) == {"ended": 1}
    mails = len(portal.mails())
    portal.clock.advance(days=2)
    send(portal)
    assert len(portal.mails()) == mails


@ON_SQLITE
def test_sessions_end_with_the_account(portal: Portal) -> None:
    portal.signed_in_client()
    with portal.house.database.writing() as session:
        session.query(SignedInSession).update(
            {"expires_at": portal.clock() + timedelta(days=999), "last_seen_at": portal.clock()}
        )
    ended_by_time(portal)
    assert count(portal.house, SignedInSession) == 0
    assert [row.state for row in rows(portal.house, Link)] == ["active"]
    assert expire(portal).did["ended"] == 0


@ON_SQLITE
def test_whoever_comes_back_is_told_so_once(portal: Portal) -> None:
    browser = portal.browser(HTTP_ACCEPT_LANGUAGE="en")
    browser.sign_in("lumme", portal.patron("lumme"))
    ended_by_time(portal)
    arrived = browser.sign_in("lumme", portal.patron("lumme")).follow()
    assert "Welcome back. Your account had ended" in arrived.text
    assert "Welcome back" not in browser.get("/loans").text
    browser.sign_in("lumme", portal.patron("lumme"))
    assert "Welcome back" not in browser.get("/loans").text
