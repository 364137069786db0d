"""Two people at two browsers: one invites, the other takes the card; every page of it is for everybody."""

from collections.abc import Callable, Iterator

from tests.browser.own_data_tour import OPTIONS
from tests.browser.person import Person
from tests.browser.serving import Served
from tests.factories.own_data import reader

NARROW = {"width": 320, "height": 640}


def holder(site: Served, person: Person, library: str = "lumme") -> str:
    """Signed in; the path of the page where one invites."""
    person.sign_in(library, site.portal.patron(library))
    person.go("/cards")
    person.page.locator(".accounts-card-face a").click()
    person.page.wait_for_url("**/cards/*-*")
    return f"{person.path}/invite"


def invite(person: Person, path: str, *scopes: str) -> str:
    """The code that the page shows."""
    person.go(path)
    for scope in scopes:
        person.page.locator(f"[name=scope][value={scope}]").check()
    person.button("Make a code").click()
    return person.page.locator(".accounts-invitation-code").inner_text().strip()


def test_one_invites_and_another_takes_the_card(
    make_site: Callable[..., Served], meet: Callable[..., Person]
) -> None:
    site = make_site()
    owner, viewer = meet(site), meet(site)
    code = invite(owner, holder(site, owner), "loans", "renew")
    left = owner.page.locator("[data-left]")
    owner.page.wait_for_function("document.querySelector('[data-left]').textContent.includes(':')")
    assert left.get_attribute("aria-hidden") == "true"
    viewer.go(f"/invitations/{code}")
    viewer.page.wait_for_url("**/sign-in**")
    viewer.sign_in("helka", site.portal.patron("helka"))
    viewer.go("/cards/link")
    viewer.link("I have an invitation").click()
    viewer.page.locator("[name=code]").fill(code.lower().replace("-", " "))
    viewer.button("Go on").click()
    viewer.page.wait_for_url("**/invitations/*")
    told = viewer.page.locator("main").inner_text()
    assert "See the loans" in told
    assert "See the fees" not in told
    viewer.page.locator("[name=label]").fill("Elsa")
    viewer.button("Add the card to my account").click()
    viewer.page.wait_for_url("**/cards")
    assert "Elsa" in viewer.page.locator("main").inner_text()
    viewer.go(f"/invitations/{code}")
    assert viewer.page.locator("main").get_attribute("data-code") == "invitation_not_valid"
    assert owner.complaints == viewer.complaints == []


def test_the_code_is_crossed_out_when_its_time_is_over(
    make_site: Callable[..., Served], meet: Callable[..., Person]
) -> None:
    site = make_site()
    owner = meet(site)
    path = holder(site, owner)
    owner.page.clock.install()
    invite(owner, path, "loans")
    owner.page.clock.fast_forward("11:00")
    owner.page.locator(".accounts-invitation-over").wait_for()
    assert "The code has ended." in owner.page.get_by_role("status").inner_text()


def test_boxes_show_for_a_card_one_looks_after_only(
    make_site: Callable[..., Served], meet: Callable[..., Person]
) -> None:
    site = make_site()
    person = meet(site)
    person.sign_in("helka", site.portal.patron("helka"))
    person.go("/cards/link")
    boxes = person.page.locator(".accounts-if-looked-after")
    person.page.locator("[name=relation][value=looked_after]").check()
    assert boxes.is_visible()
    person.page.locator("[name=relation][value=own]").check()
    assert not boxes.is_visible()


def pages(site: Served, owner: Person, viewer: Person) -> Iterator[tuple[str, Person]]:
    """Every page of inviting, accepting and adding, with what can go wrong on it."""
    path = holder(site, owner)
    owner.go(path)
    yield "invite", owner
    owner.button("Make a code").click()
    yield "invite, nothing ticked", owner
    code = invite(owner, path, "loans", "fees")
    yield "code", owner
    owner.go(path)
    yield "invite, one is open", owner
    viewer.sign_in("pretend", reader(site.portal))
    viewer.go("/invitations")
    yield "give a code", viewer
    viewer.button("Go on").click()
    yield "no code given", viewer
    viewer.go("/invitations/CDFGH-JKMNP")
    yield "wrong code", viewer
    viewer.go(f"/invitations/{code}")
    yield "invitation", viewer
    viewer.go("/cards/link")
    yield "add a card, with an offer", viewer
    viewer.page.locator("form:has([name=card_number]) button[type=submit]").click()
    yield "add a card, nothing filled in", viewer
    viewer.go("/cards/offers")
    yield "offers", viewer
    viewer.page.locator("form:has([name=offer]) button[type=submit]").click()
    viewer.page.wait_for_url("**/cards")
    yield "an offer taken", viewer
    viewer.go("/cards/offers")
    yield "no offers", viewer
    site.portal.clock.advance(minutes=6)
    viewer.go(f"/invitations/{code}")
    yield "invitation, signed in a while ago", viewer
    owner.go(path)
    yield "invite, signed in a while ago", owner


def test_every_page_of_invitations_is_for_everybody(
    make_site: Callable[..., Served], meet: Callable[..., Person]
) -> None:
    site = make_site(**OPTIONS)
    owner, viewer = meet(site, viewport=NARROW), meet(site, viewport=NARROW)
    faults = []
    for stop, person in pages(site, owner, viewer):
        faults += [f"{stop}: {barrier}" for barrier in person.barriers()]
        if wider := person.overflow():
            faults.append(f"{stop}: {wider} px wider than the screen")
    assert faults == []
