"""Walks past the pages of a patron's own data, at a library that can do everything."""

import re
from collections.abc import Iterator

from discovery_accounts.connectors.api import LibraryError, TimedOut
from discovery_accounts.jobs.runner import run_job
from tests.browser.person import Person
from tests.factories.codes import stepped_up
from tests.factories.own_data import pretend, reader
from tests.factories.portal import Portal

OPTIONS = {
    "libraries": "lumme helka pretend",
    "library__pretend__connector": "memory",
    "library__pretend__name": "Pretend Library",
}
NEW_PIN = "83461957"


def own_data(person: Person) -> Iterator[str]:
    portal, page = person.site.portal, person.page
    good = reader(portal)
    library = pretend(portal)
    library.send_notice(
        good.patron_id, "A" * 60 + " very long subject", "First line\nSecond line " + "x" * 90
    )
    person.sign_in("pretend", good)
    person.go("/cards")
    page.locator(".accounts-card-face a").click()
    page.wait_for_load_state()
    card = page.url
    yield "card"
    person.go(_path(person, card, "/details"))
    yield "details"
    stepped_up(portal)
    person.go(_path(person, card, "/details?change=1"))
    yield "details, form"
    page.locator("[name=email]").fill("no address")
    _submit(person)
    yield "details, wrong address"
    page.locator("[name=email]").fill("new@example.org")
    page.locator("[name=street]").fill("Another Street 5")
    _submit(person)
    yield "details, changed and waiting"
    yield from _pin(person, card, str(good.pin))
    person.go(_path(person, card, "/messages"))
    yield "messages"
    page.locator("main form input[type=checkbox]").first.check()
    _submit(person)
    yield "messages, saved"
    person.go(_path(person, card, "/renewal"))
    yield "renewal, not now"
    library.pay(good.patron_id)
    library.end_in(good.patron_id, 5)
    person.go(_path(person, card, "/renewal"))
    yield "renewal"
    _submit(person)
    yield "renewal, no tick"
    person.go("/notices")
    page.locator("main details summary").first.click()
    yield "messages sent"
    person.go("/suggestions")
    yield "suggestions"
    _submit(person)
    yield "suggestions, no title"
    page.locator("[name=title]").fill("Norrtullsligan")
    page.locator("[name=author]").fill("Wägner, Elin")
    _submit(person)
    yield "suggestions, suggested already"
    library.gate.fail(_cut, acts_only=True)
    page.locator("[name=title]").fill("Mosses of the North")
    _submit(person)
    yield "suggestions, nobody knows"
    library.gate.mend()
    yield from _recovery(person, good.card_number)


def _pin(person: Person, card: str, old: str) -> Iterator[str]:
    page = person.page
    person.go(_path(person, card, "/pin"))
    yield "PIN"
    _type_pins(person, "0000")
    _submit(person)
    yield "PIN, wrong old one"
    _type_pins(person, old, "9999")
    _submit(person)
    yield "PIN, not the same"
    _type_pins(person, old)
    _submit(person)
    page.wait_for_url(card)
    yield "PIN, changed"


def _recovery(person: Person, number: str) -> Iterator[str]:
    page, portal = person.page, person.site.portal
    page.context.clear_cookies()
    person.go("/recover-pin")
    yield "forgotten PIN"
    page.locator("[name=library]").select_option("pretend")
    page.locator("[name=card_number]").fill(number)
    _submit(person)
    yield "forgotten PIN, code"
    page.locator("[name=code]").fill("000000")
    _type_pins(person, None)
    _submit(person)
    yield "forgotten PIN, wrong code"
    page.locator("[name=code]").fill(_mailed_code(portal))
    _type_pins(person, None, new="44820617")
    _submit(person)
    yield "forgotten PIN, changed"


def _type_pins(person: Person, old: str | None, again: str | None = None, new: str = NEW_PIN) -> None:
    if old is not None:
        person.page.locator("[name=old_pin]").fill(old)
    person.page.locator("[name=new_pin]").fill(new)
    person.page.locator("[name=new_pin_again]").fill(again or new)


def _submit(person: Person) -> None:
    with person.page.expect_navigation():
        person.page.locator("main form button[type=submit]").last.click()
    person.page.wait_for_load_state()


def _path(person: Person, card: str, name: str) -> str:
    return card.removeprefix(person.site.url) + name


def _mailed_code(portal: Portal) -> str:

    run_job(portal.house, "send-mail")

    found = re.findall(r"^(\d{6})=?\r?$", "\n".join(portal.mails()), re.MULTILINE)
    return str(found[-1])


def _cut() -> LibraryError:

    return TimedOut()
