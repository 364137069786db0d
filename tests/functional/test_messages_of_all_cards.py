"""One page with the messages of all one's cards: each saved at its own library (rules 8)."""

from tests.factories.codes import stepped_up
from tests.factories.own_data import own, own_koha, signed_in, signed_in_browser
from tests.factories.portal import Portal
from tests.fixtures.databases import ON_SQLITE

__all__ = ["own", "own_koha"]

pytestmark = ON_SQLITE
PATH = "/messaging"


def test_number_alias_and_choices_of_a_card_are_on_the_page(own: Portal) -> None:
    browser, card = signed_in_browser(own, "pretend")
    client, _ = signed_in(own, "pretend")
    stepped_up(own)
    change = {"sms_number": "0401234567", "pickup_alias": "Moss"}
    client.call("PATCH", f"/cards/{card}/details", change, status=200)
    page = browser.get(PATH)
    assert "…67" in page.text
    assert "0401234567" not in page.text
    assert "Moss" in page.text
    assert "A hold can be fetched" in page.text


def test_a_form_of_the_page_saves_its_card_and_comes_back_to_it(own: Portal) -> None:
    browser, card = signed_in_browser(own, "pretend")
    form = next(one for one in browser.get(PATH).forms.values() if one.action == f"/cards/{card}/messages")
    form["advance_notice.days_ahead"] = "7"
    done = form.submit()
    assert done.headers["Location"].endswith(PATH)
    assert "The library has your choices." in done.follow().text
    client, _ = signed_in(own, "pretend")
    (told,) = client.call("GET", "/messaging", status=200).json["messaging"]
    (notice,) = (one for one in told["settings"] if one["kind"] == "advance_notice")
    assert notice["days_ahead"] == 7


def test_a_library_that_keeps_none_leads_to_our_own_reminders(own: Portal) -> None:
    browser, _card = signed_in_browser(own, "helka")
    page = browser.get(PATH)
    assert "Cards whose library can’t be told here" in page.text
    assert "the library isn’t told of it" in page.text
    assert page.html.find("main").find("a", href="/account/reminders") is not None


def test_ids_on_the_page_are_unique(own: Portal) -> None:
    browser, _card = signed_in_browser(own, "lumme")
    ids = [str(tag["id"]) for tag in browser.get(PATH).html.find_all(id=True)]
    assert len(ids) == len(set(ids))


def test_a_silent_library_is_told_and_the_page_is_there(own: Portal) -> None:
    browser, _card = signed_in_browser(own, "lumme")
    own.koha.set_fault("error_500")
    page = browser.get(PATH)
    assert page.status_int == 200
    assert "accounts-box-warn" in page.text
