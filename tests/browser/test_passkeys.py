"""Passkeys in a real browser, with an authenticator that Chromium plays; and all of it without JavaScript by an app."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import CDPSession, expect

from discovery_accounts.models import Passkey, SignedInSession
from discovery_accounts.simulator.server import SimulatedLibrary
from tests.browser.person import Person
from tests.browser.serving import Served, free_port
from tests.factories.portal import open_portal
from tests.factories.rows import rows, write
from tests.factories.staff import LOGINS, PASSWORD, Colleague, add, link_for, set_up

ADA = "ada@library.example"
NARROW = {"width": 320, "height": 640}


@pytest.fixture
def site(sqlite_url: str, koha: SimulatedLibrary, alma: SimulatedLibrary, tmp_path: Path) -> Iterator[Served]:
    """Served under a name: an address in numbers can have no passkeys."""
    port = free_port()
    url = f"http://localhost:{port}"
    portal = open_portal(tmp_path, sqlite_url, koha, alma, public_url=url, **LOGINS)
    try:
        with Served(portal, port) as served:
            served.url = url
            yield served
    finally:
        portal.house.close()


@pytest.fixture
def person(meet: Callable[..., Person], site: Served) -> Person:
    return meet(site)


class Authenticator:
    """What a laptop or phone does about passkeys, its owner always being there."""

    def __init__(self, person: Person) -> None:
        self.devtools: CDPSession = person.page.context.new_cdp_session(person.page)
        self.devtools.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        self.id = self.devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})[
            "authenticatorId"
        ]

    def keys(self) -> list[dict[str, object]]:
        return self.devtools.send("WebAuthn.getCredentials", {"authenticatorId": self.id})["credentials"]

    def forget(self) -> None:
        self.devtools.send("WebAuthn.clearCredentials", {"authenticatorId": self.id})


def choose_password(person: Person) -> None:
    add(person.site.portal, ADA)
    person.go(link_for(person.site.portal, ADA))
    for field in person.page.locator("input[name=password]").all():
        field.fill(PASSWORD)
    person.button("Go on").click()
    person.page.wait_for_url("**/second-factor/new")


def give_password(person: Person) -> None:
    person.go("/sign-in/staff")
    person.page.get_by_label("User name").fill(ADA)
    person.page.get_by_label("Password", exact=True).fill(PASSWORD)
    person.button("Go on").click()
    person.page.wait_for_url("**/second-factor")


def sign_out(person: Person) -> None:
    person.button("Sign out").click()
    person.page.wait_for_url(f"{person.site.url}/")


@pytest.fixture
def with_passkey(person: Person) -> Authenticator:
    """Ada has followed the link, made a passkey on this device, and is signed in."""
    authenticator = Authenticator(person)
    choose_password(person)
    person.page.get_by_label("What do you call it?").fill("Work laptop")
    person.button("Make a passkey").click()
    person.page.wait_for_url("**/admin")
    return authenticator


def test_a_passkey_is_made_and_signs_in(person: Person, with_passkey: Authenticator) -> None:
    (kept,) = rows(person.site.portal.house, Passkey)
    assert (kept.label, len(with_passkey.keys())) == ("Work laptop", 1)
    sign_out(person)
    give_password(person)
    assert person.page.get_by_label("Code").count() == 0
    person.button("Use a passkey").click()
    person.page.wait_for_url("**/admin")
    (session,) = rows(person.site.portal.house, SignedInSession)
    assert session.strength == "strong"
    (used,) = rows(person.site.portal.house, Passkey)
    assert used.sign_count > kept.sign_count
    assert used.last_used_at is not None


def test_a_device_without_the_passkey_says_so_and_lets_one_try_again(
    person: Person, with_passkey: Authenticator
) -> None:
    sign_out(person)
    (key,) = with_passkey.keys()
    with_passkey.forget()
    give_password(person)
    person.button("Use a passkey").click()
    expect(person.page.get_by_text("That did not work.")).to_be_visible()
    with_passkey.devtools.send(
        "WebAuthn.addCredential", {"authenticatorId": with_passkey.id, "credential": key}
    )
    person.button("Use a passkey").click()
    person.page.wait_for_url("**/admin")


def test_a_copy_of_a_passkey_is_refused(person: Person, with_passkey: Authenticator) -> None:
    """Its count is behind the one that was seen last."""
    sign_out(person)
    write(person.site.portal.house, "UPDATE passkey SET sign_count = 1000")
    give_password(person)
    person.button("Use a passkey").click()
    expect(person.page.get_by_role("heading", name="The passkey did not work")).to_be_visible()
    assert rows(person.site.portal.house, SignedInSession) == []


def test_an_answer_is_good_for_its_own_challenge_and_once(
    person: Person, with_passkey: Authenticator
) -> None:
    sign_out(person)
    give_password(person)
    person.page.evaluate("HTMLFormElement.prototype.submit = () => { window.sent = true }")
    person.button("Use a passkey").click()
    person.page.wait_for_function("window.sent")
    answer = person.page.locator("input[name=answer]").input_value()
    assert answer
    give_password(person)  # a new step, and with it a new challenge
    send = "answer => { document.querySelector('[name=answer]').value = answer; \
document.querySelector('form[data-passkey]').submit() }"
    for _ in range(2):
        person.page.evaluate(send, answer)
        expect(person.page.get_by_role("heading", name="The passkey did not work")).to_be_visible()
    assert rows(person.site.portal.house, SignedInSession) == []


@pytest.mark.parametrize(
    "answer", ["", "{}", "[]", "null", '{"rawId": 1}', '{"rawId": "AAAA"}', "x" * 20_000]
)
def test_what_is_no_answer_of_a_passkey_is_refused(
    person: Person, with_passkey: Authenticator, answer: str
) -> None:
    sign_out(person)
    give_password(person)
    send = "answer => { document.querySelector('[name=answer]').value = answer; \
document.querySelector('form[data-passkey]').submit() }"
    person.page.evaluate(send, answer)
    expect(person.page.get_by_role("heading", name="The passkey did not work")).to_be_visible()


def test_a_passkey_can_be_added_beside_an_app_and_removed(person: Person) -> None:
    portal = person.site.portal
    add(portal, ADA)
    ada = set_up(portal, ADA)
    authenticator = Authenticator(person)
    give_password(person)
    person.page.get_by_label("Code").fill(ada.code())
    person.button("Sign in").click()
    person.page.wait_for_url("**/admin")
    person.link("Second proofs").click()
    person.button("Add one more").click()
    person.page.get_by_label("What do you call it?").fill("Key ring")
    person.button("Make a passkey").click()
    person.page.wait_for_url("**/admin/second-factors")
    assert person.barriers() == []
    person.page.get_by_role("button", name=re.compile("Remove ?: Key ring")).click()
    expect(person.page.get_by_text("The second proof was removed.")).to_be_visible()
    assert rows(portal.house, Passkey) == []
    assert len(authenticator.keys()) == 1


def test_everything_works_without_javascript_by_an_app(meet: Callable[..., Person], site: Served) -> None:
    person = meet(site, java_script_enabled=False)
    choose_password(person)
    assert person.page.get_by_role("button", name="Make a passkey").count() == 0
    secret = person.page.locator(".accounts-key").inner_text().replace(" ", "")
    ada = Colleague(site.portal, ADA, secret=secret)
    person.page.get_by_label("Code").fill(ada.code())
    person.button("Set up the app").click()
    person.page.wait_for_url("**/admin")
    sign_out(person)
    give_password(person)
    person.page.get_by_label("Code").fill(ada.code())
    person.button("Sign in").click()
    person.page.wait_for_url("**/admin")


def test_pages_for_staff_are_for_everybody(meet: Callable[..., Person], site: Served) -> None:
    person = meet(site, viewport=NARROW)
    faults: list[str] = []

    def look(stop: str) -> None:
        faults.extend(f"{stop}: {fault}" for fault in person.barriers())
        if wider := person.overflow():
            faults.append(f"{stop}: {wider} px wider than the screen")

    Authenticator(person)
    person.go("/sign-in/staff")
    look("password")
    person.button("Go on").click()
    look("password, nothing typed")
    add(site.portal, ADA)
    person.go(link_for(site.portal, ADA))
    look("invitation")
    person.button("Go on").click()
    look("invitation, nothing typed")
    command_path = person.path
    assert command_path.startswith("/sign-in/staff/invitation/")
    for field in person.page.locator("input[name=password]").all():
        field.fill(PASSWORD)
    person.button("Go on").click()
    person.page.wait_for_url("**/second-factor/new")
    look("setting up")
    person.button("Set up the app").click()
    look("setting up, nothing typed")
    person.button("Make a passkey").click()
    person.page.wait_for_url("**/admin")
    look("pages for staff")
    person.page.get_by_role("button", name=re.compile("Check now ?: Staff")).click()
    look("a login")
    person.go("/admin/second-factors")
    look("second proofs")
    sign_out(person)
    give_password(person)
    look("second factor")
    assert faults == []
