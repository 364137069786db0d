"""How many accounts may have one card, counted right when many link it at the same moment (checklist L10)."""

from collections.abc import Callable

from discovery_accounts.models import Link
from tests.factories.people import ten_people
from tests.factories.portal import Portal
from tests.factories.rows import count, rows
from tests.factories.together import PATIENT, together


def test_l10_ten_parallel_links_with_a_limit_of_five_are_five(make_portal: Callable[..., Portal]) -> None:
    portal = make_portal(library__lumme__max_viewers="5", limits__card="50", **PATIENT)
    clients, patron = ten_people(portal), portal.patron("lumme")
    body = {"library": "lumme", "card_number": patron.card_number, "pin": patron.pin}
    answers = together(10, lambda number: clients[number].call("POST", "/cards", body))
    assert sorted(answer.status_int for answer in answers) == [201] * 5 + [403] * 5
    refused = [answer.json for answer in answers if answer.status_int == 403]
    assert {(one["code"], one["reason"]) for one in refused} == {("linking_not_allowed", "too_many_viewers")}
    assert count(portal.house, Link, holder=False) == 5


def test_l10_ten_parallel_invitations_with_a_limit_of_five_are_five(
    make_portal: Callable[..., Portal],
) -> None:
    portal = make_portal(library__lumme__max_viewers="5", **PATIENT)
    owner = portal.signed_in_client("lumme")
    [card] = owner.call("GET", "/cards").json["cards"]
    path = f"/cards/{card['id']}/invitations"
    invited = [owner.call("POST", path, {"scopes": ["loans"]}, status=201).json["code"] for _ in range(10)]
    clients = ten_people(portal)
    answers = together(
        10, lambda number: clients[number].call("POST", f"/invitations/{invited[number]}/accept", {})
    )
    assert sorted(answer.status_int for answer in answers) == [201] * 5 + [403] * 5
    assert count(portal.house, Link, holder=False) == 5


def test_the_holder_is_not_one_of_those_counted(make_portal: Callable[..., Portal]) -> None:
    portal = make_portal(library__lumme__max_viewers="1")
    portal.signed_in_client("lumme")
    portal.signed_in_client("helka").link("lumme", portal.patron("lumme"))
    refused = portal.signed_in_client("helka", "child").link("lumme", portal.patron("lumme"), 403).json
    assert refused["reason"] == "too_many_viewers"
    assert [link.holder for link in rows(portal.house, Link, state="active") if not link.holder] == [False]


def test_an_account_has_no_more_cards_than_the_portal_allows(make_portal: Callable[..., Portal]) -> None:
    portal = make_portal(limits__cards="2")
    client = portal.signed_in_client("helka")
    client.link("lumme", portal.patron("lumme"))
    refused = client.link("lumme", portal.patron("lumme", "child"), 403).json
    assert (refused["reason"], refused["code"]) == ("too_many_cards", "linking_not_allowed")


def test_b5_why_not_is_told_after_the_right_pin_only(make_portal: Callable[..., Portal]) -> None:
    portal = make_portal(library__lumme__linking="no")
    patron = portal.patron("lumme")
    client = portal.signed_in_client("helka")
    body = {"library": "lumme", "card_number": patron.card_number, "pin": "0" * 9}
    wrong = client.call("POST", "/cards", body).json
    unknown = client.call("POST", "/cards", {**body, "card_number": "2127999999"}).json
    assert wrong == unknown
    assert "reason" not in wrong
    assert client.link("lumme", patron, 403).json["reason"] == "library"
