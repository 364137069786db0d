"""Readers report, staff look: what is hidden, what comes back, and what nobody learns."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from webtest import TestResponse

from discovery_accounts.jobs.runner import run_job
from discovery_accounts.models import Event, Review, ReviewReport
from discovery_accounts.services import events
from tests.factories.portal import Browser, Client, Portal
from tests.factories.reviewers import RECORD, be_called, people, rating, texts, write
from tests.factories.rows import count, rows
from tests.factories.rows import events as events_of
from tests.factories.staff import LOGINS, colleague
from tests.fixtures.databases import ON_SQLITE

MakePortal = Callable[..., Portal]
PATH = "/admin/reviews"


@pytest.fixture
def portal(make_portal: MakePortal) -> Portal:
    return make_portal(**LOGINS)


@pytest.fixture
def desk(portal: Portal) -> Browser:
    return colleague(portal, role="helpdesk").sign_in()


def report(client: Client, review: str, reason: str = "offensive", status: int = 204, **more: str) -> None:
    client.call("POST", f"{RECORD}/reviews/{review}/report", {"reason": reason, **more}, status=status)


def open_reports(portal: Portal) -> int:
    return count(portal.house, ReviewReport, closed_at=None)


def act(desk: Browser, action: str, show: str = "open", reason: str = "") -> TestResponse:
    """The first review of staff's page is acted on, as its form says."""
    form = desk.get(f"{PATH}?show={show}").html.select("form[action$='/admin/reviews']")[0]
    fields = {name: form.select(f"[name={name}]")[0]["value"] for name in ("review", "seen", "show")}
    return desk.post(PATH, action=action, **fields, **{f"reason-{fields['review'].replace('-', '')}": reason})


def looked_at(desk: Browser, show: str = "open") -> list[str]:
    page = desk.get(f"{PATH}?show={show}").html
    return [one.text for one in page.select(".accounts-review > .accounts-said")]


def test_three_people_hide_a_text_until_staff_have_looked(portal: Portal, desk: Browser) -> None:
    ada, *others = people(portal, 5)
    review = write(ada, "Rude.", stars=1)["id"]
    for reporter in (others[0], others[0], others[1]):
        report(reporter, review, message="Look!")
    assert texts(portal.client()) == ["Rude."], "one person counts once"
    report(others[2], review)
    assert (texts(portal.client()), rating(ada)["average"]) == ([], 1.0)
    mine = ada.call("GET", f"{RECORD}/reviews").json["own"]
    assert (mine["text"], mine["state"], mine["because"]) == ("Rude.", "waiting", "reported")
    report(others[3], review, status=404)
    assert looked_at(desk) == ["Rude."]
    assert act(desk, "show").status_int == 303
    assert (texts(portal.client()), open_reports(portal), looked_at(desk)) == (["Rude."], 0, [])
    for reporter in others:
        report(reporter, review)
    assert texts(portal.client()) == ["Rude."], "staff have looked at this very text"
    assert open_reports(portal) == 1, "only who had not reported it is heard"
    assert [event.detail["review"] for event in events_of(portal.house, events.REVIEW_HELD_BACK)] == [review]


def test_staff_hide_a_text_with_a_reason_that_its_writer_reads(portal: Portal, desk: Browser) -> None:
    [ada, bob] = people(portal, 2)
    review = write(ada, "Rude.", stars=2)["id"]
    report(bob, review)
    refused = act(desk, "hide")
    assert (refused.status_int, "Choose why it is hidden." in refused.text) == (422, True)
    assert act(desk, "hide", reason="offensive").status_int == 303
    assert (texts(bob), rating(bob)["count"], open_reports(portal)) == ([], 1, 0)
    browser = portal.browser(HTTP_ACCEPT_LANGUAGE="en")
    browser.sign_in("lumme", portal.patron("lumme"))
    assert "Reason: it is offensive." in browser.get("/reviews").text
    assert write(ada, "Polite.")["state"] == "waiting", "staff look at what is written in its place"
    assert (texts(bob), looked_at(desk)) == ([], ["Polite."])
    act(desk, "show")
    assert texts(bob) == ["Polite."]
    assert write(ada, "Polite, too.")["state"] == "shown"


@ON_SQLITE
def test_where_texts_are_checked_each_change_waits_anew(make_portal: MakePortal) -> None:
    portal = make_portal(**LOGINS, reviews="checked")
    desk, [ada] = colleague(portal).sign_in(), people(portal, 1)
    write(ada, "One.")
    assert (texts(ada), looked_at(desk)) == ([], ["One."])
    act(desk, "show")
    assert texts(portal.client()) == ["One."]
    ada.call("PUT", f"{RECORD}/rating", {"stars": 3}, status=200)
    assert texts(portal.client()) == ["One."], "stars are no text"
    portal.clock.advance(seconds=1)
    write(ada, "Two.")
    assert texts(portal.client()) == [], "nor is the old text shown meanwhile"
    assert looked_at(desk) == ["Two."]


@ON_SQLITE
def test_what_staff_have_not_read_is_not_decided_about(portal: Portal, desk: Browser) -> None:
    ada, bob = people(portal, 2)
    review = write(ada, "Nice.")["id"]
    report(bob, review)
    form = desk.get(PATH).html.select("form[action$='/admin/reviews']")[0]
    seen = form.select("[name=seen]")[0]["value"]
    portal.clock.advance(seconds=1)
    write(ada, "Rude.")
    answer = desk.post(PATH, action="show", review=review, seen=seen)
    assert (answer.status_int, "changed meanwhile" in answer.text) == (422, True)
    assert open_reports(portal) == 1


