"""Walks past every page in every state it can be in; each stop is yielded by its name.

What is looked at there is up to the caller: barriers, width, a picture.
"""

import re
from collections.abc import Callable, Iterator
from email import message_from_string, policy

from playwright.sync_api import expect

from discovery_accounts.services.outbox_sending import Outbox
from tests.browser.person import Person
from tests.factories.portal import Portal
from tests.factories.reminders import text_of

Tour = Callable[[Person], Iterator[str]]

LONG = "Äidinkielenopettajayhdistyksen lukupiirin kirjastokortti"


def _send(person: Person, **fields: str) -> None:
    for name, value in fields.items():
        field = person.page.locator(f"main [name={name}]").first
        if field.evaluate("element => element.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    person.page.locator("main button[type=submit]").first.click()
    person.page.wait_for_load_state()


def signed_out(person: Person) -> Iterator[str]:
    portal = person.site.portal
    own = portal.patron("lumme")
    person.go("/")
    yield "front page"
    person.page.locator(".accounts-language summary").click()
    yield "front page, languages"
    for path in ("/sign-in/card", "/privacy", "/nowhere"):
        person.go(path)
        yield path
    person.go("/sign-in/card")
    _send(person)
    yield "sign-in, no library chosen"
    _send(person, library="lumme")
    yield "sign-in, nothing typed"
    _send(person, library="lumme", card_number=own.card_number, pin="0000")
    yield "sign-in, wrong PIN"
    for _ in range(portal.house.settings.limits.card):
        _send(person, library="lumme", card_number=own.card_number, pin="0000")
    yield "sign-in, too many tries"
    person.go("/sign-in/card/reopen")
    yield "open a card again"
    _send(person, library="lumme", card_number=own.card_number)
    yield "open a card again, code"
    _send(person)
    yield "open a card again, no code"
    person.go("/sign-in/card")
    portal.alma.stop()
    _send(person, library="helka", card_number="HK10001", pin="1234")
    yield "sign-in, no answer"
    portal.alma.start()


def family(person: Person) -> None:
    """A parent's four cards in two libraries: the own one, two children's, one that is blocked."""
    portal = person.site.portal
    person.sign_in("lumme", portal.patron("lumme"))
    person.add_card("lumme", portal.patron("lumme", "child"), "Elsa", "looked_after")
    person.add_card("helka", portal.patron("helka", "blocked"), LONG)
    person.add_card("helka", portal.patron("helka", "expired"), "Onni", "looked_after")


def cards_and_loans(person: Person) -> Iterator[str]:
    portal, page = person.site.portal, person.page
    family(person)
    yield "cards, one just added"
    for path in ("/", "/family", "/loans", "/loans?order=card", "/cards", "/cards/link"):
        person.go(path)
        settle(person)
        yield f"four cards, {path}"
    _send(person)
    yield "add a card, nothing typed"
    page.locator("[value=own]").check()
    good = portal.patron("helka")
    _send(person, library="helka", card_number=good.card_number, pin="9999", label="Yliopisto")
    yield "add a card, wrong PIN"
    own = portal.patron("lumme")
    _send(person, library="lumme", card_number=own.card_number, pin=own.pin, label="Sama")
    yield "add a card, there already"
    for label in (LONG, "Onni"):
        person.go("/cards")
        page.locator(".accounts-card-face a", has_text=label).click()
        yield f"card {label[:15]}"
    page.locator("details.accounts-confirm summary").click()
    yield "card, removing"
    page.locator("[name=label]").fill("")
    page.locator("[name=label]").press("Enter")
    page.wait_for_load_state()
    yield "card, no name"
    page.locator("[name=pin]").fill("0000")
    page.locator("[name=pin]").press("Enter")
    page.wait_for_load_state()
    yield "card, wrong PIN"
    person.go("/loans")
    page.locator(".accounts-filter a", has_text="Onni").click()
    yield "loans of one card"
    person.go("/loans")
    page.locator(".accounts-bar button").last.click()
    page.wait_for_url("**/renewals")
    yield "renewals, none selected"
    person.go("/loans")
    settle(person)
    page.locator("[name=loan]:enabled").first.check()
    yield "loans, one selected"
    page.locator(".accounts-bar button").first.click()
    page.wait_for_url("**/renewals")
    yield "renewals, all"


def holds_and_fees(person: Person) -> Iterator[str]:
    portal, page = person.site.portal, person.page
    family(person)
    for path in ("/holds", "/fees", "/fees/paid", "/history", "/holds/new?record_id=308&library=lumme"):
        person.go(path)
        yield f"four cards, {path}"
    page.locator("a.accounts-choice").first.click()
    yield "a new hold"
    page.locator("[name=note]").fill("x" * 600)
    _submit(person)
    yield "a new hold, too long a message"
    page.locator("[name=note]").fill("")
    _submit(person)
    page.wait_for_url("**/holds?card=*")
    yield "a new hold, placed"
    person.go("/holds/new?record_id=308&library=lumme")
    page.locator("a.accounts-choice").first.click()
    _submit(person)
    yield "a new hold, there already"
    for act in ("pickup", "suspend"):
        person.go("/holds")
        page.locator(f"a[href*='/{act}']").first.click()
        yield f"a hold, {act}"
    page.locator("[name=until]").fill("2020-01-01")
    _submit(person)
    yield "a hold, suspended until a day that is past"
    person.go("/holds")
    page.locator(".accounts-hold-cancel summary").first.click()
    yield "holds, cancelling"
    portal.koha.set_fault("error_500", method="DELETE")
    page.locator(".accounts-hold-cancel[open] button").click()
    page.wait_for_load_state()
    yield "holds, nobody knows"
    portal.koha.stop()
    portal.clock.advance(minutes=2)
    for path in ("/", "/holds", "/fees", "/history"):
        person.go(path)
        yield f"no answer, {path}"
    portal.koha.start()


def _submit(person: Person) -> None:
    person.page.locator("main form.accounts-panel button[type=submit]").first.click()
    person.page.wait_for_load_state()


def settle(person: Person) -> None:
    """Until every question that the page asked has an answer."""
    form = person.page.locator("[data-renewing]")
    if form.count():
        expect(form.get_by_text(form.get_attribute("data-checking") or "")).to_have_count(0)


def trouble(person: Person) -> Iterator[str]:
    portal, page = person.site.portal, person.page
    family(person)
    person.add_card("lumme", portal.patron("lumme", "blocked"), "Mummo", "looked_after")
    person.go("/loans")
    settle(person)
    portal.alma.stop()
    portal.koha.change_pin(portal.patron("lumme", "child").patron_id, "5432")
    portal.koha.delete_patron(portal.patron("lumme", "blocked").patron_id)
    portal.clock.advance(minutes=16)
    for path in ("/loans", "/family", "/", "/cards"):
        person.go(path)
        settle(person)
        yield f"trouble, {path}"
    for label in ("Elsa", "Mummo", "Onni"):
        person.go("/cards")
        page.locator(".accounts-card-face a", has_text=label).click()
        yield f"trouble, card {label}"
    portal.clock.advance(hours=25)
    person.sign_in("lumme", portal.patron("lumme"))
    for path in ("/loans", "/", "/cards"):
        person.go(path)
        settle(person)
        yield f"more trouble, {path}"
    page.locator(".accounts-card-face a", has_text="Onni").click()
    yield "more trouble, card Onni"
    person.go("/cards")
    page.locator(".accounts-card-face a", has_text="LUMME").click()
    portal.clock.advance(hours=13)
    page.locator("[name=label]").press("Enter")
    page.wait_for_load_state()
    yield "session expired"


def account(person: Person) -> Iterator[str]:
    portal, page = person.site.portal, person.page
    reader = portal.patron("helka", "no_loans")
    person.sign_in("helka", reader)
    for path in ("/", "/loans", "/account"):
        person.go(path)
        yield f"no loans, {path}"
    page.locator("[name=email]").fill("not an address")
    page.locator("[name=email]").press("Enter")
    page.wait_for_load_state()
    yield "account, bad address"
    page.locator("[name=email]").fill("reader@example.org")
    page.locator("[name=email]").press("Enter")
    page.wait_for_url("**/account/confirm*")
    yield "confirm, how"
    page.locator("main button[type=submit]").click()
    page.locator("[name=code]").wait_for()
    yield "confirm, code"
    _send(person, code="wrong")
    yield "confirm, wrong code"
    _send(person, code=mailed(portal, r"\n\n(\d{6})\n\n"))
    page.wait_for_url("**/account")
    yield "account, confirmed"
    page.locator("[name=email]").fill("reader@example.org")
    with page.expect_navigation():
        page.locator("[name=email]").press("Enter")
    yield "account, e-mail asked for"
    address = mailed(portal, r"(/account/email/\S+)")
    person.go(address)
    yield "e-mail, to be confirmed"
    _send(person, code="wrong")
    yield "e-mail, wrong code"
    _send(person, code=mailed(portal, r"\n\n([\w-]+)\n\n"))
    yield "e-mail, confirmed"
    person.go(address)
    yield "e-mail, used link"
    person.go("/sign-out")
    yield "sign out?"
    portal.clock.advance(minutes=6)
    person.go("/account")
    yield "account, signed in a while ago"
    person.go("/cards/link")
    yield "sign in once more"
    person.go("/cards")
    page.locator(".accounts-card-face a").click()
    page.locator(".accounts-panel-quiet a[href*='return_to']").wait_for()
    yield "card, sign in to remove it"
    person.sign_in("helka", reader)
    person.go("/cards")
    page.locator(".accounts-card-face a").click()
    _remove(person)
    page.wait_for_url("**/cards")
    yield "no cards, just removed"
    for path in ("/", "/loans"):
        person.go(path)
        yield f"no cards, {path}"


def _remove(person: Person) -> None:
    person.page.locator("details.accounts-confirm summary").click()
    person.page.locator("details.accounts-confirm button").click()
    person.page.wait_for_load_state()


def mailed(portal: Portal, pattern: str) -> str:
    """What the newest mail with such words has in its group."""
    Outbox(portal.house).send(portal.clock(), limit=10)
    texts = [text_of(message_from_string(mail, policy=policy.default)) for mail in portal.mails()]
    found = [match[1] for text in texts if (match := re.search(pattern, text))]
    return found[-1]


TOURS: dict[str, Tour] = {
    "signed out": signed_out,
    "cards and loans": cards_and_loans,
    "holds and fees": holds_and_fees,
    "trouble": trouble,
    "account": account,
}
