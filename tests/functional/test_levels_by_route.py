"""Each change asks for the proof that the tables say, route by route: step-up before what rules 4.7 name, sight of
everything before what rules 4.6 mask, a fresh sign-in before cards come and go. Refused, nothing is changed."""

import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from webtest import TestResponse

from discovery_accounts.models import Account, Base, Identity, Link, Membership
from discovery_accounts.simulator.server import SimulatedLibrary
from discovery_accounts.web.routes import CALLS as CALL_ROUTES
from discovery_accounts.web.routes import PAGES as PAGE_ROUTES
from tests.factories.desks import quiet, silent
from tests.factories.guarded_calls import CALLS, SENT
from tests.factories.guarded_pages import ELSEWHERE, FIELDS, PAGES
from tests.factories.levels import REFUSALS, SUCH_REFUSALS, Guard, Level, browser_at, client_at
from tests.factories.own_data import OPTIONS, own_koha
from tests.factories.portal import Client, Portal, open_portal
from tests.factories.strangers import Ids, filled, leaked
from tests.fixtures.databases import ON_SQLITE

__all__ = ["own_koha"]

NOTED = {"event", "event_seal", "person_key", "throttle", "signed_in_session"}
"""Tables of who tried what."""
MOMENTS = {"last_used_at", "read_at", "last_at"}
"""Columns that tell when something was looked at."""


@pytest.fixture
def portal(
    database_url: str, own_koha: SimulatedLibrary, alma: SimulatedLibrary, tmp_path: Path
) -> Iterator[Portal]:
    portal = open_portal(tmp_path, database_url, own_koha, alma, **OPTIONS)
    yield portal
    portal.house.close()


def somebody(portal: Portal) -> tuple[uuid.UUID, dict[str, str]]:
    """An account with a name and a contact, and one id of each of its things."""
    found: Ids = leaked(portal)
    with portal.house.database.writing() as session:
        account_id = session.get_one(Membership, uuid.UUID(found["membership"][0])).account_id
        session.get_one(Account, account_id).name = "Wilhelmiina Nimelä"
        identity = session.scalars(select(Identity.id).where(Identity.account_id == account_id)).first()
        linked = select(Link).where(Link.account_id == account_id, Link.holder.is_(False))
        session.scalars(linked).one().relation = "own"  # whose holder a code could prove them to be
        viewing = select(Link.id).where(Link.card_id == uuid.UUID(found["card"][0]), ~Link.holder)
        viewer = session.scalars(viewing).one()
    ids = {name: some[0] for name, some in found.items()}
    more = {"own": ids["card"], "linked": found["card"][-1], "link": str(viewer)}
    return account_id, {**ids, **more, "identity": str(identity), "login": "card"}


def stored(portal: Portal) -> dict[str, list[Any]]:
    """Every row of every table, but for who tried what and when something was looked at."""
    with portal.house.database.reading() as session:
        return {
            table.name: sorted(
                repr(row) for row in session.execute(select(*(c for c in table.c if c.name not in MOMENTS)))
            )
            for table in Base.metadata.sorted_tables
            if table.name not in NOTED
        }


def call(client: Client, name: str, ids: dict[str, str]) -> tuple[int, str]:
    """What the first thing that the table sends is answered: status, and code where it is refused."""
    method, path, body = SENT[name][0]
    answer = client.call(method, filled(path, ids), filled(body, ids))
    refused = answer.content_type == "application/problem+json"
    return answer.status_int, str(answer.json["code"]) if refused else ""


def form(portal: Portal, account_id: uuid.UUID, level: Level, name: str, ids: dict[str, str]) -> str:
    """The code by which a form is refused, also where the answer leads to the page that asks for more."""
    route, _, action = name.partition(" ")
    path = next(one.path for one in PAGE_ROUTES if one.name == route)
    if route == "card_holder":  # of a card that was linked by its PIN
        ids = {**ids, "card": ids["linked"]}
    path = re.sub(r"{(\w+)}", lambda found: ids.get(found[1], "none"), path)
    fields = {"action": action or "save", **filled(FIELDS.get(name, {}), ids)}
    return refusal_of(browser_at(portal, account_id, level).post(path, **fields))