def test_a_hidden_text_does_not_come_back_by_being_deleted_and_written_again(
    portal: Portal, desk: Browser
) -> None:
    ada, bob = people(portal, 2)
    review = write(ada, "Rude.", stars=1)["id"]
    report(bob, review)
    act(desk, "hide", reason="offensive")
    browser = portal.browser(HTTP_ACCEPT_LANGUAGE="en")
    browser.sign_in("lumme", portal.patron("lumme"))
    record = {"source": "lumme", "record_id": "lumme.336"}
    assert browser.post("/reviews/remove", **record).status_int == 303
    assert browser.post("/reviews/remove", **record, expect_errors=True).status_int == 404
    assert ada.call("GET", "/reviews", status=200).json["reviews"] == []
    assert ada.call("GET", f"{RECORD}/reviews", status=200).json["own"] is None
    assert rating(ada)["count"] == 0
    [row] = rows(portal.house, Review)
    assert (row.stars, row.text, row.title, row.signed) == (None, None, None, False), "nothing is kept of it"
    assert write(ada, "Rude.")["state"] == "waiting"
    assert (texts(bob), looked_at(desk)) == ([], ["Rude."])
    ada.call("DELETE", f"{RECORD}/reviews", status=204)
    assert run_job(portal.house, "purge-sessions").done.did["reviews"] == 0
    later = portal.clock() + timedelta(days=366)
    assert run_job(portal.house, "purge-sessions", now=later).done.did["reviews"] == 1
    assert count(portal.house, Review) == 0


@ON_SQLITE
def test_of_two_who_look_at_once_the_second_sees_what_the_first_decided(
    portal: Portal, desk: Browser
) -> None:
    ada, bob = people(portal, 2)
    review = write(ada, "Rude.")["id"]
    report(bob, review)
    form = desk.get(PATH).html.select("form[action$='/admin/reviews']")[0]
    seen = form.select("[name=seen]")[0]["value"]
    act(desk, "hide", reason="offensive")
    late = desk.post(PATH, action="show", review=review, seen=seen)
    assert (late.status_int, texts(bob)) == (422, [])


@ON_SQLITE
def test_nobody_learns_who_wrote_or_reported(portal: Portal, desk: Browser) -> None:
    ada, bob = people(portal, 2)
    be_called(ada, "Ada Nimelä")
    be_called(bob, "Bob Nimelä")
    review = write(ada, "Rude.")["id"]
    report(bob, review, message="I don’t like it.")
    page = desk.get(PATH).text
    assert "I don’t like it." in page
    assert "Nimelä" not in page
    act(desk, "hide", reason="off_topic")
    own = ada.call("GET", "/reviews").text
    assert "Bob" not in own
    found = rows(portal.house, Event, word=events.REVIEW_HIDDEN)
    assert [(one.account_id, one.detail["review"], one.detail["reason"]) for one in found] == [
        (None, review, "off_topic")
    ]
    accounts = {str(row.account_id) for row in rows(portal.house, Review)}
    assert not [
        one for one in rows(portal.house, Event) if "review" in one.word and accounts & {str(one.account_id)}
    ]


@ON_SQLITE
def test_hidden_and_shown_texts_have_lists_of_their_own(portal: Portal, desk: Browser) -> None:
    ada, bob = people(portal, 2)
    write(ada, "Rude.")
    write(bob, "Kind.")
    assert sorted(looked_at(desk, "shown")) == ["Kind.", "Rude."]
    assert act(desk, "hide", show="shown", reason="unlawful").status_int == 303
    [hidden], [shown] = looked_at(desk, "hidden"), looked_at(desk, "shown")
    assert {hidden, shown} == {"Rude.", "Kind."}
    act(desk, "show", show="hidden")
    assert looked_at(desk, "hidden") == []


@ON_SQLITE
@pytest.mark.parametrize(("role", "status"), [("helpdesk", 200), ("it", 200), ("insight", 404)])
def test_help_desk_and_it_look_at_texts_nobody_else_does(portal: Portal, role: str, status: int) -> None:
    [ada] = people(portal, 1)
    review = write(ada)["id"]
    one = colleague(portal, role=role).sign_in()
    assert one.get(PATH, expect_errors=True).status_int == status
    patron = portal.signed_in_browser("helka")
    assert patron.get(PATH, expect_errors=True).status_int == 404
    assert patron.post(PATH, action="hide", review=review).status_int == 404
    if status == 404:
        assert one.post(PATH, action="hide", review=review).status_int == 404


@ON_SQLITE
def test_what_is_not_there_can_not_be_reported_or_decided_about(portal: Portal, desk: Browser) -> None:
    ada, bob = people(portal, 2)
    review = write(ada)["id"]
    other = RECORD.replace("336", "337")
    bob.call("POST", f"{other}/reviews/{review}/report", {"reason": "other"}, status=404)
    bob.call("POST", f"{RECORD}/reviews/not-an-id/report", {"reason": "other"}, status=404)
    bob.call("POST", f"{RECORD}/reviews/{review}/report", {"reason": "ugly"}, status=400)
    own = ada.call("POST", f"{RECORD}/reviews/{review}/report", {"reason": "other"}, status=422).json
    assert own["errors"] == [{"field": "reason", "code": "own"}]
    ada.call("DELETE", f"{RECORD}/reviews", status=204)
    bob.call("POST", f"{RECORD}/reviews/{review}/report", {"reason": "other"}, status=404)
    for fields in ({"review": review, "action": "show"}, {"review": "x", "action": "show"}):
        assert desk.post(PATH, **fields).status_int == 404
    assert count(portal.house, ReviewReport) == 0


@ON_SQLITE
def test_nobody_reports_without_end(portal: Portal) -> None:
    ada, bob = people(portal, 2)
    review = write(ada)["id"]
    for _ in range(20):
        report(bob, review)
    report(bob, review, status=429)
