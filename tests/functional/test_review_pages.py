"""Pages of stars and reviews, as somebody without JavaScript meets them."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from webtest import TestResponse

from discovery_accounts.models import Account, CatalogueRecord, Review
from discovery_accounts.services.house import House
from tests.factories.codes import codes
from tests.factories.email_sign_in import LOGINS as BY_MAIL
from tests.factories.own_data import own, own_koha, signed_in_browser
from tests.factories.portal import API, Browser, Portal
from tests.factories.reviewers import people, write
from tests.factories.rows import count, rows
from tests.fixtures.databases import ON_SQLITE

__all__ = ["own", "own_koha"]

pytestmark = ON_SQLITE

MakePortal = Callable[..., Portal]
ABOUT = {"source": "lumme", "record_id": "lumme.336", "title": "Mosses of the North"}
NASTY = "<img src=x onerror=alert(1)> {{ 7*7 }}\nhttps://spam.example/\n\nnext"
PAGES = ("/reviews", "/reviews/write", "/reviews/remove", "/reviews/of", "/reviews/report")


def at(path: str, **query: str) -> str:
    given = query or ABOUT
    return f"{path}?" + "&".join(f"{name}={quote(value, safe='')}" for name, value in given.items())


def english(portal: Portal, kind: str = "good") -> Browser:
    browser = portal.browser(HTTP_ACCEPT_LANGUAGE="en")
    browser.sign_in("lumme", portal.patron("lumme", kind))
    browser.post("/language", language="en", return_to="/reviews")
    return browser


def said(page: TestResponse) -> list[str]:
    """The texts of the reviews on a page, as they are read."""
    return [one.text for one in page.html.select(".accounts-review .accounts-said")]


def save(browser: Browser, **fields: str) -> TestResponse:
    return browser.post("/reviews/write", **(ABOUT | fields))


def test_a_review_is_written_read_changed_and_deleted(portal: Portal) -> None:
    browser = english(portal)
    form = browser.get(at("/reviews/write")).html
    assert [one["value"] for one in form.select("[name=stars]")] == ["5", "4", "3", "2", "1", ""]
    assert form.select("[name=stars][checked]")[0]["value"] == ""
    answer = save(browser, stars="4", text="Read it\r\nslowly.")
    assert answer.status_int == 303
    page = browser.get(answer.headers["Location"])
    assert "It is saved." in page.text
    assert (page.html.select(".accounts-review h2")[0].text, said(page)) == (
        ABOUT["title"],
        ["Read it\nslowly."],
    )
    assert "4 stars of 5" in page.text
    shown = portal.browser(HTTP_ACCEPT_LANGUAGE="en").get(at("/reviews/of"))
    assert said(shown) == ["Read it\nslowly."]
    assert "Without a name" in shown.text
    form = browser.get(at("/reviews/write")).html
    assert form.select("[name=stars][checked]")[0]["value"] == "4"
    assert form.select("textarea")[0].text.strip() == "Read it\nslowly."
    save(browser, stars="", text="Read it again.")
    assert [(row.stars, row.text) for row in rows(portal.house, Review)] == [(None, "Read it again.")]
    asked = browser.get(at("/reviews/remove"))
    assert said(asked) == ["Read it again."]
    assert count(portal.house, Review) == 1, "looking deletes nothing"
    gone = browser.post("/reviews/remove", **ABOUT)
    assert "were deleted" in browser.get(gone.headers["Location"]).text
    assert count(portal.house, Review) == 0
    assert browser.post("/reviews/remove", **ABOUT).status_int == 404


def test_w8_what_was_typed_is_shown_as_text_and_links_to_nowhere(portal: Portal) -> None:
    browser = english(portal)
    about = {**ABOUT, "title": "<script>alert(2)</script>", "record_id": "a/b?<i>"}
    browser.post("/reviews/write", **about, text=NASTY, stars="1")
    for path in ("/reviews", at("/reviews/of", **about), at("/reviews/remove", **about)):
        page = browser.get(path)
        assert said(page) == [NASTY], path
        assert not page.html.select("main img, main script")
        assert "spam.example" not in {link.get("href") for link in page.html.select("a")}
        assert about["title"] in page.html.main.text


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({}, "Give stars, or write something."),
        ({"stars": "6"}, "Choose 1 to 5 stars."),
        ({"text": "å" * 10_001}, "at most 10,000 characters"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_nothing_typed_is_lost(
    portal: Portal, fields: dict[str, str], error: str
) -> None:
    browser = english(portal)
    answer = save(browser, **fields)
    assert answer.status_int == 422
    assert error in answer.html.select(".accounts-error")[0].text
    assert error in answer.html.select(".accounts-summary a")[0].text
    assert answer.html.select("textarea")[0].text.strip() == fields.get("text", "")
    assert count(portal.house, Review) == 0


def test_a_text_in_any_script_may_have_its_whole_length(portal: Portal) -> None:
    assert save(english(portal), text="書" * 10_000).status_int == 303


def test_a_name_is_shown_only_where_its_owner_ticks_it(portal: Portal) -> None:
    browser = english(portal)
    assert not browser.get(at("/reviews/write")).html.select("[name=signed]")
    browser.post("/account", action="profile", name="Ada Aho", language="en")
    form = browser.get(at("/reviews/write")).html
    assert "Ada Aho" in form.select("label[for=accounts-signed]")[0].text
    assert not form.select("[name=signed][checked]")
    save(browser, text="Good.")
    stranger = portal.browser(HTTP_ACCEPT_LANGUAGE="en")
    assert "Ada" not in stranger.get(at("/reviews/of")).text
    save(browser, text="Good.", signed="yes")
    assert "Ada Aho" in stranger.get(at("/reviews/of")).text
    assert browser.get(at("/reviews/write")).html.select("[name=signed][checked]")


def test_texts_that_are_checked_before_wait_and_their_writer_sees_it(make_portal: MakePortal) -> None:
    portal = make_portal(reviews="checked")
    browser, stranger = english(portal), portal.browser(HTTP_ACCEPT_LANGUAGE="en")
    answer = save(browser, text="Good.", stars="5")
    assert "when library staff have looked at it" in browser.get(answer.headers["Location"]).text
    assert "Your text waits" in browser.get(at("/reviews/of")).text
    page = stranger.get(at("/reviews/of"))
    assert (said(page), "1 person has given stars" in page.text) == ([], True)


def test_the_catalogue_s_own_title_stands_before_one_from_the_address(make_portal: MakePortal) -> None:
    portal = make_portal(record_url="https://catalogue.example/Record/{source}/{record_id}")
    with portal.house.database.writing() as session:
        content = '{"record_id":"a/b","source":"lumme","title":"Ferns"}'
        session.add(CatalogueRecord(source="lumme", record_id="a/b", seen_at=portal.clock(), content=content))
    page = portal.browser().get(at("/reviews/of", source="lumme", record_id="a/b", title="Something rude"))
    assert "rude" not in page.html.main.h1.text
    [link] = page.html.select("h1 a")
    assert (link.text, link["href"]) == ("Ferns", "https://catalogue.example/Record/lumme/a%2Fb")


def test_strangers_are_led_to_sign_in_and_back(portal: Portal) -> None:
    answer = portal.browser().get(at("/reviews/write"))
    assert answer.status_int == 303
    assert "return_to=%2Freviews%2Fwrite%3Fsource%3Dlumme" in answer.headers["Location"]


@pytest.mark.parametrize("query", [{}, {"source": "lumme"}, {"source": "a:b", "record_id": "1"}])
def test_a_page_about_no_record_says_so(portal: Portal, query: dict[str, str]) -> None:
    browser = english(portal)
    for path in ("/reviews/of", "/reviews/write", "/reviews/remove"):
        there = f"{path}?" + "&".join(f"{name}={value}" for name, value in query.items())
        assert browser.get(there, expect_errors=True).status_int == 422, path


def test_long_lists_go_on(portal: Portal) -> None:
    browser, client = english(portal), portal.signed_in_client()
    for number in range(21):
        portal.clock.advance(seconds=1)
        client.call("PUT", f"/records/lumme/{number}/rating", {"stars": 3, "title": f"T{number}"}, status=200)
    page = browser.get("/reviews").html
    assert len(page.select(".accounts-review")) == 20
    older = browser.get(page.select("[rel=next]")[0]["href"]).html
    assert [one.text for one in older.select(".accounts-review h2")] == ["T0"]
    assert not older.select("[rel=next]")


def test_without_reviews_there_are_no_pages_and_no_links(make_portal: MakePortal) -> None:
    portal = make_portal(reviews="none")
    browser = english(portal)
    for path in PAGES:
        assert browser.get(at(path, **ABOUT, review="0" * 32), expect_errors=True).status_int == 404, path
    for path in ("/reviews/write", "/reviews/remove"):
        assert browser.post(path, **ABOUT, text="x").status_int == 404
    assert "/reviews" not in browser.get("/account").text
    assert "/reviews" not in browser.get("/history").text


def test_with_reviews_the_account_page_leads_to_them(portal: Portal) -> None:
    browser = english(portal)
    assert browser.get("/account").html.select("a[href='/reviews']")


def test_past_loans_lead_to_the_form_with_the_record_s_own_id(own: Portal) -> None:
    browser, _card = signed_in_browser(own, "lumme")
    buttons = browser.get("/history").html.select("form.accounts-review-link")
    assert buttons
    told = {one["name"]: one["value"] for one in buttons[0].select("input") if one["name"] != "csrf_token"}
    page = browser.post(buttons[0]["action"], **told).html
    fields = {
        name: page.select(f"main [name={name}]")[0]["value"] for name in ("source", "record_id", "title")
    }
    assert fields["source"] == "lumme"
    assert fields["title"] in page.main.text
    assert save(browser, **fields, stars="3").status_int == 303
    assert [row.record_id for row in rows(own.house, Review)] == [fields["record_id"]]


def test_a_report_is_a_page_with_a_form_and_thanks(portal: Portal) -> None:
    [child] = people(portal, 2)[1:]
    review = write(child, "Buy my book!")["id"]
    browser = english(portal)
    [link] = browser.get(at("/reviews/of")).html.select(".accounts-review-acts a")
    form = browser.get(link["href"])
    assert said(form) == ["Buy my book!"]
    assert ABOUT["record_id"] in form.text
    assert "title=" not in link["href"]
    answer = browser.post("/reviews/report", review=review)
    assert "Choose what is wrong with it." in answer.html.select(".accounts-error")[0].text
    answer = browser.post("/reviews/report", review=review, reason="advertising", message="Spam.")
    assert "will look at it" in browser.get(answer.headers["Location"]).text
    assert browser.post("/reviews/report", review="x", reason="other").status_int == 404
    own = write(portal.signed_in_client(), "Mine.")["id"]
    refused: Any = browser.post("/reviews/report", review=own, reason="other")
    assert (refused.status_int, "your own" in refused.text) == (422, True)


@pytest.fixture
def by_mail(make_portal: MakePortal) -> Browser:
    """Somebody who signed in by e-mail; their account has a name that they may not see whole."""
    portal = make_portal(**BY_MAIL)
    browser = portal.browser(HTTP_ACCEPT_LANGUAGE="en")
    browser.post("/sign-in/email", email=portal.patron("lumme").email)
    assert browser.post("/sign-in/email/code", action="confirm", code=codes(portal)[-1]).status_int == 303
    with portal.house.database.writing() as session:
        session.query(Account).one().name = "Ada Nimelä"
    return browser


def test_a_weak_sign_in_rates_but_puts_no_name_before_everybody(by_mail: Browser) -> None:
    form = by_mail.get(at("/reviews/write"))
    assert (form.html.select("[name=signed]"), "Nimelä" in form.text) == ([], False)
    assert form.html.select("main form a[href*='/account/confirm?return_to=']")
    assert save(by_mail, stars="4", text="Good.", signed="yes").status_int == 303
    assert "Without a name" in by_mail.get(at("/reviews/of")).text
    csrf = by_mail.csrf()
    call = f"{API}/records/lumme/lumme.336/reviews"
    body = {"text": "Good.", "signed": True}
    refused = by_mail.app.put_json(call, body, headers={"X-CSRF-Token": csrf}, expect_errors=True)
    assert (refused.status_int, refused.json["code"]) == (403, "step_up_required")


def test_a_weak_sign_in_sees_its_own_name_masked_and_leaves_it_standing(by_mail: Browser) -> None:
    by_mail.post("/reviews/write", **ABOUT, text="Good.")
    house = by_mail.app.app.registry[House]
    with house.database.writing() as session:
        session.query(Review).one().signed = True
    assert by_mail.get(f"{API}/records/lumme/lumme.336/reviews").json["reviews"][0]["name"] == "A… N…"
    pages = [by_mail.get(path).text for path in (at("/reviews/of"), at("/reviews/write"), "/reviews")]
    assert [text for text in pages if "Nimelä" in text] == []
    assert "A… N…" in pages[1]
    assert save(by_mail, text="Better.").status_int == 303
    assert [(row.text, row.signed) for row in rows(house, Review)] == [("Better.", True)]
