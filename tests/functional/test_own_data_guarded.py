"""What is kept back in one's own data: of a card that waits for its holder's yes all, of one whose PIN was changed
what the library tells, of others who are hidden that they are there (rules 2.4, 3.0, 3.4)."""

import json
import uuid
from typing import Any

import pytest

from discovery_accounts.domain.actor import Actor
from discovery_accounts.domain.cards import CredentialState, EndedBy, LinkState
from discovery_accounts.models import Account, Link
from discovery_accounts.services import events as words
from discovery_accounts.services.endings.asked import AskedEndings
from discovery_accounts.services.looks import looks_at
from discovery_accounts.services.own_data.json_file import account_json
from discovery_accounts.services.own_data.parts import Reader
from discovery_accounts.services.sessions import Sessions
from discovery_accounts.services.viewers import Viewers
from tests.factories.everything import Rows, fill
from tests.factories.portal import Client, Portal
from tests.factories.rows import rows, write
from tests.fixtures.databases import ON_SQLITE

OF_THE_CARD = ("cards", "viewers", "known_browsers", "card_uses", "card_events")


def told(portal: Portal, mine: Rows, **by: uuid.UUID) -> Any:
    """What the archive tells, to whoever is known by that."""
    reader = Reader(mine["account"]["id"], **by)
    return json.loads("".join(account_json(portal.house, reader, portal.clock())))


def actor_of(portal: Portal, client: Client) -> Actor:
    actor = Sessions(portal.house).find(client.token or "")
    assert actor is not None
    return actor


def pins(portal: Portal, state: CredentialState) -> None:
    write(portal.house, "UPDATE credential SET state = :state, ciphertext = NULL", state=state.value)


@pytest.mark.parametrize(
    "change",
    [
        f"UPDATE link SET state = '{LinkState.PENDING.value}'",
        "UPDATE link SET until = '2026-01-02 00:00:00'",
    ],
)
def test_a_card_that_waits_for_a_yes_or_whose_last_day_is_over_is_not_told_of(
    portal: Portal, change: str
) -> None:
    mine = fill(portal.house, 10_000, good_pin=True)
    write(portal.house, "UPDATE event SET account_id = NULL")
    assert all(told(portal, mine)[name] for name in ("cards", "known_browsers", "card_uses", "card_events"))
    write(portal.house, change)
    text = json.dumps(told(portal, mine))
    assert [told(portal, mine)[name] for name in OF_THE_CARD] == [[]] * len(OF_THE_CARD)
    assert mine["library_card"]["number"] not in text
    assert len(told(portal, mine)["links"]) == 1


@ON_SQLITE
def test_of_a_link_that_waits_again_its_holder_s_silent_end_is_not_told(portal: Portal) -> None:
    mine = fill(portal.house, 10_000)
    for by, shown in (("staff", "staff"), ("holder", None)):
        write(portal.house, "UPDATE link SET state = 'pending', ended_at = since, ended_by = :by", by=by)
        [link] = told(portal, mine)["links"]
        assert (link["ended_by"], link["ended_at"] is None) == (shown, shown is None)


@ON_SQLITE
def test_a_card_that_waits_makes_nobody_a_borrower_and_shows_no_looks_of_staff(portal: Portal) -> None:
    actor = actor_of(portal, portal.signed_in_client())
    write(
        portal.house,
        "INSERT INTO event (id, at, word, library, card_id) "
        "SELECT :id, '2026-01-02 00:00:00', :word, 'lumme', id FROM library_card",
        id=uuid.uuid4().hex,
        word=words.STAFF_LOOKED,
    )
    endings = AskedEndings(portal.house)
    assert len(looks_at(portal.house, actor)) == 1
    assert endings.what_goes(actor).libraries == ("lumme",)
    write(portal.house, "UPDATE link SET state = 'pending'")
    assert looks_at(portal.house, actor) == ()
    assert endings.what_goes(actor).libraries == ()


