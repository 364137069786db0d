"""Loans of the past of all one's own cards in one list, each card with a state of its own."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update

from discovery_accounts.connectors.api import PastLoan, TimedOut
from discovery_accounts.models import Link
from tests.factories.desks import card_of, quiet
from tests.factories.portal import Client, Portal
from tests.factories.pretending import library_of, open_pretending, signed_in
from tests.fixtures.databases import ON_SQLITE

pytestmark = ON_SQLITE


@pytest.fixture
def pretending(make_portal: Callable[..., Portal]) -> Portal:
    return open_pretending(make_portal)


@pytest.fixture
def both(pretending: Portal) -> Client:
    """Somebody with a card of the pretend library and one of Koha, both their own, and one of Alma that is not."""
    client, _browser = signed_in(pretending)
    client.link("lumme", pretending.patron("lumme"))
    with pretending.house.database.writing() as session:
        session.execute(update(Link).values(holder=True))
    client.link("helka", pretending.patron("helka"))
    return client


def told(client: Client, query: str = "") -> dict[str, Any]:
    answer: dict[str, Any] = client.call("GET", f"/history{query}", status=200).json
    return answer


def states(answer: dict[str, Any]) -> dict[str, str]:
    return {one["card"]: one["state"] for one in answer["cards"]}


def test_all_own_cards_are_in_one_list_and_those_of_others_are_not(pretending: Portal, both: Client) -> None:
    cards = [card_of(both, library) for library in ("pretend", "lumme")]
    quiet(pretending)
    answer = told(both)
    assert states(answer) == dict.fromkeys(cards, "fresh")
    assert {loan["card"] for loan in answer["history"]} == set(cards)
    returned = [loan["returned_at"] for loan in answer["history"]]
    assert returned == sorted(returned, reverse=True)
    assert (answer["total"], answer["next"], answer["keeping"]) == (len(returned), None, None)
    assert pretending.alma.count() == 0
    alone = [loan["id"] for card in cards for loan in told(both, f"?card={card}")["history"]]
    assert sorted(alone) == sorted(loan["id"] for loan in answer["history"])


def test_a_card_says_how_it_was_read_as_with_loans(both: Client) -> None:
    card = card_of(both, "pretend")
    (alone,) = told(both, f"?card={card}")["cards"]
    (there,) = (one for one in told(both)["cards"] if one["card"] == card)
    (loans,) = both.call("GET", f"/loans?card={card}", status=200).json["cards"]
    assert set(alone) == set(there) == set(loans)
    assert (alone["state"], alone["standing"]) == (loans["state"], loans["standing"]) == ("fresh", "good")
    assert alone["as_of"] is not None


def test_parts_pass_by_none_of_any_card(pretending: Portal, both: Client) -> None:
    person = library_of(pretending).people["p101"]
    person.history[:] = [PastLoan(f"l{number}", f"Work {number}") for number in range(70)]
    lumme, seen, queries = card_of(both, "lumme"), [], [""]
    for query in queries:
        answer = told(both, query)
        seen += [(loan["card"], loan["title"]) for loan in answer["history"]]
        queries += [f"?offset={answer['next']}"] if answer["next"] is not None else []
    assert len(queries) == 2
    assert [title for card, title in seen if card != lumme] == [f"Work {number}" for number in range(70)]
    assert [title for card, title in seen if card == lumme] == [
        loan["title"] for loan in told(both, f"?card={lumme}")["history"]
    ]


def test_a_silent_library_hides_no_other_card(pretending: Portal, both: Client) -> None:
    pretend, lumme = (card_of(both, library) for library in ("pretend", "lumme"))
    library_of(pretending).gate.fail(TimedOut)
    answer = told(both)
    assert states(answer) == {pretend: "unavailable", lumme: "fresh"}
    assert {loan["card"] for loan in answer["history"]} == {lumme}
    silent = next(one for one in answer["cards"] if one["card"] == pretend)
    assert (silent["as_of"], silent["standing"]) == (None, None)


def test_who_has_no_card_of_their_own_has_no_history(pretending: Portal, both: Client) -> None:
    with pretending.house.database.writing() as session:
        session.execute(update(Link).values(holder=False))
    quiet(pretending)
    empty = {"history": [], "cards": [], "next": None, "total": 0, "keeping": None}
    assert told(both) == empty
    assert pretending.koha.count() == 0
