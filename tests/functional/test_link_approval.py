"""Where the library has it so, a link to somebody else's card waits for its holder's yes (rules 3.3, 3.6)."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from discovery_accounts.models import Link, LinkLetter
from tests.factories.ages import days_pass, reaches_age_in
from tests.factories.portal import Portal
from tests.factories.rows import count, rows
from tests.factories.viewing import browser_of, mails_to, shared, signed_in, state_of

ALWAYS = {"library__lumme__approval": "always"}
MakePortal = Callable[..., Portal]


def test_l6_nothing_is_shown_before_the_holder_says_yes(make_portal: MakePortal) -> None:
    portal = make_portal(**ALWAYS)
    case = shared(portal)
    portal.koha.clear_calls()
    assert state_of(case.viewer, case.card) == "pending_approval"
    for path in ("/loans", "/holds", "/fees"):
        told = case.viewer.call("GET", f"{path}?card={case.card}", status=200).json
        assert told[path[1:]] == []
    assert portal.koha.calls == ()
    asking = next(one for one in case.viewers() if not one["self"])
    assert (asking["state"], asking["last_used"]) == ("pending_approval", None)
    seen = case.holder.call("POST", case.path(case.link, "approve"), {"scopes": ["loans"]}, status=200)
    assert (seen.json["state"], seen.json["scopes"]) == ("active", ["loans"])
    assert case.viewer.call("GET", f"/loans?card={case.card}", status=200).json["loans"]
    (told_of,) = mails_to(portal, portal.patron("helka").email)
    assert told_of[0] == "You can see a library card now"
    assert portal.patron("lumme").family_name not in told_of[1]


def test_yes_without_a_word_more_is_yes_to_what_was_asked(make_portal: MakePortal) -> None:
    portal = make_portal(**ALWAYS)
    case = shared(portal, scopes=["holds", "fees"])
    seen = case.holder.call("POST", case.path(case.link, "approve"), status=200).json
    assert seen["scopes"] == ["holds", "fees"]


def test_no_ends_what_waits_and_asking_again_waits_again(make_portal: MakePortal) -> None:
    portal = make_portal(library__lumme__approval="never")
    case = shared(portal)
    case.holder.call("DELETE", case.path(case.link), status=204)
    case.viewer.link("lumme", portal.patron("lumme"))
    assert state_of(case.viewer, case.card) == "pending_approval"
    case.holder.call("POST", case.path(case.link, "approve"), {}, status=200)
    assert state_of(case.viewer, case.card) == "fresh"
    case.viewer.call("DELETE", f"/cards/{case.card}", status=204)
    case.viewer.link("lumme", portal.patron("lumme"))
    assert state_of(case.viewer, case.card) == "fresh"  # the yes made good what had been ended


def test_a_yes_does_not_help_against_staff(make_portal: MakePortal) -> None:
    portal = make_portal(**ALWAYS)
    case = shared(portal)
    with portal.house.database.writing() as session:
        for link in rows(portal.house, Link):
            session.get_one(Link, link.id).card.linking_blocked_at = portal.clock()
    answer = case.holder.call("POST", case.path(case.link, "approve"), {}, status=403)
    assert answer.json["code"] == "linking_not_allowed"
    assert state_of(case.viewer, case.card) == "pending_approval"


@pytest.mark.parametrize("has_address", [True, False])
def test_who_waits_is_told_whether_the_holder_was_written_to(
    make_portal: MakePortal, has_address: bool
) -> None:
    portal = make_portal(**ALWAYS)
    patron = portal.patron("lumme")
    if not has_address:
        portal.koha.set_email(patron.patron_id, "")
    viewer = signed_in(portal, "helka", "good")
    card = viewer.link("lumme", patron).json["id"]
    page = browser_of(portal, "helka").get(f"/cards/{card}").text
    assert ("We have written to the holder" in page) is has_address
    assert ("no message to them is under way" in page) is not has_address
    assert count(portal.house, LinkLetter) == has_address


def test_home_and_cards_tell_that_somebody_waits_for_an_answer(make_portal: MakePortal) -> None:
    portal = make_portal(**ALWAYS)
    case = shared(portal)
    browser = browser_of(portal)
    for path in ("/", "/cards"):
        page = browser.get(path).html
        assert "1 account waits for your answer" in page.get_text()
        assert page.select(f'main a[href="/cards/{case.card}/viewers"]')
    form = {"action": "approve", "link": case.link, "scope": ["loans"]}
    assert browser.post(f"/cards/{case.card}/viewers", **form).status_int == 303
    assert "waits for your answer" not in browser.get("/").text
    assert "waits for your answer" not in browser_of(portal, "helka").get("/").text


def test_a_young_person_is_told_that_they_decide_and_answers_before_the_day(portal: Portal) -> None:
    reaches_age_in(portal, "lumme", 20)
    case = shared(portal, "child")
    browser, path = browser_of(portal, kind="child"), f"/cards/{case.card}/viewers"
    page = browser.get(path).html.get_text()
    assert "when you turn 15, you decide who can see this card" in page
    assert "go on seeing your card?" in page
    assert "1 account waits for your answer" in browser.get("/").html.get_text()
    form = {"action": "approve", "link": case.link, "scope": ["loans", "holds"]}
    assert browser.post(path, **form).status_int == 303
    assert "go on seeing your card?" not in browser.get(path).html.get_text()
    days_pass(portal, 25)
    assert state_of(case.viewer, case.card) == "fresh"


def test_without_an_answer_a_young_persons_card_waits_until_there_is_one(portal: Portal) -> None:
    reaches_age_in(portal, "lumme", 20)
    case = shared(portal, "child")
    days_pass(portal, 25)
    assert state_of(case.viewer, case.card) == "pending_approval"
    browser, path = browser_of(portal, kind="child"), f"/cards/{case.card}/viewers"
    assert "You are 15 now, so you decide" in browser.get(path).html.get_text()
    form = {"action": "approve", "link": case.link, "scope": ["loans"]}
    assert browser.post(path, **form).status_int == 303
    assert state_of(case.viewer, case.card) == "fresh"
    assert "so you decide" not in browser.get(path).html.get_text()
    portal.clock.advance(seconds=timedelta(minutes=1).total_seconds())
    assert [subject for subject, _ in mails_to(portal, portal.patron("helka").email)] == [
        "You can see a library card now"
    ]
