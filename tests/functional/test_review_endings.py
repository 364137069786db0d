"""What becomes of reviews when their writer's account ends or is joined to another (rules 1.6)."""

import uuid

import pytest
from sqlalchemy import delete, select, update

from discovery_accounts.models import Account, Review, ReviewReport
from discovery_accounts.services.reviews.ending import at_account_end, at_merge
from tests.factories.portal import Client, Portal
from tests.factories.reviewers import RECORD, be_called, people, rating, record_path, texts, write
from tests.factories.rows import count, dump, rows
from tests.fixtures.databases import ON_SQLITE


def account_of(client: Client) -> uuid.UUID:
    return uuid.UUID(client.call("GET", "/account", status=200).json["id"])


def written(portal: Portal) -> tuple[Client, Client]:
    """Ada has signed a text and reported Bob's."""
    ada, bob = people(portal, 2)
    be_called(ada, "Ada Nimelä")
    write(ada, "Good.", stars=5, signed=True)
    theirs = write(bob, "Bad.", stars=1)["id"]
    ada.call("POST", f"{RECORD}/reviews/{theirs}/report", {"reason": "other", "message": "Hm."}, status=204)
    return ada, bob


@pytest.mark.parametrize("by_service", [True, False], ids=["by the service", "by the database alone"])
def test_kept_reviews_are_nobody_s(portal: Portal, by_service: bool) -> None:
    ada, bob = written(portal)
    account = account_of(ada)
    with portal.house.database.writing() as session:
        if by_service:
            at_account_end(session, account, keep=True)
        session.execute(delete(Account).where(Account.id == account))
    told = bob.call("GET", f"{RECORD}/reviews", status=200).json["reviews"]
    assert {(one["text"], one["name"], one["stars"]) for one in told} == {
        ("Good.", None, 5),
        ("Bad.", None, 1),
    }
    assert rating(bob)["average"] == 3.0
    [kept] = rows(portal.house, Review, text="Good.")
    assert (kept.account_id, kept.signed) == (None, not by_service)
    assert count(portal.house, ReviewReport) == 0
    with portal.house.database.reading() as session:
        assert session.scalars(select(Review.account_id)).all().count(account) == 0
    assert b"Nimel" not in dump(portal.house)


def test_deleted_reviews_leave_nothing(portal: Portal) -> None:
    ada, bob = written(portal)
    bob.call(
        "POST",
        f"{RECORD}/reviews/{rows(portal.house, Review, text='Good.')[0].id}/report",
        {"reason": "other"},
        status=204,
    )
    with portal.house.database.writing() as session:
        at_account_end(session, account_of(ada), keep=False)
    assert (texts(bob), rating(bob)["average"]) == (["Bad."], 1.0)
    assert count(portal.house, ReviewReport) == 0, "what was reported of theirs is gone with it, too"


def test_nameless_reviews_do_not_stand_in_anybody_s_way(portal: Portal) -> None:
    """Several people may have ended their accounts; one row a person does not mean one nameless row."""
    ada, bob = people(portal, 2)
    for client in (ada, bob):
        write(client, "Good.", stars=4)
        with portal.house.database.writing() as session:
            at_account_end(session, account_of(client), keep=True)
    write(ada, "Once more.", stars=1)
    assert (rating(ada)["count"], len(texts(ada))) == (3, 3)


def test_joined_accounts_have_one_review_of_each_record(portal: Portal) -> None:
    ada, bob, eva = people(portal, 3)
    mine, other = account_of(ada), account_of(bob)
    write(ada, "Ada’s.", stars=5)
    write(bob, "Bob’s.", stars=1)
    only_bobs = write(bob, "Bob’s.", record_path("337"))["id"]
    evas = write(eva, "Eva’s.", stars=3)["id"]
    for client in (ada, bob):
        client.call("POST", f"{RECORD}/reviews/{evas}/report", {"reason": "other"}, status=204)
    ada.call("POST", f"{record_path('337')}/reviews/{only_bobs}/report", {"reason": "other"}, status=204)
    with portal.house.database.writing() as session:
        at_merge(session, mine, other)
    assert sorted(texts(ada)) == ["Ada’s.", "Eva’s."]
    assert texts(ada, record_path("337")) == ["Bob’s."]
    reports = rows(portal.house, ReviewReport)
    assert [(str(one.review_id), one.account_id) for one in reports] == [(evas, mine)]
    assert {row.account_id for row in rows(portal.house, Review)} == {mine, account_of(eva)}


@ON_SQLITE
def test_what_was_hidden_and_deleted_stands_in_nobody_s_way_and_ends_with_the_account(portal: Portal) -> None:
    ada, bob = people(portal, 2)
    mine, other = account_of(ada), account_of(bob)
    for client in (ada, bob):
        write(client, "Rude.", record_path("337"))
    write(ada, "Rude.")
    with portal.house.database.writing() as session:
        session.execute(update(Review).values(state="hidden"))
    for client, path in ((ada, RECORD), (ada, record_path("337")), (bob, record_path("337"))):
        client.call("DELETE", f"{path}/reviews", status=204)
    write(bob, "Bob’s.")
    with portal.house.database.writing() as session:
        at_merge(session, mine, other)
    assert sorted((row.record_id, row.text) for row in rows(portal.house, Review)) == [
        ("337", None),
        ("lumme.336", "Bob’s."),
    ]
    with portal.house.database.writing() as session:
        at_account_end(session, mine, keep=True)
    assert [row.text for row in rows(portal.house, Review)] == ["Bob’s."]


@ON_SQLITE
def test_what_others_reported_goes_with_their_accounts(portal: Portal) -> None:
    ada, _bob = written(portal)
    with portal.house.database.writing() as session:
        at_account_end(session, account_of(ada), keep=True)
    assert count(portal.house, ReviewReport) == 0
