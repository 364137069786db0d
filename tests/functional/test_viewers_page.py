"""The page on which a card's holder sees who can see it: every form of it, and who is kept out."""

import pytest

from tests.factories.codes import codes
from tests.factories.portal import Browser, Portal
from tests.factories.viewing import Shared, browser_of, mails_to, shared, state_of


@pytest.fixture
def case(portal: Portal) -> Shared:
    return shared(portal)


def page_of(case: Shared) -> str:
    return f"/cards/{case.card}/viewers"


def ticked(browser: Browser, path: str) -> list[str]:
    boxes = browser.get(path).html.select("input[name=scope][checked]")
    return [str(box["value"]) for box in boxes]


def test_the_card_page_leads_to_the_list_of_who_sees_it(portal: Portal, case: Shared) -> None:
    case.viewer.call("PATCH", "/account", {"name": "Ada"}, status=200)
    browser = browser_of(portal)
    assert page_of(case) in browser.get(f"/cards/{case.card}").text
    page = browser.get(page_of(case))
    main = page.html.find("main").get_text(" ", strip=True)
    assert "Ada" in main
    assert "Helka-kirjastot" in main
    assert "See the loans" in main
    assert portal.patron("lumme").card_number[-6:] not in page.text


def test_rights_and_a_last_day_are_changed_by_a_form(portal: Portal, case: Shared) -> None:
    browser, link = browser_of(portal), case.link
    form = {"action": "change", "link": link, "scope": ["loans", "card"], "until": "31.5.2027"}
    answer = browser.post(page_of(case), **form)
    assert answer.status_int == 303
    other = next(one for one in case.viewers() if not one["self"])
    assert other["scopes"] == ["loans", "card"]
    assert other["until"] == "2027-05-31T21:00:00Z"
    page = browser.get(page_of(case))
    assert "Your choice is in force." in page.text
    assert ticked(browser, page_of(case)) == ["loans", "card"]
    assert 'value="2027-05-31"' in page.text


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"scope": [], "until": ""}, "Tick at least one thing"),
        ({"scope": ["renew"], "until": ""}, "Tick at least one thing"),
        ({"scope": ["loans"], "until": "soon"}, "Write the date like this"),
        ({"scope": ["loans"], "until": "2001-01-01"}, "Choose a day"),
    ],
)
def test_a_form_that_can_not_be_right_comes_back_as_it_was_filled_in(
    portal: Portal, case: Shared, form: dict[str, object], words: str
) -> None:
    browser = browser_of(portal)
    answer = browser.post(page_of(case), action="change", link=case.link, **form)
    assert answer.status_int == 422
    assert words in answer.text
    assert "<title>Error" in answer.text
    assert [box["value"] for box in answer.html.select("input[name=scope][checked]")] == form["scope"]
    other = next(one for one in case.viewers() if not one["self"])
    assert len(other["scopes"]) == 5


def test_one_is_ended_with_a_message_or_without(portal: Portal, case: Shared) -> None:
    third = case.another("no_loans")
    browser = browser_of(portal)
    first, second = (one["link"] for one in case.viewers() if not one["self"])
    assert browser.post(page_of(case), action="end", link=first).status_int == 400  # neither yes nor no
    assert browser.post(page_of(case), action="end", link=first, tell="yes").status_int == 303
    assert browser.post(page_of(case), action="end", link=second, tell="no").status_int == 303
    for client in (case.viewer, third):
        client.call("GET", f"/cards/{case.card}", status=404)
    assert [subject for subject, _ in mails_to(portal, portal.patron("helka", "good").email)] != []
    assert mails_to(portal, portal.patron("helka", "no_loans").email) == []
    again = browser.post(page_of(case), action="end", link=first, tell="no")
    assert again.status_int == 303
    assert "does not have the card any more" in browser.get(page_of(case)).text


def test_all_are_ended_and_linking_refused_in_one_step(portal: Portal, case: Shared) -> None:
    case.another("no_loans")
    browser = browser_of(portal)
    answer = browser.post(page_of(case), action="end_all", tell="no", refuse="yes")
    assert answer.status_int == 303
    page = browser.get(page_of(case))
    assert "Only you" in page.text
    assert "Nobody can add this card to an account." in page.text
    assert browser.post(page_of(case), action="allow").status_int == 303
    assert browser.post(page_of(case), action="refuse").status_int == 303
    assert case.holder.call("GET", f"/cards/{case.card}").json["linking_allowed"] is False


def test_w1_looking_changes_nothing_and_every_form_asks_for_its_token(portal: Portal, case: Shared) -> None:
    browser = browser_of(portal)
    forms = browser.get(page_of(case)).html.select("main form")
    assert forms
    assert all(form["method"] == "post" and form.select("[name=csrf_token]") for form in forms)
    answer = browser.app.post(page_of(case), {"action": "end_all", "tell": "no"}, expect_errors=True)
    assert answer.status_int == 400
    assert len(case.viewers()) == 2


def test_l4_after_some_minutes_the_page_shows_no_forms_and_leads_to_a_new_sign_in(
    portal: Portal, case: Shared
) -> None:
    browser, link = browser_of(portal), case.link
    portal.clock.advance(minutes=6)
    page = browser.get(page_of(case))
    assert page.html.select("main form") == []
    assert "Sign in again" in page.text
    answer = browser.post(page_of(case), action="end", link=link, tell="no")
    assert answer.status_int == 303
    assert "/sign-in/card" in answer.headers["Location"]
    assert state_of(case.viewer, case.card) == "fresh"


def test_l14_who_is_not_the_holder_sees_no_list(portal: Portal, case: Shared) -> None:
    viewer = browser_of(portal, "helka")
    stranger = browser_of(portal, "helka", "child")
    refused = viewer.get(page_of(case), expect_errors=True)
    assert (refused.status_int, "holder_only" in refused.text) == (403, True)
    assert stranger.get(page_of(case), expect_errors=True).status_int == 404
    for browser, status in ((viewer, 403), (stranger, 404)):
        assert browser.post(page_of(case), action="end_all", tell="no").status_int == status
    assert len(case.viewers()) == 2
    assert codes(portal) == []
