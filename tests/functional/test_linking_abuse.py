"""Ways to see more of somebody's card than its holder said, or for longer: each of them ends in a no."""

import uuid
from datetime import timedelta
from urllib.parse import quote

import pytest

from discovery_accounts.models import Credential, Link, OutboxMessage
from discovery_accounts.services.linking import SAME_CARD
from tests.factories.ages import days_pass
from tests.factories.portal import Portal
from tests.factories.rows import count
from tests.factories.viewing import SILENT, shared, state_of
from tests.fixtures.databases import ON_SQLITE

LOANS = {"scopes": ["loans"]}


def test_removing_a_link_and_adding_it_again_does_not_undo_what_the_holder_allowed(portal: Portal) -> None:
    story = shared(portal)
    story.holder.call("PATCH", story.path(story.link), LOANS, status=200)
    story.viewer.call("DELETE", f"/cards/{story.card}", status=204)
    again = story.viewer.link("lumme", portal.patron("lumme")).json
    assert again["state"] == "pending_approval"


def test_nor_does_it_undo_a_last_day(portal: Portal) -> None:
    story = shared(portal)
    day = (portal.clock() + timedelta(days=3)).date().isoformat()
    story.holder.call("PATCH", story.path(story.link), {"until": day}, status=200)
    story.viewer.call("DELETE", f"/cards/{story.card}", status=204)
    assert story.viewer.link("lumme", portal.patron("lumme")).json["state"] == "pending_approval"


def test_nor_a_yes_to_less_than_was_asked_for(portal: Portal) -> None:
    story = shared(portal)
    story.holder.call("DELETE", story.path(story.link) + SILENT, status=204)
    story.viewer.link("lumme", portal.patron("lumme"))
    story.holder.call("POST", story.path(story.link, "approve"), LOANS, status=200)
    assert state_of(story.viewer, story.card) == "fresh"
    story.viewer.call("DELETE", f"/cards/{story.card}", status=204)
    assert story.viewer.link("lumme", portal.patron("lumme")).json["state"] == "pending_approval"


def test_an_invitation_gives_what_it_says_to_one_who_held_the_card_before(portal: Portal) -> None:
    story = shared(portal)
    with portal.house.database.writing() as session:
        [link] = session.query(Link).filter_by(holder=False).all()
        link.holder = True  # as by signing in with the card, in an account joined since
    story.holder.call("DELETE", story.path(story.link) + SILENT, status=204)
    made = story.holder.call("POST", f"/cards/{story.card}/invitations", LOANS, status=201).json
    card = story.viewer.call("POST", f"/invitations/{made['code']}/accept", {}, status=201).json
    assert (card["holder"], card["scopes"]) == (False, ["loans"])
    story.viewer.call("GET", story.path(), status=403)


def test_a_card_is_not_shown_by_what_the_library_told_somebody_else(portal: Portal) -> None:
    """Rule 2.4: a link whose PIN could not be checked for a day shows nothing, however lately others asked."""
    story = shared(portal, scopes=["loans", "card"])
    path = f"/cards/{story.card}/barcode"
    story.viewer.call("GET", path, status=200)
    days_pass(portal, 1.1)
    with (
        portal.house.database.writing() as session
    ):  # as while wrong PINs of whomsoever keep it from being sent
        mine = session.query(Credential).filter_by(link_id=uuid.UUID(story.link))
        mine.update({"not_before": portal.clock() + timedelta(hours=1)})
    assert state_of(story.holder, story.card) == "fresh"
    assert story.viewer.call("GET", path, status=503).json["code"] == "library_unavailable"
    assert state_of(story.viewer, story.card) == "unavailable"


def test_a_changed_pin_ends_the_barcode_also_while_the_record_is_fresh_for_others(portal: Portal) -> None:
    story = shared(portal, scopes=["loans", "card"])
    patron = portal.patron("lumme")
    portal.koha.change_pin(patron.patron_id, "8080")
    portal.clock.advance(minutes=20)
    story.holder.call("PATCH", f"/cards/{story.card}", {"pin": "8080"}, status=200)
    assert state_of(story.holder, story.card) == "fresh"
    assert story.viewer.call("GET", f"/cards/{story.card}/barcode", status=409).json["code"] == "pin_changed"
    assert state_of(story.viewer, story.card) == "pin_changed"


@ON_SQLITE
def test_adding_and_removing_a_card_all_day_does_not_fill_its_holders_letter_box(portal: Portal) -> None:
    story = shared(portal)
    for _ in range(SAME_CARD.count - 1):
        story.viewer.call("DELETE", f"/cards/{story.card}", status=204)
        story.viewer.link("lumme", portal.patron("lumme"))
    story.viewer.call("DELETE", f"/cards/{story.card}", status=204)
    refused = story.viewer.link("lumme", portal.patron("lumme"), 429).json
    assert refused["code"] == "too_many_attempts"
    assert count(portal.house, OutboxMessage, kind="card_linked") == SAME_CARD.count
    days_pass(portal, 1.1)
    story.viewer.link("lumme", portal.patron("lumme"))


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_a_place_in_the_log_that_is_none_begins_it_anew(portal: Portal, at: str) -> None:
    story = shared(portal)
    place = f"{quote(at)}_{uuid.uuid4().hex}"
    assert story.holder.call("GET", f"/cards/{story.card}/events?after={place}", status=200).json["events"]


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_a_last_day_at_the_end_of_time_is_no_failure(portal: Portal, day: str) -> None:
    story = shared(portal)
    answer = story.holder.call("PATCH", story.path(story.link), {"until": day})
    assert answer.status_int < 500
    made = story.holder.call("POST", f"/cards/{story.card}/invitations", {**LOANS, "until": day})
    assert made.status_int < 500
