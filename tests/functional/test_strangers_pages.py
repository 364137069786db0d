"""Every page with an id in its address: a stranger's id is nobody's, and nothing changes by it (L14, L15)."""

import re
import uuid
from collections.abc import Callable

import pytest

from discovery_accounts.models import (
    Identity,
    LibraryCard,
    Link,
    Passkey,
    SignedInSession,
    StaffMember,
    TransferConsent,
)
from discovery_accounts.web.routes import PAGES
from tests.factories.codes import stepped_up
from tests.factories.portal import Browser, Portal
from tests.factories.rows import count, rows
from tests.factories.staff import LOGINS, colleague
from tests.factories.stand_in_provider import StandInProvider, stand_in, state_of
from tests.fixtures.databases import ON_SQLITE

__all__ = ["stand_in"]

Providers = dict[str, StandInProvider]
IDS = {"card": LibraryCard, "identity": Identity, "consent": TransferConsent, "session": SignedInSession}
"""Rows by whose ids pages are asked for."""
ACTIONS = ("rename", "pin", "remove")
WORDS = {"login", "library", "token", "hold", "notice", "code"}
"""Names, a secret word that is good for who has it, and what has tests of its own: holds, and notices of staff."""


@pytest.fixture
def portal(make_portal: Callable[..., Portal], stand_in: Providers) -> Portal:
    more = {"logins": "card staff uni", "login__uni__kind": "outside", "login__uni__name": "University"}
    return make_portal(**(LOGINS | more))


def somebody(portal: Portal) -> Browser:
    """With a card, a way by the university, its consent and a session, all of whose ids leaked."""
    browser = portal.browser()
    state = state_of(browser.post("/sign-in/uni").headers["Location"])
    browser.get(f"/sign-in/uni/callback?state={state}")
    assert browser.post("/sign-in/consent", answer="yes").status_int == 303
    patron = portal.patron("lumme", "child")
    fields = {"library": "lumme", "card_number": patron.card_number, "pin": patron.pin, "label": "Mine"}
    assert browser.post("/cards/link", relation="own", **fields).status_int == 303
    return browser


def test_every_address_with_an_id_is_thought_of() -> None:
    named = {name for route in PAGES for name in re.findall(r"{(\w+)}", route.path)}
    assert named == set(IDS) | WORDS


@ON_SQLITE
def test_l14_a_strangers_id_in_any_address_is_404_and_changes_nothing(portal: Portal) -> None:
    somebody(portal)
    leaked = {name: [row.id for row in rows(portal.house, model)] for name, model in IDS.items()}
    assert all(leaked.values())
    thief = portal.signed_in_browser("helka")
    stepped_up(portal)
    before = {model: count(portal.house, model) for model in (*IDS.values(), Link)}
    links = [(link.id, link.label, link.state, link.scopes) for link in rows(portal.house, Link)]
    seen = []
    for route in PAGES:
        [name] = set(re.findall(r"{(\w+)}", route.path)) & set(IDS) or {None}
        for one in leaked[name] if name else ():
            path = route.path.replace(f"{{{name}}}", str(one))
            if "GET" in route.views:
                seen.append((path, thief.get(path, expect_errors=True).status_int))
            for action in ACTIONS if "POST" in route.views else ():
                answer = thief.post(path, action=action, label="Theirs", pin="1234", confirm="yes")
                seen.append((f"{path} {action}", answer.status_int))
    assert {status for _path, status in seen} == {404}, seen
    assert {model: count(portal.house, model) for model in before} == before
    assert [(link.id, link.label, link.state, link.scopes) for link in rows(portal.house, Link)] == links


@ON_SQLITE
def test_l14_a_second_factor_of_a_colleague_is_not_removed(portal: Portal) -> None:
    ada, bob = colleague(portal), colleague(portal, "bob@library.example")
    browser = ada.sign_in()
    theirs = uuid.uuid4()
    bobs = bob.sign_in()
    [member] = [one.id for one in rows(portal.house, StaffMember, email=bob.email)]
    with portal.house.database.writing() as session:
        key = {"credential_id": b"c", "public_key": b"k", "label": "Key", "created_at": portal.clock()}
        session.add(Passkey(id=theirs, member_id=member, **key))
    answer = browser.post("/admin/second-factors", action="remove", factor=str(theirs))
    assert answer.status_int == 404
    assert count(portal.house, Passkey) == 1
    assert bobs.post("/admin/second-factors", action="remove", factor=str(theirs)).status_int == 303
    assert count(portal.house, Passkey) == 0
