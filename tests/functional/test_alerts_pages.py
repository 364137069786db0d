"""The pages of alerts, as a person without JavaScript meets them."""

from datetime import timedelta

import pytest

from discovery_accounts.models import Account, Alert
from discovery_accounts.services.catalogue import take_in
from tests.factories.alerts import finds, record, set_all
from tests.factories.portal import Browser, Portal
from tests.factories.rows import count, rows
from tests.fixtures.databases import ON_SQLITE

pytestmark = ON_SQLITE
FORM = {"action": "save", "query": "jansson", "frequency": "weekly-4", "by_email": "yes", "language": "sv"}


@pytest.fixture
def reader(portal: Portal) -> Browser:
    browser = portal.browser(HTTP_ACCEPT_LANGUAGE="en")
    browser.sign_in("lumme", portal.patron("lumme"))
    return browser


def made(portal: Portal, reader: Browser, **fields: str) -> Alert:
    answer = reader.post("/alerts/new", **{**FORM, **fields})
    assert answer.status_int == 303, answer.text
    alert: Alert = rows(portal.house, Alert)[-1]
    return alert


def text(reader: Browser, path: str) -> str:
    return " ".join(reader.get(path).html.main.get_text(" ", strip=True).split())


def test_nothing_is_there_until_an_alert_is_made(portal: Portal, reader: Browser) -> None:
    assert "Hear of what is new" in text(reader, "/alerts")
    form = reader.get("/alerts/new").forms[2]
    form["query"], form["frequency"] = "jansson", "weekly-4"
    done = form.submit(name="action", value="save").follow()
    assert "The alert is made." in done.text
    assert "Nothing found yet" in done.text
    shown = text(reader, "/alerts")
    assert "Every week, on Fridays" in shown
    assert "By e-mail" in shown


def test_a_query_is_tried_before_it_is_kept(portal: Portal, reader: Browser) -> None:
    take_in(
        portal.house, [record(1), record(2, "Sommarboken"), record(3, "Other", authors=())], portal.clock()
    )
    page = reader.post("/alerts/new", **{**FORM, "action": "try", "format_more": "book"})
    assert page.status_int == 200
    tried = page.html.select_one("#accounts-tried").get_text(" ", strip=True)
    assert "It would have found 2 items in the last 30 days." in tried
    assert "Trollvinter" in tried
    assert page.html.select_one("#accounts-query").get_text() == "jansson"
    assert page.html.select_one("option[value=weekly-4]").has_attr("selected")
    assert count(portal.house, Alert) == 0


def test_values_of_new_records_are_there_to_choose_from(portal: Portal, reader: Browser) -> None:
    take_in(portal.house, [record(1), record(2, format="dvd", libraries=("lumme",))], portal.clock())
    page = reader.get("/alerts/new").html
    assert {box["value"] for box in page.select("input[name=format]")} == {"book", "dvd"}
    assert "LUMME-kirjastot" in page.select_one("input[name=libraries]").parent.get_text()
    titles = {box["value"]: box.parent.get_text() for box in page.select("input[name=format]")}
    assert titles == {"book": "Book", "dvd": "dvd"}
    alert = made(portal, reader, format="dvd", format_more="blu-ray, vhs")
    assert alert.filters == {"format": ["dvd", "blu-ray", "vhs"]}
    again = reader.get(f"/alerts/{alert.id}").html
    assert again.select_one("input[name=format][value=dvd]").has_attr("checked")
    assert again.select_one("input[name=format_more]")["value"] == "blu-ray, vhs"


def test_what_is_wrong_is_told_at_its_place(portal: Portal, reader: Browser) -> None:
    for action in ("save", "try"):
        page = reader.post("/alerts/new", **{**FORM, "action": action, "query": 'winter "moomin <b>'})
        assert page.status_int == 422
        assert page.html.select_one(".accounts-alert-place mark").get_text() == '"'
        assert "A quotation mark has no second one." in page.text
        assert "<b>" not in page.text
    page = reader.post("/alerts/new", **{**FORM, "query": " "})
    assert "Type at least one word to look for." in page.text
    assert page.html.select_one(".accounts-alert-place") is None
    page = reader.post("/alerts/new", **{**FORM, "frequency": "hourly"})
    assert (page.status_int, "Choose how often." in page.text) == (422, True)
    set_all(portal, Account, email=None)
    page = reader.post("/alerts/new", **FORM)
    assert (page.status_int, "Add an e-mail address" in page.text) == (422, True)
    assert count(portal.house, Alert) == 0


def test_an_alert_is_changed_paused_let_go_on_and_ended(portal: Portal, reader: Browser) -> None:
    path = f"/alerts/{made(portal, reader).id}"
    assert reader.post(path, **{**FORM, "name": "Tove", "by_feed": "yes"}).status_int == 303
    assert "In a feed" in text(reader, path)
    day = (portal.clock() + timedelta(days=3)).date()
    assert reader.post(path, action="pause", paused_until=day.isoformat()).status_int == 303
    assert f"Paused until {day.day}" in text(reader, "/alerts")
    assert reader.post(path, **{**FORM, "name": "Jansson"}).status_int == 303
    assert rows(portal.house, Alert)[0].paused_until is not None, "a change is no end of the pause"
    assert reader.post(path, action="resume").status_int == 303
    assert "Paused" not in text(reader, "/alerts")
    wrong = reader.post(path, action="pause", paused_until="2001-01-01")
    assert (wrong.status_int, "Choose a day after today." in wrong.text) == (422, True)
    assert reader.post(path, action="dance").status_int == 400
    assert reader.post(path, action="end").status_int == 303
    assert count(portal.house, Alert) == 0


def test_what_was_found_is_listed_and_can_be_added_to_the_favourites(portal: Portal, reader: Browser) -> None:
    alert = made(portal, reader)
    finds(portal, str(alert.id), [record(number, f"<i>Title</i> {number}") for number in range(60)])
    page = reader.get(f"/alerts/{alert.id}/found")
    assert len(page.html.select(".accounts-alert-matches li")) == 50
    assert "<i>Title" not in page.text
    older = page.click("Older")
    assert len(older.html.select(".accounts-alert-matches li")) == 10
    button = older.html.select_one("button[name=record]")
    assert reader.post("/favourites/add", record=button["value"]).status_int == 303
    assert "60 found" in text(reader, "/alerts")


def test_a_catalogue_can_lead_here_from_a_search(portal: Portal, reader: Browser) -> None:
    page = reader.get("/alerts/new?query=author%3Ajansson+%3Cb%3E")
    assert page.html.select_one("#accounts-query").get_text() == "author:jansson <b>"
    assert count(portal.house, Alert) == 0


def test_help_is_there_for_everybody_in_every_language(portal: Portal) -> None:
    for language in ("en", "fi", "sv", "nb"):
        page = portal.browser(HTTP_ACCEPT_LANGUAGE=language).get("/alerts/help")
        assert "author:" in page.text
