"""How links live: a teenager takes over, a carer's time ends, PINs change, cards are renewed, two parents know
nothing of each other, and a patron is no more."""

from datetime import timedelta

import pytest
from webtest import TestResponse

from discovery_accounts.jobs.runner import run_job
from discovery_accounts.models import Credential, Link
from tests.factories.ages import (
    HELSINKI,
    card_of,
    days_pass,
    hand_over,
    links_of_others,
    mails_about,
    parent_of,
    reaches_age_in,
    say_yes,
    sees,
    simulated,
    state_of,
)
from tests.factories.portal import Client, Portal
from tests.factories.refusals import refused
from tests.factories.rows import count, rows

LIBRARIES = pytest.mark.parametrize(("library", "other"), [("lumme", "helka"), ("helka", "lumme")])


def viewers(holder: Client, library: str = "lumme") -> TestResponse:
    return holder.call("GET", f"/cards/{card_of(holder, library)['id']}/viewers", status=200)


@LIBRARIES
def test_a_teenager_takes_over_at_fifteen(portal: Portal, library: str, other: str) -> None:
    reaches_age_in(portal, library, days=40)
    parent = parent_of(portal, at=other, child_of=library)
    assert sees(parent, library) > 0
    days_pass(portal, 15)
    hand_over(portal)
    assert len(mails_about(portal, "handover_ahead", "handover_holder")) == 2
    assert sees(parent, library) > 0, "until the day nothing changes"
    days_pass(portal, 26)
    assert sees(parent, library) == 0
    assert state_of(parent, library) == "pending_approval"
    hand_over(portal)
    assert len(mails_about(portal, "handover_day")) == 1
    teenager = portal.signed_in_client(library, "child")
    assert len(viewers(teenager, library).json["viewers"]) == 2
    days_pass(portal, 60)
    assert sees(parent, library) == 0, "no answer is a no, however long"
    teenager = portal.signed_in_client(library, "child")
    say_yes(portal, teenager, library)
    assert sees(parent, library) > 0
    [link] = links_of_others(portal)
    teenager.call("DELETE", f"/cards/{card_of(teenager, library)['id']}/viewers/{link.id}", status=204)
    assert sees(parent, library) == 0
    again = parent.link(library, portal.patron(library, "child"))
    assert again.json["state"] == "pending_approval"


@LIBRARIES
def test_a_teenager_who_says_yes_ahead_is_seen_without_a_pause(
    portal: Portal, library: str, other: str
) -> None:
    reaches_age_in(portal, library, days=20)
    parent = parent_of(portal, at=other, child_of=library)
    hand_over(portal)
    teenager = portal.signed_in_client(library, "child")
    say_yes(portal, teenager, library)
    for _ in range(3):
        days_pass(portal, 10)
        assert sees(parent, library) > 0
        hand_over(portal)
    assert mails_about(portal, "handover_day") == []


@LIBRARIES
def test_a_carer_has_the_card_until_the_last_day(portal: Portal, library: str, other: str) -> None:
    last_day = (portal.clock().astimezone(HELSINKI).date() + timedelta(days=30)).isoformat()
    holder = portal.signed_in_client(library, "child")
    carer = parent_of(portal, at=other, child_of=library, until=last_day)
    days_pass(portal, 29)
    assert sees(carer, library) > 0
    days_pass(portal, 2)
    assert sees(carer, library) == 0
    assert {card["library"] for card in carer.call("GET", "/cards").json["cards"]} == {other}
    assert run_job(portal.house, "end-links").done.did == {"ended": 1}
    assert [one["self"] for one in viewers(holder, library).json["viewers"]] == [True]
    assert sees(holder, library) > 0


@LIBRARIES
def test_a_pin_changed_at_the_library_pauses_each_link_by_pin_and_ends_no_consent(
    portal: Portal, library: str, other: str
) -> None:
    mother = parent_of(portal, at=other, child_of=library)
    father = parent_of(portal, at=other, kind="many_loans", child_of=library)
    before = {row.id: (row.state, row.since, row.scopes) for row in links_of_others(portal)}
    child = portal.patron(library, "child")
    simulated(portal, library).change_pin(child.patron_id, "9753")
    portal.clock.advance(minutes=16)
    simulated(portal, library).clear_calls()
    assert state_of(mother, library) == state_of(father, library) == "pin_changed"
    assert sees(mother, library) == sees(father, library) == 0
    sent = refused(simulated(portal, library))
    portal.clock.advance(minutes=16)
    assert state_of(mother, library) == state_of(father, library) == "pin_changed"
    assert refused(simulated(portal, library)) == sent, "a refused PIN is never sent again"
    mother.call("PATCH", f"/cards/{card_of(mother, library)['id']}", {"pin": "9753"}, status=200)
    assert state_of(mother, library) == "fresh"
    assert state_of(father, library) == "pin_changed", "each link has a PIN of its own"
    assert {row.id: (row.state, row.since, row.scopes) for row in links_of_others(portal)} == before


