"""A patron dead or removed at the library: what others were allowed to see of the card ends with them."""

from typing import Any

import pytest

from discovery_accounts.jobs.runner import run_job
from discovery_accounts.models import Credential, LibraryCard, Link
from discovery_accounts.services import events
from discovery_accounts.services.job_table import JOBS
from tests.factories.ages import (
    days_pass,
    links_of_others,
    parent_of,
    say_yes,
    sees,
    simulated,
    state_of,
)
from tests.factories.portal import Client, Portal
from tests.factories.rows import count, rows
from tests.factories.rows import events as events_of
from tests.fixtures.databases import ON_SQLITE

LIBRARIES = pytest.mark.parametrize(("library", "other"), [("lumme", "helka"), ("helka", "lumme")])


def remove(portal: Portal, library: str, kind: str = "child") -> Any:
    """The library removes the record; what brings it back."""
    patron_id = portal.patron(library, kind).patron_id
    desk = simulated(portal, library).desk
    record = desk.patron(patron_id)
    desk.delete_patron(patron_id)
    return lambda: desk.enter(record, {})


def look(portal: Portal, client: Client, library: str) -> str:
    portal.clock.advance(minutes=2)
    return state_of(client, library)


@LIBRARIES
def test_both_sides_see_that_the_patron_is_gone_and_nothing_else(
    portal: Portal, library: str, other: str
) -> None:
    holder = portal.signed_in_client(library, "child")
    parent = parent_of(portal, at=other, child_of=library)
    assert look(portal, holder, library) == look(portal, parent, library) == "fresh"
    remove(portal, library)
    assert look(portal, holder, library) == "not_a_patron"
    for _ in range(2):
        assert look(portal, parent, library) == "not_a_patron"
    assert sees(parent, library) == 0
    assert len(events_of(portal.house, events.CARD_GONE)) == 1


@LIBRARIES
def test_acts_on_it_say_why_not(portal: Portal, library: str, other: str) -> None:
    parent = parent_of(portal, at=other, child_of=library)
    card = links_of_others(portal)[0].card_id
    loan = next(one["id"] for one in parent.call("GET", "/loans").json["loans"] if one["library"] == library)
    remove(portal, library)
    assert look(portal, parent, library) == "not_a_patron"
    answer = parent.call("POST", "/loans/renewals", {"loans": [loan]}, status=207)
    assert answer.json["results"][0]["code"] == "not_a_patron"
    assert parent.call("PATCH", f"/cards/{card}", {"pin": "1234"}).json["code"] == "not_a_patron"


@LIBRARIES
def test_if_the_record_comes_back_others_wait_for_the_holders_yes(
    portal: Portal, library: str, other: str
) -> None:
    holder = portal.signed_in_client(library, "child")
    parent = parent_of(portal, at=other, child_of=library)
    bring_back = remove(portal, library)
    assert look(portal, holder, library) == "not_a_patron"
    days_pass(portal, 2)
    bring_back()
    holder.sign_in(library, portal.patron(library, "child"))
    assert look(portal, parent, library) == "pending_approval"
    assert look(portal, holder, library) == "fresh"
    [link] = links_of_others(portal)
    assert (link.state, link.ended_by) == ("pending", "library")
    assert sees(parent, library) == 0
    say_yes(portal, holder, library)
    assert look(portal, parent, library) == "fresh"


@LIBRARIES
def test_a_mistake_of_the_library_that_is_mended_within_a_day_costs_nobody_a_card(
    portal: Portal, library: str, other: str
) -> None:
    parent = parent_of(portal, at=other, child_of=library)
    bring_back = remove(portal, library)
    assert look(portal, parent, library) == "not_a_patron"
    portal.clock.advance(hours=1)
    bring_back()
    parent.sign_in(other, portal.patron(other))
    assert look(portal, parent, library) == "fresh"
    assert [link.state for link in links_of_others(portal)] == ["active"]


def test_who_waited_for_a_first_yes_learns_nothing(portal: Portal) -> None:
    holder = portal.signed_in_client("lumme", "child")
    parent = parent_of(portal)
    with portal.house.database.writing() as session:
        session.get_one(Link, links_of_others(portal)[0].id).state = "pending"
    remove(portal, "lumme")
    assert look(portal, holder, "lumme") == "not_a_patron"
    assert look(portal, parent, "lumme") == "pending_approval"


def test_after_thirty_days_others_links_end_and_the_holders_stays(portal: Portal) -> None:
    holder = portal.signed_in_client("lumme", "child")
    portal_account = holder.call("GET", "/account").json["id"]
    parent_of(portal)
    remove(portal, "lumme")
    assert look(portal, holder, "lumme") == "not_a_patron"
    days_pass(portal, 29)
    assert run_job(portal.house, "end-links").done.did == {"ended": 0}
    days_pass(portal, 2)
    assert run_job(portal.house, "end-links").done.did == {"ended": 1}
    [link] = links_of_others(portal)
    assert (link.state, link.ended_by) == ("ended", "library")
    assert count(portal.house, Credential, link_id=link.id) == 0
    assert look(portal, holder, "lumme") == "not_a_patron"
    assert holder.call("GET", "/account").json["id"] == portal_account


@ON_SQLITE
def test_who_is_back_within_thirty_days_keeps_the_links_that_wait(portal: Portal) -> None:
    holder = portal.signed_in_client("lumme", "child")
    parent_of(portal)
    bring_back = remove(portal, "lumme")
    assert look(portal, holder, "lumme") == "not_a_patron"
    days_pass(portal, 20)
    bring_back()
    assert look(portal, holder, "lumme") == "fresh"
    days_pass(portal, 20)
    assert run_job(portal.house, "end-links").done.did == {"ended": 0}
    assert all(card.gone_at is None for card in rows(portal.house, LibraryCard))


@ON_SQLITE
def test_no_job_tries_the_pin_of_somebody_who_is_gone(portal: Portal) -> None:
    parent = parent_of(portal)
    remove(portal, "lumme")
    assert look(portal, parent, "lumme") == "not_a_patron"
    with portal.house.database.writing() as session:
        session.get_one(Link, links_of_others(portal)[0].id).mail_due_at = portal.clock()
    days_pass(portal, 1)
    portal.koha.clear_calls()
    for job in sorted(set(JOBS) - {"check-libraries"}):
        run_job(portal.house, job)
    assert portal.koha.calls == ()


@ON_SQLITE
def test_a_consent_is_not_asked_back_from_who_had_none_since_the_handover(portal: Portal) -> None:
    """A link that waits because of the handover is told nothing of what became of the patron."""
    parent = parent_of(portal)
    holder = portal.signed_in_client("lumme", "child")
    with portal.house.database.writing() as session:
        link = links_of_others(portal)[0]
        session.get_one(LibraryCard, link.card_id).hands_over_at = portal.clock()
    portal.koha.set_birth_date(portal.patron("lumme", "child").patron_id, "")
    assert look(portal, parent, "lumme") == "pending_approval"
    remove(portal, "lumme")
    assert look(portal, holder, "lumme") == "not_a_patron"
    assert look(portal, parent, "lumme") == "pending_approval"
