"""The one-time link in the mail to a card's holder: deciding without an account here (rules 3.3)."""

import uuid
from collections.abc import Callable

import pytest

from discovery_accounts.jobs.runner import run_job
from discovery_accounts.models import LibraryCard, Link, LinkLetter
from tests.factories.portal import Browser, Client, Portal
from tests.factories.rows import count, dump, events, rows
from tests.factories.viewing import ENGLISH, letters_of, mails_to, signed_in, state_of

MakePortal = Callable[..., Portal]
WAITS, WORKS = "always", "never"


def linked(make_portal: MakePortal, approval: str) -> tuple[Portal, Client, str, str]:
    """The portal, the viewer's program, the card's id, and the path in the mail to its holder."""
    portal = make_portal(library__lumme__approval=approval, languages="en fi")
    patron = portal.patron("lumme")
    viewer = signed_in(portal, "helka", "good")
    viewer.call("PATCH", "/account", {"name": "Ada"}, status=200)
    card = str(viewer.link("lumme", patron).json["id"])
    (path,) = letters_of(portal, patron.email)
    return portal, viewer, card, path


def reader(portal: Portal) -> Browser:
    """Somebody who opens their mail on a device that has never been here."""
    return portal.browser(**ENGLISH)


@pytest.mark.parametrize(
    ("approval", "subject"),
    [(WAITS, "Somebody asks to see your library card"), (WORKS, "Your library card was added to an account")],
)
def test_l6_the_mail_says_whether_it_waits_and_names_nobody(
    make_portal: MakePortal, approval: str, subject: str
) -> None:
    portal, _viewer, _card, path = linked(make_portal, approval)
    patron = portal.patron("lumme")
    ((found, text),) = mails_to(portal, patron.email)
    assert found == subject
    assert ("sees nothing" in text) is (approval == WAITS)
    for secret in ("Ada", patron.card_number, patron.card_number[-4:], patron.pin, patron.family_name):
        assert secret not in text.replace(path, "")


def test_l7_looking_changes_nothing_and_tells_who_it_is(make_portal: MakePortal) -> None:
    portal, viewer, card, path = linked(make_portal, WAITS)
    browser = reader(portal)
    for _ in range(3):
        page = browser.get(path)
    text = page.html.find("main").get_text(" ", strip=True)
    for words in ("Ada", "Helka-kirjastot", "LUMME-kirjastot", "See the loans"):
        assert words in text
    assert portal.patron("lumme").card_number[-4:] not in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page.headers["Cache-Control"]
    assert state_of(viewer, card) == "pending_approval"
    answer = browser.app.post(path, {"answer": "approve", "scope": "loans"}, expect_errors=True)
    assert answer.status_int == 400  # without the page's token


def test_yes_by_letter_gives_no_more_than_was_asked_for_and_once(make_portal: MakePortal) -> None:
    portal, viewer, card, path = linked(make_portal, WAITS)
    browser = reader(portal)
    answer = browser.post(path, answer="approve", scope=["loans", "card"])
    assert "You have said yes" in answer.text
    assert state_of(viewer, card) == "fresh"
    assert [link.scopes for link in rows(portal.house, Link, card_id=uuid.UUID(card))] == ["loans"]
    for again in (browser.get(path, expect_errors=True), browser.post(path, answer="end", tell="no")):
        assert again.status_int == 404
        assert 'data-code="link_expired"' in again.text
    assert state_of(viewer, card) == "fresh"
    (said,) = events(portal.house, "link.approved")
    assert (said.account_id, (said.detail or {})["way"]) == (None, "letter")
    assert [subject for subject, _ in mails_to(portal, portal.patron("helka").email)] == [
        "You can see a library card now"
    ]


def test_yes_with_nothing_ticked_comes_back_and_does_not_use_the_letter_up(make_portal: MakePortal) -> None:
    portal, viewer, card, path = linked(make_portal, WAITS)
    browser = reader(portal)
    answer = browser.post(path, answer="approve")
    assert answer.status_int == 422
    assert "Tick at least one thing" in answer.text
    assert state_of(viewer, card) == "pending_approval"
    assert browser.get(path).status_int == 200
    assert browser.post(path, answer="maybe").status_int == 400


@pytest.mark.parametrize("approval", [WAITS, WORKS])
@pytest.mark.parametrize("tell", ["yes", "no"])
def test_no_by_letter_ends_it_and_may_keep_everybody_out(
    make_portal: MakePortal, approval: str, tell: str
) -> None:
    portal, viewer, card, path = linked(make_portal, approval)
    answer = reader(portal).post(path, answer="end", tell=tell, refuse="yes")
    assert "It has ended" in answer.text
    viewer.call("GET", f"/cards/{card}", status=404)
    assert len(mails_to(portal, portal.patron("helka").email)) == (tell == "yes")
    assert count(portal.house, LinkLetter) == 0
    refused = viewer.link("lumme", portal.patron("lumme"), status=403)
    assert refused.json["code"] == "linking_not_allowed"
    (ended,) = events(portal.house, "link.ended")
    assert ended.account_id is None
    assert (ended.detail or {})["silent"] is (tell == "no")


def test_refusing_by_letter_leaves_what_is_there(make_portal: MakePortal) -> None:
    portal, viewer, card, path = linked(make_portal, WORKS)
    answer = reader(portal).post(path, answer="refuse")
    assert "Nobody can add the card from now on" in answer.text
    assert state_of(viewer, card) == "fresh"
    assert [
        one.linking_refused_at is not None for one in rows(portal.house, LibraryCard, library="lumme")
    ] == [True]


def test_a_letter_is_over_after_fourteen_days_and_its_row_goes(make_portal: MakePortal) -> None:
    portal, _viewer, _card, path = linked(make_portal, WAITS)
    portal.clock.advance(days=13, hours=23)
    assert reader(portal).get(path).status_int == 200
    portal.clock.advance(hours=2)
    over = reader(portal).get(path, expect_errors=True)
    assert (over.status_int, "This link is over" in over.text) == (404, True)
    assert run_job(portal.house, "purge-sessions").done.did["link_letters"] == 1
    assert count(portal.house, LinkLetter) == 0
    assert reader(portal).get("/link-letters/nothing", expect_errors=True).status_int == 404


def test_a_letter_about_a_link_that_ended_meanwhile_is_over(make_portal: MakePortal) -> None:
    portal, viewer, card, path = linked(make_portal, WORKS)
    viewer.call("DELETE", f"/cards/{card}", status=204)
    assert reader(portal).post(path, answer="approve", scope=["loans"]).status_int == 404
    viewer.link("lumme", portal.patron("lumme"))
    assert reader(portal).get(path, expect_errors=True).status_int == 404


def test_the_secret_of_a_letter_is_in_no_row(make_portal: MakePortal) -> None:
    portal, _viewer, _card, path = linked(make_portal, WAITS)
    assert path.rsplit("/", 1)[1].encode() not in dump(portal.house)
