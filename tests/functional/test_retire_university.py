"""A university patron's end is theirs alone, and whoever says in time that they want to stay stays (rules 5.3)."""

import uuid
from typing import Any

import pytest
from sqlalchemy import select

from discovery_accounts.models import FeedPatron, Identity
from discovery_accounts.services import events
from discovery_accounts.services.retention.retiring import Retiring
from tests.factories.ages import days_pass
from tests.factories.portal import Portal
from tests.factories.retiring import YEARS, by_university, is_patron, membership, noticed, retire, student
from tests.factories.rows import events as events_of
from tests.factories.rows import write
from tests.fixtures.databases import ON_SQLITE

pytestmark = ON_SQLITE


def named_by_a_feed(portal: Portal) -> None:
    """Instead of a card that came by the university."""
    write(portal.house, "UPDATE link SET proof = 'pin'")
    with portal.house.database.writing() as session:
        identity = session.scalars(select(Identity.id)).one()
        told = {"library": "lumme", "login_name": "uni", "subject_hash": "0", "locked": []}
        session.add(FeedPatron(id=uuid.uuid4(), identity_id=identity, seen_at=portal.clock(), **told))


@pytest.mark.parametrize("by_feed", [False, True])
def test_a_child_s_card_in_the_account_outlives_the_university(portal: Portal, by_feed: bool) -> None:
    student(portal, "good")
    if by_feed:
        named_by_a_feed(portal)
    noticed(portal)
    assert retire(portal) == ({"removed": 1}, {}), "what the child has borrowed keeps the child alone"
    assert not is_patron(portal, "lumme", "no_loans")
    assert is_patron(portal, "lumme", "good")
    row = membership(portal)
    assert (row.kind, row.ended_at, row.noticed_at, row.stay_at) == ("ordinary", None, None, None)
    assert row.valid_until is not None
    assert row.valid_until > portal.clock().date()


def test_where_a_feed_could_mean_one_of_several_cards_nobody_is_removed(portal: Portal) -> None:
    student(portal, "blocked")
    named_by_a_feed(portal)
    write(portal.house, "UPDATE link SET relation = 'own'")
    assert retire(portal, dry_run=True) == ({}, {"not_yet": 1})
    assert retire(portal) == ({}, {"not_yet": 1})
    assert (membership(portal).kind, portal.mails()) == ("ordinary", [])


def test_a_wish_to_stay_between_decision_and_removal_holds(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = student(portal)
    noticed(portal)
    decide = Retiring._write_down

    def then_stay(self: Retiring, *args: Any) -> str:
        word = decide(self, *args)
        stay(client)
        return word

    monkeypatch.setattr(Retiring, "_write_down", then_stay)
    assert retire(portal) == ({}, {"not_yet": 1})
    assert is_patron(portal, "lumme", "no_loans")
    row = membership(portal)
    assert (row.kind, row.ended_at, row.kept_because) == ("ordinary", None, None)
    assert row.stay_at is not None


def test_a_wish_that_comes_while_the_library_removes_keeps_the_next_one(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    owes = portal.patron("lumme", "expired").patron_id
    portal.koha.set_loan_count(owes, 0)
    portal.koha.set_fees(owes, 0)
    client = student(portal, "expired")
    by_university(portal, "expired")
    noticed(portal)
    stay_during_a_removal(portal, client, monkeypatch)
    assert retire(portal) == ({"removed": 1}, {})
    left = [kind for kind in ("no_loans", "expired") if is_patron(portal, "lumme", kind)]
    assert len(left) == 1
    row = membership(portal)
    assert (row.kind, row.ended_at) == ("ordinary", None)
    assert row.stay_at is not None


def test_a_wish_that_comes_too_late_is_told_as_that(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    client = student(portal)
    noticed(portal)
    stay_during_a_removal(portal, client, monkeypatch)
    assert retire(portal) == ({"removed": 1}, {})
    row = membership(portal)
    assert row.stay_at is not None
    assert row.ended_at is not None
    [ended] = events_of(portal.house, events.MEMBERSHIP_ENDED)
    assert ended.detail == {"because": "stay_came_too_late"}


def test_who_wanted_to_stay_long_ago_and_never_came_again_is_removed_as_anybody(portal: Portal) -> None:
    stay(student(portal))
    days_pass(portal, YEARS)
    noticed(portal)
    assert retire(portal) == ({"removed": 1}, {})
    [ended] = events_of(portal.house, events.MEMBERSHIP_ENDED)
    assert ended.detail == {"because": "time_is_over"}


def test_nobody_is_removed_whose_card_another_account_came_to_hold_meanwhile(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    student(portal)
    noticed(portal)
    ask = portal.house.gateway.read_cards

    def then_another_holds_it(*args: Any, **more: Any) -> Any:
        answer = ask(*args, **more)
        other = portal.signed_in_client("helka")
        other.link("lumme", portal.patron("lumme", "no_loans"))
        write(portal.house, "UPDATE link SET holder = true, state = 'active'")
        return answer

    monkeypatch.setattr(portal.house.gateway, "read_cards", then_another_holds_it)
    assert retire(portal)[1]["other_account"] == 1
    assert is_patron(portal, "lumme", "no_loans")


def stay(client: Any) -> None:
    [one] = [
        one for one in client.call("GET", "/memberships").json["memberships"] if one["library"] == "lumme"
    ]
    client.call("POST", f"/memberships/{one['id']}/stay", status=200)


def stay_during_a_removal(portal: Portal, client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    remove = portal.house.gateway.remove_patron

    def while_one_stays(*args: Any, **more: Any) -> Any:
        removed = remove(*args, **more)
        stay(client)
        return removed

    monkeypatch.setattr(portal.house.gateway, "remove_patron", while_one_stays)
