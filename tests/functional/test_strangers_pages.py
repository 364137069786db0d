"""Every page with an id in its address: a stranger's id is nobody's, and nothing changes by it (L14, L15)."""

import re
import uuid
from collections.abc import Callable

import pytest

from discovery_accounts.models import Feed, Invitation, Link, Passkey, StaffMember
from discovery_accounts.web.routes import PAGES
from tests.factories.codes import stepped_up
from tests.factories.desks import quiet, silent
from tests.factories.portal import Portal
from tests.factories.rows import count, rows
from tests.factories.staff import colleague
from tests.factories.stand_in_provider import StandInProvider, stand_in
from tests.factories.strangers_forms import ACTIONS, IDS, TYPED, WITH_UNIVERSITY, WORDS, somebody
from tests.factories.viewing import Shared, shared
from tests.fixtures.databases import ON_SQLITE

__all__ = ["stand_in"]

Providers = dict[str, StandInProvider]


@pytest.fixture
def portal(make_portal: Callable[..., Portal], stand_in: Providers) -> Portal:
    return make_portal(**WITH_UNIVERSITY)


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
    quiet(portal)
    before = {model: count(portal.house, model) for model in (*IDS.values(), Link)}
    links = [(link.id, link.label, link.state, link.scopes) for link in rows(portal.house, Link)]
    seen = []
    for route in PAGES:
        [name] = set(re.findall(r"{(\w+)}", route.path)) & set(IDS) or {None}
        for one in leaked[name] if name else ():
            path = route.path.replace(f"{{{name}}}", str(one))
            if "GET" in route.views:
                seen.append((path, thief.get(path, expect_errors=True).status_int))
            for action in ACTIONS.get(route.name, ("",)) if "POST" in route.views else ():
                answer = thief.post(path, action=action, **TYPED)
                seen.append((f"{path} {action}", answer.status_int))
    assert [one for one in seen if one[1] != 404] == []
    assert silent(portal)
    assert {model: count(portal.house, model) for model in before} == before
    assert [(link.id, link.label, link.state, link.scopes) for link in rows(portal.house, Link)] == links


@ON_SQLITE
def test_l14_a_strangers_id_in_a_form_does_nothing(portal: Portal) -> None:
    """The address is the thief's own, the thing is not."""
    case = shared(portal, "child")
    invited = case.holder.call("POST", f"/cards/{case.card}/invitations", {"scopes": ["loans"]}, status=201)
    case.holder.call("POST", "/feeds", {"card": case.card}, status=201)
    [feed] = rows(portal.house, Feed)
    thief = portal.signed_in_browser("lumme", "no_loans")
    own = thief.app.get("/api/v1/cards").json["cards"][0]["id"]
    stepped_up(portal)
    quiet(portal)
    invitation = invited.json["id"]
    link = {"link": case.link, "scope": "loans", "tell": "no"}
    asked: list[tuple[str, dict[str, str], int]] = [
        *((f"/cards/{own}/viewers", {"action": act, **link}, 303) for act in ("approve", "change", "end")),
        (f"/cards/{own}/invite", {"action": "revoke", "invitation": invitation}, 404),
        (f"/invitations/{invitation}", {"label": "Theirs"}, 404),
        ("/invitations", {"code": invitation}, 404),
        ("/account/calendar", {"action": "stop", "feed": str(feed.id)}, 404),
        ("/account/calendar", {"action": "make", "card": case.card}, 404),
        ("/account/reminders", {"on": "yes", "hour": "7", f"days.{case.card.replace('-', '')}": "3"}, 303),
        ("/loans/renewals", {"all": "1", "card": case.card}, 404),
        ("/suggestions", {"card": case.card, "title": "A book of thieves"}, 404),
        ("/history", {"action": "keep", "card": case.card, "keeping": "kept"}, 404),
    ]
    before = [(row.id, row.state, row.scopes, row.until, row.days_ahead) for row in links(portal, case)]
    assert [(path, thief.post(path, **fields).status_int) for path, fields, _ in asked] == [
        (path, status) for path, _, status in asked
    ]
    assert silent(portal)
    assert [
        (row.id, row.state, row.scopes, row.until, row.days_ahead) for row in links(portal, case)
    ] == before
    assert (count(portal.house, Feed), count(portal.house, Invitation, used_at=None)) == (1, 1)


def links(portal: Portal, case: Shared) -> list[Link]:
    return sorted(rows(portal.house, Link, card_id=uuid.UUID(case.card)), key=lambda row: str(row.id))


@ON_SQLITE
@pytest.mark.parametrize(
    "path", ["/family", "/loans", "/holds", "/fees", "/fees/paid", "/history", "/holds/new"]
)
def test_l14_a_strangers_card_in_what_a_page_is_asked_for_is_404(portal: Portal, path: str) -> None:
    theirs = portal.signed_in_client("lumme", "child").call("GET", "/cards").json["cards"][0]["id"]
    thief = portal.signed_in_browser("lumme")
    stepped_up(portal)
    quiet(portal)
    answer = thief.get(f"{path}?card={theirs}&record_id=308", expect_errors=True)
    assert (answer.status_int, answer.html.main["data-code"]) == (404, "no_such_card")
    assert silent(portal)


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
