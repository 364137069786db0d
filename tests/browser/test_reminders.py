"""Reminders in a browser: chosen by keyboard and without JavaScript, ended from a mail by whoever has it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from discovery_accounts.jobs.runner import run_job
from discovery_accounts.models import Digest
from tests.browser.person import Person
from tests.browser.serving import Served
from tests.browser.tours import family
from tests.factories.reminders import digests, stop_path
from tests.factories.rows import rows


@pytest.mark.parametrize("width", [320, 1280])
def test_reminders_are_switched_on_and_ended_from_the_mail(
    site: Served, meet: Callable[..., Person], width: int
) -> None:
    person = meet(site, viewport={"width": width, "height": 740}, locale="en-GB")
    family(person)
    page, portal = person.page, site.portal
    person.go("/account/reminders")
    assert (person.barriers(), person.overflow()) == ([], 0)
    page.get_by_label("Send me reminders by e-mail").check()
    page.get_by_label("Elsa").select_option("10")
    page.get_by_label("Time of the message").select_option("22")
    page.get_by_label("From").select_option("21")
    page.get_by_label("Until").select_option("7")
    person.button("Save").click()
    expect(page.get_by_role("alert")).to_contain_text("not one of the quiet ones")
    assert (person.barriers(), person.overflow()) == ([], 0)
    page.get_by_label("Time of the message").select_option("8")
    person.button("Save").press("Enter")
    expect(page.locator("main")).to_contain_text("Reminders are on.")
    assert (person.barriers(), person.overflow()) == ([], 0)
    [digest] = rows(portal.house, Digest)
    assert digest.due_at is not None
    run_job(portal.house, "send-mail", now=digest.due_at + timedelta(minutes=1))
    [mail] = digests(portal)

    # by whoever has the mail, on any device
    stranger = meet(site, viewport={"width": width, "height": 740}, locale="en-GB")
    stranger.go(stop_path(mail))
    assert (stranger.barriers(), stranger.overflow()) == ([], 0)
    stranger.button("Send no more").click()
    expect(stranger.page.get_by_role("heading", level=1)).to_have_text("You get no more reminders")
    assert (stranger.barriers(), stranger.overflow()) == ([], 0)
    assert not rows(portal.house, Digest)[0].wanted
    assert person.complaints == stranger.complaints == []