@pytest.mark.parametrize("state", [CredentialState.PIN_CHANGED, CredentialState.NO_PIN_HERE])
def test_of_a_card_whose_pin_is_not_known_only_the_end_of_the_number_is_told(
    portal: Portal, state: CredentialState
) -> None:
    mine = fill(portal.house, 10_000, good_pin=True)
    pins(portal, state)
    [card] = told(portal, mine, session_id=uuid.uuid4())["cards"]
    assert [card[name] for name in ("number", "standing", "blocks", "expires_on")] == [None] * 4
    assert card["number_last4"] == mine["link"]["number_last4"]
    assert mine["library_card"]["number"] not in json.dumps(told(portal, mine))


def test_a_pin_given_in_this_session_opens_it_where_none_is_kept(portal: Portal) -> None:
    mine = fill(portal.house, 10_000, good_pin=True)
    this = mine["session_proof"]["session_id"]
    pins(portal, CredentialState.NO_PIN_HERE)
    [card] = told(portal, mine, session_id=this)["cards"]
    assert card["number"] == mine["library_card"]["number"]
    pins(portal, CredentialState.PIN_CHANGED)
    assert told(portal, mine, session_id=this)["cards"][0]["number"] is None


def test_the_card_that_was_shown_at_the_desk_is_proof_of_itself(portal: Portal) -> None:
    mine = fill(portal.house, 10_000, good_pin=True)
    pins(portal, CredentialState.PIN_CHANGED)
    [card] = told(portal, mine, card_id=mine["library_card"]["id"])["cards"]
    assert card["number"] == mine["library_card"]["number"]
    assert card["blocks"] == mine["library_card"]["blocks"]


@ON_SQLITE
def test_an_account_that_ended_is_not_told_of_and_not_waited_for(portal: Portal) -> None:
    mine, other = portal.signed_in_client(), portal.signed_in_client("helka")
    other.link("lumme", portal.patron("lumme"))
    write(portal.house, "UPDATE link SET state = 'pending' WHERE NOT holder")
    actor, theirs = actor_of(portal, mine), actor_of(portal, other)
    [card] = (link.card_id for link in rows(portal.house, Link, account_id=actor.account_id))
    viewers, reader = Viewers(portal.house), {"account": {"id": actor.account_id}}
    assert len(told(portal, reader)["viewers"]) == 1
    assert viewers.waiting(actor, [card]) == {card: 1}
    with portal.house.database.writing() as session:
        session.get_one(Account, theirs.account_id).ended_at = portal.clock()
    assert told(portal, reader)["viewers"] == []
    assert viewers.waiting(actor, [card]) == {}


@ON_SQLITE
@pytest.mark.parametrize(
    ("by", "seen"), [(EndedBy.TIME, 1), (EndedBy.STAFF, 1), (EndedBy.LIBRARY, 1), (EndedBy.HOLDER, 0)]
)
def test_of_ones_own_links_that_ended_only_those_are_kept_back_that_a_holder_ended(
    portal: Portal, by: EndedBy, seen: int
) -> None:
    mine = fill(portal.house, 10_000, good_pin=True)
    write(portal.house, "UPDATE link SET state = 'ended', ended_by = :by", by=by.value)
    assert len(told(portal, mine)["links"]) == seen


@ON_SQLITE
@pytest.mark.parametrize("detail", ["null", '{"by": "staff"}', '{"by": "holder"}'])
@pytest.mark.parametrize("word", [words.LINKING_FORBIDDEN, words.LINKING_ALLOWED])
def test_linking_forbidden_by_staff_is_their_look_and_by_oneself_ones_own_act(
    portal: Portal, word: str, detail: str
) -> None:
    mine = fill(portal.house, 10_000, good_pin=True)
    write(portal.house, "UPDATE event SET word = :word, detail = :detail", word=word, detail=detail)
    parts = ["looks"] if "staff" in detail else ["events"]
    assert [name for name in ("looks", "card_events", "events") if told(portal, mine)[name]] == parts
    write(portal.house, "UPDATE event SET account_id = NULL")
    parts = ["looks"] if "staff" in detail else ["card_events"]
    assert [name for name in ("looks", "card_events", "events") if told(portal, mine)[name]] == parts
