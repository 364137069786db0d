"""Alerts in a browser: tried while typing and without JavaScript, narrow and wide, light and dark, by keyboard."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from discovery_accounts.models import Alert
from discovery_accounts.services.alerts.stopping import stop_address
from discovery_accounts.services.catalogue import take_in
from tests.browser.person import Person
from tests.browser.serving import Served
from tests.factories.alerts import finds, record
from tests.factories.rows import rows


@pytest.mark.parametrize(("width", "script"), [(320, False), (1280, True)])
def test_an_alert_is_tried_made_read_and_stopped_from_a_mail(
    site: Served, meet: Callable[..., Person], width: int, script: bool
) -> None:
    person = meet(site, viewport={"width": width, "height": 740}, java_script_enabled=script)
    page, portal = person.page, site.portal

    def sound() -> None:
        if script:
            assert (person.barriers(), person.overflow()) == ([], 0)

    take_in(portal.house, [record(1), record(2, "Sommarboken")], portal.clock())
    person.sign_in("lumme", portal.patron("lumme"))
    person.go("/alerts")
    sound()
    page.get_by_role("link", name="Make an alert").press("Enter")
    sound()
    query = page.get_by_label("What do you look for?")
    if script:
        query.fill("jansson")
        expect(page.locator("#accounts-tried")).to_contain_text("It would have found 2 items")
    query.fill('winter "moomin')
    person.button("Try it").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("A quotation mark has no second one.")
    sound()
    page.get_by_label("What do you look for?").fill("jansson")
    person.button("Try it").click()
    expect(page.locator("#accounts-tried")).to_contain_text("It would have found 2 items")
    page.get_by_text("Narrow it down").click()
    page.get_by_label("Book", exact=True).check()
    sound()
    person.button("Make the alert").press("Enter")
    expect(page.locator("main")).to_contain_text("The alert is made.")
    [alert] = rows(portal.house, Alert)
    assert alert.filters == {"format": ["book"]}
    finds(portal, str(alert.id), [record(1), record(2, "Sommarboken")])
    page.reload()
    expect(page.locator("main")).to_contain_text("Sommarboken")
    sound()
    person.go(f"/alerts/{alert.id}")
    sound()
    person.go("/alerts")
    sound()

    # by whoever has the mail, on any device
    stranger = meet(site, viewport={"width": width, "height": 740})
    stranger.go(stop_address(portal.house, alert.id).removeprefix(site.url))
    assert (stranger.barriers(), stranger.overflow()) == ([], 0)
    stranger.button("Send no more").click()
    expect(stranger.page.get_by_role("heading", level=1)).to_have_text("You get no more mails of this alert")
    assert rows(portal.house, Alert)[0].by_email is False