def refusal_of(answer: TestResponse) -> str:
    location = answer.headers.get("Location", "")
    if "/account/confirm?" in location:
        return "step_up_required"
    if "/sign-in" in location:
        return "fresh_sign_in_required"
    main = answer.html.main if answer.content_type == "text/html" else None
    return str(main.get("data-code", "")) if main else ""


def guarded(table: dict[str, Guard | str]) -> list[tuple[str, Guard]]:
    return [(name, guard) for name, guard in table.items() if isinstance(guard, Guard)]


def refused(table: dict[str, Guard | str]) -> dict[tuple[str, Level], str]:
    """By what is asked for and the level of who asks, the code of the refusal."""
    return {(name, level): code for name, guard in guarded(table) for level, code in REFUSALS[guard].items()}


def test_every_call_that_changes_something_has_its_guard_or_a_reason() -> None:
    changing = {
        door.operation
        for route in CALL_ROUTES
        for method, (_view, door) in route.views.items()
        if method != "GET"
    }
    named = {name.partition(" ")[0] for name in CALLS}
    assert changing - named == set()
    assert named - changing == {"exportAccount", "showBarcode"}, "these show what is masked elsewhere"
    assert {name for name, _ in guarded(CALLS)} <= set(SENT)


def test_every_form_has_its_guard_or_a_reason() -> None:
    changing = {route.name for route in PAGE_ROUTES if set(route.views) - {"GET"}}
    assert {name.partition(" ")[0] for name in PAGES} | set(ELSEWHERE) == changing


@ON_SQLITE
def test_a_call_is_refused_by_its_guard_and_changes_nothing(portal: Portal) -> None:
    account_id, ids = somebody(portal)
    before = stored(portal)
    quiet(portal)
    wanted = {one: (403, code) for one, code in refused(CALLS).items()}
    assert {
        (name, level): call(client_at(portal, account_id, level), name, ids) for name, level in wanted
    } == wanted
    assert silent(portal), "no library hears of what is refused"
    assert stored(portal) == before


@ON_SQLITE
def test_a_form_is_refused_by_its_guard_and_changes_nothing(portal: Portal) -> None:
    account_id, ids = somebody(portal)
    before = stored(portal)
    wanted = refused(PAGES)
    assert {(name, level): form(portal, account_id, level, name, ids) for name, level in wanted} == wanted
    assert stored(portal) == before


@ON_SQLITE
def test_each_guard_lets_in_who_gave_what_it_asks_for(portal: Portal) -> None:
    """A guard is no wall: what rules 4.7 name is done after a code, and nothing else asks for one."""
    account_id, ids = somebody(portal)
    after_a_code = [name for name, guard in guarded(CALLS) if guard is Guard.CODE]
    others = [name for name in SENT if name in CALLS and name not in after_a_code]
    for level in (Level.WEAK, Level.OLD, Level.NEW):
        asked = [name for name in others if not _refuses(CALLS[name], level) and name not in _ENDS]
        told = {name: call(client_at(portal, account_id, level), name, ids)[1] for name in asked}
        assert {name: code for name, code in told.items() if code in SUCH_REFUSALS} == {}
    coded = [client_at(portal, account_id, Level.CODED) for _ in after_a_code]
    told_at = {name: call(one, name, ids) for name, one in zip(after_a_code, coded, strict=True)}
    assert told_at.pop("giveConsent") == (404, "not_found"), "nothing is asked of this account"
    assert {name: told for name, told in told_at.items() if told[0] >= 300} == {}
    with portal.house.database.reading() as session:
        assert session.get(Account, account_id) is None, "the last one ended it"


_ENDS = {"removeCard"}
"""What the others need is still there."""


def _refuses(guard: Guard | str, level: Level) -> bool:
    return isinstance(guard, Guard) and level in REFUSALS[guard]


@ON_SQLITE
def test_each_form_that_asks_for_a_code_does_it_after_one(portal: Portal) -> None:
    account_id, ids = somebody(portal)
    for name in ("account_email", "card_details", "card_pin", "consent_withdraw", "account_end"):
        before = stored(portal)
        assert form(portal, account_id, Level.CODED, name, ids) == "", name
        assert stored(portal) != before, name
