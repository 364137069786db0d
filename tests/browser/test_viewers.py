"""Who can see a card, in a browser: the list, a yes, an end without a word; and that the pages are for everybody."""

from collections.abc import Callable, Iterator

from tests.browser.person import Person
from tests.browser.serving import Served
from tests.factories.codes import codes
from tests.factories.portal import Portal
from tests.factories.viewing import Shared, letters_of, shared, state_of

OPTIONS = {"library__lumme__approval": "always"}
NARROW = {"width": 320, "height": 640}


def family(portal: Portal) -> Shared:
    """One sees the card with a last day, another one without a name waits."""
    case = shared(portal)
    case.viewer.call("PATCH", "/account", {"name": "Grandmother Aleksandra Wilhelmiina"}, status=200)
    case.holder.call("POST", case.path(case.link, "approve"), {"scopes": ["loans", "renew"]}, status=200)
    case.holder.call("PATCH", case.path(case.link), {"until": "2027-08-31"}, status=200)
    case.another("no_loans")
    return case


def submit(person: Person) -> None:
    person.page.locator("main form:visible button[type=submit]:visible").last.click()
    person.page.wait_for_load_state()


def tour(person: Person) -> Iterator[str]:
    portal, page = person.site.portal, person.page
    case = family(portal)
    person.sign_in("lumme", portal.patron("lumme"))
    path = f"/cards/{case.card}/viewers"
    person.go("/")
    yield "home"
    person.go("/cards")
    yield "cards"
    person.go(path)
    yield "viewers"
    for details in page.locator("main details").all():
        details.locator("summary").click()
    yield "viewers, all forms open"
    for box in page.locator("main details.accounts-more input[type=checkbox]").all():
        box.uncheck()
    page.locator("main details.accounts-more button[type=submit]").click()
    yield "viewers, nothing ticked"
    (*_, letter) = letters_of(portal, portal.patron("lumme").email)
    person.go(letter)
    for details in page.locator("main details").all():
        details.locator("summary").click()
    yield "letter"
    page.locator("main form button[type=submit]").first.click()
    yield "letter, yes"
    person.go(letter)
    yield "letter, over"
    portal.clock.advance(minutes=6)
    person.go(path)
    yield "viewers, too long after the sign-in"


def proof(person: Person) -> Iterator[str]:
    portal = person.site.portal
    person.sign_in("helka", portal.patron("helka"))
    person.add_card("lumme", portal.patron("lumme", "child"), "Mine")
    person.page.locator(".accounts-card-face a").last.click()
    person.page.wait_for_load_state()
    yield "card that waits"
    person.page.locator("main a[href$='/holder']").click()
    person.page.wait_for_load_state()
    yield "proof"
    submit(person)
    yield "proof, code sent"
    person.page.locator("[name=code]").fill("000000" if codes(portal)[-1] != "000000" else "111111")
    person.page.locator("main form button[type=submit]").first.click()
    person.page.wait_for_load_state()
    yield "proof, wrong code"


def test_every_page_about_who_sees_a_card_is_for_everybody(
    make_site: Callable[..., Served], meet: Callable[..., Person]
) -> None:
    site = make_site(**OPTIONS)
    faults = []
    for walk in (proof, tour):
        person = meet(site, viewport=NARROW)
        for stop in walk(person):
            faults += [f"{stop}: {barrier}" for barrier in person.barriers()]
            if wider := person.overflow():
                faults.append(f"{stop}: {wider} px wider than the screen")
    assert faults == []


def test_a_yes_by_keyboard_and_an_end_without_a_word(
    make_site: Callable[..., Served], meet: Callable[..., Person]
) -> None:
    site = make_site(**OPTIONS)
    case = shared(site.portal)
    person = meet(site)
    page = person.page
    person.sign_in("lumme", site.portal.patron("lumme"))
    person.go("/")
    page.get_by_role("link", name="Answer").press("Enter")
    page.wait_for_url("**/viewers")
    page.get_by_label("See the fees").press("Space")
    page.get_by_role("button", name="Yes, it may").press("Enter")
    page.get_by_text("You have said yes.").wait_for()
    assert state_of(case.viewer, case.card) == "fresh"
    seen = next(one for one in case.viewers() if not one["self"])
    assert "fees" not in seen["scopes"]
    page.locator("summary", has_text="End it:").press("Enter")
    page.get_by_label("No, end it without a word").first.check()
    page.get_by_role("button", name="Yes, end it", exact=True).click()
    page.get_by_text("Only you", exact=True).wait_for()
    case.viewer.call("GET", f"/cards/{case.card}", status=404)
