"""The card on the telephone: read by a scanner, kept for a desk without network, gone when it must be."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Error, expect

from discovery_accounts.models import LibraryCard, Link
from tests.browser.kept_card import FROM_DEVICE, PHONE, card_of, in_groups, keep, kept_in, scanned
from tests.browser.kept_card import somebody_with_a_card as with_card
from tests.browser.person import Person
from tests.browser.serving import Served

Meet = Callable[..., Person]

NO_NETWORK = "ERR_INTERNET_DISCONNECTED|ERR_FAILED"
"""What the browser says of a page that it could get from nowhere; the second while our worker runs."""


@pytest.mark.parametrize(("kind", "read"), [("code128", "Code128"), ("code39", "Code39")])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_a_scanner_reads_the_card(
    make_site: Callable[..., Served], meet: Meet, kind: str, read: str, scheme: str, width: int
) -> None:
    site = make_site(library__lumme__barcode=kind)
    window = {"width": width, "height": 640}
    person, _ = with_card(meet, site, viewport=window, color_scheme=scheme)
    number = site.portal.patron("lumme").card_number
    expect(person.page.locator(".card-number")).to_have_text(in_groups(number))
    assert person.overflow() == 0
    assert person.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    format_name, text = scanned(person)
    assert (format_name.startswith(read), text) == (True, number)


def test_a_card_is_shown_with_the_network_off_and_nothing_else_is(site: Served, meet: Meet) -> None:
    person, path = with_card(meet, site)
    keep(person)
    person.page.context.set_offline(True)
    person.go(path)
    expect(person.page.get_by_text(FROM_DEVICE)).to_be_visible()
    assert scanned(person)[1] == site.portal.patron("lumme").card_number
    with pytest.raises(Error, match=NO_NETWORK):
        person.go("/loans")
    person.page.context.set_offline(False)
    person.go(path)
    expect(person.page.get_by_text(FROM_DEVICE)).to_be_hidden()


def test_the_device_keeps_the_card_and_its_files_whatever_else_was_looked_at(
    site: Served, meet: Meet
) -> None:
    person, path = with_card(meet, site)
    assert kept_in(person.page) == []
    keep(person)
    for other in ("/", "/loans", "/cards", "/account", path.removesuffix("/barcode"), path, "/privacy"):
        person.go(other)
    files = ["/static/card.css", "/static/card.js", "/static/favicon.svg"]
    assert kept_in(person.page) == [path, *files]
    text = person.page.evaluate("async path => (await caches.match(path)).text()", path)
    assert "csrf" not in text


def test_nothing_runs_on_a_device_that_was_not_asked_to_keep_anything(site: Served, meet: Meet) -> None:
    person, _ = with_card(meet, site)
    expect(person.button("Keep this card on this device")).to_be_visible()
    assert person.page.evaluate("async () => (await navigator.serviceWorker.getRegistrations()).length") == 0


def test_the_card_works_after_the_session_is_over(site: Served, meet: Meet) -> None:
    person, path = with_card(meet, site)
    keep(person)
    site.portal.clock.advance(hours=13)
    person.go("/loans")
    assert person.path.startswith("/sign-in")
    person.go(path)
    expect(person.page.get_by_text(FROM_DEVICE)).to_be_visible()
    person.page.context.set_offline(True)
    person.go(path)
    expect(person.page.get_by_text(FROM_DEVICE)).to_be_visible()


@pytest.mark.parametrize("onward", ["by its button", "without network"])
def test_w4_signing_out_removes_it(site: Served, meet: Meet, onward: str) -> None:
    person, path = with_card(meet, site)
    keep(person)
    person.go("/loans")
    if onward == "without network":
        person.page.context.set_offline(True)
        person.button("Sign out").click()
        person.page.wait_for_url("chrome-error://**")
        person.page.context.set_offline(False)
    else:
        person.button("Sign out").click()
        expect(person.page.get_by_role("status")).to_have_text("You have signed out.")
    person.go("/privacy")
    assert kept_in(person.page) == []
    person.page.context.set_offline(True)
    with pytest.raises(Error, match=NO_NETWORK):
        person.go(path)


@pytest.mark.parametrize("why", ["the link ended", "the scope was taken away"])
def test_l13_a_link_that_may_not_show_it_any_more_removes_it_at_the_next_visit(
    site: Served, meet: Meet, why: str
) -> None:
    child = site.portal.patron("helka", "child")
    person = meet(site, **PHONE)
    person.sign_in("lumme", site.portal.patron("lumme"))
    person.add_card("helka", child, "Elsa", "looked_after")
    path = card_of(site, "helka")
    with site.portal.house.database.writing() as session:
        session.query(Link).filter_by(label="Elsa").one().scopes = "loans card"
    person.go(path)
    keep(person)
    with site.portal.house.database.writing() as session:
        link = session.query(Link).filter_by(label="Elsa").one()
        link.scopes = "loans"
        if why == "the link ended":
            link.state = "ended"
    person.go(path)
    assert person.page.locator("[data-code]").get_attribute("data-code") in {"no_such_card", "missing_scope"}
    assert kept_in(person.page) == []
    person.page.context.set_offline(True)
    with pytest.raises(Error, match=NO_NETWORK):
        person.go(path)


def test_removing_the_card_from_the_account_removes_it_from_the_device(site: Served, meet: Meet) -> None:
    person, path = with_card(meet, site)
    keep(person)
    person.link("Back to the card").click()
    person.page.get_by_label("Name", exact=True).fill("Mine")
    person.page.locator("form:has([value=rename]) button").click()
    expect(person.page.get_by_role("heading", level=1)).to_have_text("Mine")
    text = "async path => (await (await caches.match(path))?.text())?.includes('Mine')"
    person.page.wait_for_function(f"({text})('{path}')")
    person.page.get_by_text("Remove this card from my account").click()
    person.button("Yes, remove it").click()
    person.page.wait_for_url("**/cards")
    person.page.wait_for_function("async () => !(await caches.has('accounts-cards'))")


def test_another_account_does_not_find_it(site: Served, meet: Meet) -> None:
    person, path = with_card(meet, site)
    keep(person)
    site.portal.clock.advance(hours=13)
    person.sign_in("helka", site.portal.patron("helka"))
    person.page.wait_for_function("async () => !(await caches.has('accounts-cards'))")
    person.page.context.set_offline(True)
    with pytest.raises(Error, match=NO_NETWORK):
        person.go(path)


def test_two_people_with_the_same_card_keep_it_each_for_themselves(site: Served, meet: Meet) -> None:
    person, path = with_card(meet, site)
    keep(person)
    person.page.context.clear_cookies()
    # another account to which the same card is linked, and which was never on another page of ours
    person.page.context.add_cookies([{"name": "accounts_session", "value": another(site), "url": site.url}])
    person.go(path)
    expect(person.page.get_by_text(FROM_DEVICE)).to_be_hidden()
    assert kept_in(person.page) == []


def another(site: Served) -> str:
    """The session of another account that may show the one card there is; its token."""
    browser = site.portal.signed_in_browser("helka")
    patron = site.portal.patron("lumme")
    fields = {"library": "lumme", "card_number": patron.card_number, "pin": patron.pin, "label": "Theirs"}
    assert browser.post("/cards/link", relation="looked_after", scope="card", **fields).status_int == 303
    return str(browser.app.cookies["accounts_session"])


def test_a_card_nobody_confirmed_for_thirty_days_is_removed(site: Served, meet: Meet) -> None:
    person, path = with_card(meet, site)
    keep(person)
    age = """async ([path, days]) => {
      const cache = await caches.open("accounts-cards");
      const page = await cache.match(path);
      const headers = new Headers(page.headers);
      headers.set("Accounts-Kept-At", String(Date.now() - days * 24 * 60 * 60 * 1000));
      await cache.put(path, new Response(await page.text(), { headers }));
    }"""
    person.page.evaluate(age, [path, 29.9])
    person.page.context.set_offline(True)
    person.go(path)
    expect(person.page.get_by_text(FROM_DEVICE)).to_be_visible()
    person.page.evaluate(age, [path, 30.1])
    with pytest.raises(Error, match=NO_NETWORK):
        person.go(path)
    person.page.context.set_offline(False)
    person.go("/privacy")
    assert kept_in(person.page) == []


def test_while_the_library_is_down_what_is_kept_is_shown(site: Served, meet: Meet) -> None:
    person, path = with_card(meet, site)
    keep(person)
    with site.portal.house.database.writing() as session:
        session.query(LibraryCard).one().read_at = None
    site.portal.koha.set_fault("error_503")
    person.go(path)
    expect(person.page.get_by_text(FROM_DEVICE)).to_be_visible()
    site.portal.koha.clear_faults()


def test_a_slow_network_is_not_waited_for(make_site: Callable[..., Served], meet: Meet) -> None:
    site = make_site(page_deadline="9", library__lumme__timeout="8")
    person, path = with_card(meet, site)
    keep(person)
    with site.portal.house.database.writing() as session:
        session.query(LibraryCard).one().read_at = None
    site.portal.koha.set_latency(5000)
    person.go(path)
    expect(person.page.get_by_text(FROM_DEVICE)).to_be_visible()
    site.portal.koha.set_latency(0)


def test_it_is_removed_by_its_button_and_nothing_runs_on(site: Served, meet: Meet) -> None:
    person, path = with_card(meet, site)
    keep(person)
    person.page.context.set_offline(True)
    person.go(path)
    person.button("Remove from this device").click()
    expect(person.page.get_by_role("status")).to_have_text("The card has been removed from this device.")
    person.page.context.set_offline(False)
    assert kept_in(person.page) == []
    assert person.page.evaluate("async () => (await navigator.serviceWorker.getRegistrations()).length") == 0
    person.go(path)
    expect(person.button("Keep this card on this device")).to_be_visible()


def test_the_page_has_no_barriers_and_nobody_needs_scripts(site: Served, meet: Meet) -> None:
    person, path = with_card(meet, site)
    assert person.barriers() == []
    keep(person)
    person.page.context.set_offline(True)
    person.go(path)
    assert person.barriers() == []
    plain, _ = with_card(meet, site, java_script_enabled=False)
    expect(plain.page.get_by_role("button")).to_have_count(0)
    assert scanned(plain)[1] == site.portal.patron("lumme").card_number