@LIBRARIES
def test_a_renewed_card_stays_linked_and_shown(portal: Portal, library: str, other: str) -> None:
    holder = portal.signed_in_client(library, "child")
    parent = parent_of(portal, at=other, child_of=library)
    [before] = links_of_others(portal)
    number = simulated(portal, library).renew_card(portal.patron(library, "child").patron_id)
    portal.clock.advance(minutes=16)
    assert state_of(parent, library) == state_of(holder, library) == "fresh"
    [after] = links_of_others(portal)
    assert (after.state, after.since, after.scopes) == (before.state, before.since, before.scopes)
    assert card_of(parent, library)["number_last4"] == number[-4:]
    assert len(viewers(holder, library).json["viewers"]) == 2


@LIBRARIES
def test_two_parents_are_independent_and_see_nothing_of_each_other(
    portal: Portal, library: str, other: str
) -> None:
    reaches_age_in(portal, library, days=20)
    teenager = portal.signed_in_client(library, "child")
    mother = parent_of(portal, at=other, child_of=library)
    father = parent_of(portal, at=other, kind="many_loans", child_of=library)
    mother.call("PATCH", "/account", {"language": "en"}, status=200)
    accounts = {name: one.call("GET", "/account").json["id"] for name, one in (("m", mother), ("f", father))}
    mothers, fathers = links_of_others(portal)
    for client, stranger, link in ((mother, accounts["f"], fathers), (father, accounts["m"], mothers)):
        card = card_of(client, library)["id"]
        told = [client.call("GET", path).text for path in ("/cards", "/loans", "/account", f"/cards/{card}")]
        for path in (f"/cards/{card}/viewers", f"/cards/{card}/events"):
            refusal = client.call("GET", path, status=403)
            assert refusal.json["code"] == "holder_only"
            told.append(refusal.text)
        for text in told:
            assert stranger not in text
            assert str(link.id) not in text
    hand_over(portal)
    ahead = mails_about(portal, "handover_ahead")
    receivers = {portal.patron(other).email, portal.patron(other, "many_loans").email}
    assert {receiver for receiver, _ in ahead} == receivers
    for receiver, text in ahead:
        assert not any(address in text for address in receivers - {receiver})
    assert len(mails_about(portal, "handover_holder")) == 1
    say_yes(portal, teenager, library, account=0)
    days_pass(portal, 21)
    assert sees(mother, library) > 0
    assert sees(father, library) == 0
    mother.call("DELETE", f"/cards/{card_of(mother, library)['id']}", status=204)
    teenager = portal.signed_in_client(library, "child")
    say_yes(portal, teenager, library, account=1)
    assert sees(father, library) > 0


@LIBRARIES
def test_a_patron_deleted_at_the_library_is_gone_for_both_sides(
    portal: Portal, library: str, other: str
) -> None:
    holder = portal.signed_in_client(library, "child")
    parent = parent_of(portal, at=other, child_of=library)
    simulated(portal, library).delete_patron(portal.patron(library, "child").patron_id)
    portal.clock.advance(minutes=2)
    assert state_of(parent, library) == "not_a_patron", "whoever looks first"
    assert state_of(holder, library) == "not_a_patron"
    assert sees(parent, library) == sees(holder, library) == 0
    assert state_of(parent, other) == "fresh"
    days_pass(portal, 31)
    run_job(portal.house, "end-links")
    assert {card["library"] for card in parent.call("GET", "/cards").json["cards"]} == {other}
    assert state_of(holder, library) == "not_a_patron"
    [link] = links_of_others(portal)
    assert count(portal.house, Credential, link_id=link.id) == 0


@LIBRARIES
def test_a_viewer_who_is_no_patron_any_more_leaves_the_holders_card_as_it_is(
    portal: Portal, library: str, other: str
) -> None:
    holder = portal.signed_in_client(library, "child")
    parent = parent_of(portal, at=other, child_of=library)
    simulated(portal, other).delete_patron(portal.patron(other).patron_id)
    portal.clock.advance(minutes=2)
    assert state_of(parent, other) == "not_a_patron"
    assert state_of(parent, library) == "fresh"
    own = [row for row in rows(portal.house, Link, holder=True) if row.card.library == other]
    assert [row.state for row in own] == ["active"], "one's own link stays"
    [link] = links_of_others(portal)
    holder.call("DELETE", f"/cards/{card_of(holder, library)['id']}/viewers/{link.id}", status=204)
    assert sees(parent, library) == 0
