"""Staff keep a card from being linked, or an account from linking (rules 3.4)."""

import json
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from discovery_accounts.cli import main
from discovery_accounts.models import Account, LibraryCard, Link, OutboxMessage
from discovery_accounts.services import events as words
from discovery_accounts.services.linking_blocks import LinkingBlocks, Order
from discovery_accounts.services.linking_desk import WHOLE_PORTAL, Desk
from discovery_accounts.services.problems import Problem
from tests.factories.portal import Client, Portal
from tests.factories.rows import count, dump, events, rows
from tests.factories.together import PATIENT, together


def run(portal: Portal, *arguments: str, number: str = "") -> Result:
    ran = CliRunner().invoke(main, ["--config", portal.ini(), *arguments], input=f"{number}\n")
    assert number not in ran.output if number else True
    return ran


def block(portal: Portal, *more: str, command: str = "block", kind: str = "good") -> Result:
    number = portal.patron("lumme", kind).card_number
    return run(portal, "cards", command, "lumme", "--reason", "holder_asked", *more, number=number)


def viewer(portal: Portal, kind: str = "good") -> Client:
    """Somebody who has added the card of a patron of lumme."""
    client = portal.signed_in_client("helka", kind)
    client.link("lumme", portal.patron("lumme"))
    return client


def cards(client: Client) -> set[str]:
    return {card["library"] for card in client.call("GET", "/cards").json["cards"]}


def test_a_blocked_card_is_not_linked_and_only_who_knows_the_pin_is_told(portal: Portal) -> None:
    """Checklist B5."""
    portal.signed_in_client()
    assert block(portal).exit_code == 0
    other = portal.signed_in_client("helka")
    patron = portal.patron("lumme")
    assert other.link("lumme", patron, status=403).json["code"] == "linking_not_allowed"
    body = {"library": "lumme", "card_number": patron.card_number, "pin": "0000"}
    assert other.call("POST", "/cards", body, status=422).json["code"] == "pin_rejected"
    portal.signed_in_client()  # signing in with it works as ever


def test_links_that_are_there_stay_unless_they_are_to_end(portal: Portal) -> None:
    portal.signed_in_client()
    other = viewer(portal)
    assert "Links ended" not in block(portal).output
    assert cards(other) == {"helka", "lumme"}
    ended = json.loads(block(portal, "--end-links", "--json").output)
    assert ended == {"changed": False, "ended": 1, "blocked": True}
    assert cards(other) == {"helka"}
    (link,) = rows(portal.house, Link, state="ended")
    assert (link.ended_by, link.label) == ("staff", "")


@pytest.mark.parametrize(("choice", "mails"), [("--tell", 1), ("--no-tell", 0)])
def test_who_loses_a_link_is_told_by_choice_and_never_by_whom(
    portal: Portal, choice: str, mails: int
) -> None:
    portal.signed_in_client()
    viewer(portal)
    before = count(portal.house, OutboxMessage)
    assert block(portal, "--end-links", choice).exit_code == 0
    assert count(portal.house, OutboxMessage, kind="link_ended") == mails
    assert count(portal.house, OutboxMessage) == before + mails


def test_unblocked_it_is_linked_again_and_an_ended_link_waits_for_its_holder(portal: Portal) -> None:
    portal.signed_in_client()
    other = viewer(portal)
    block(portal, "--end-links", "--no-tell")
    assert block(portal, command="unblock").output == "The card can be linked again.\n"
    assert block(portal, command="unblock").output == "The card was not blocked.\n"
    another = portal.signed_in_client("helka", "expired")
    another.link("lumme", portal.patron("lumme"))
    other.link("lumme", portal.patron("lumme"))
    states = {card["library"]: card["state"] for card in other.call("GET", "/cards").json["cards"]}
    assert states["lumme"] == "pending_approval"


def test_a_card_that_nobody_used_here_can_be_blocked_before(portal: Portal) -> None:
    assert count(portal.house, LibraryCard) == 0
    assert block(portal).exit_code == 0
    other = portal.signed_in_client("helka")
    other.link("lumme", portal.patron("lumme"), status=403)
    holder = portal.signed_in_client()
    assert cards(holder) == {"lumme"}  # one's own card is no link to somebody else's


def test_a_number_that_nobody_has_is_told(portal: Portal) -> None:
    ran = run(portal, "cards", "block", "lumme", "--reason", "safety", number="21279999999")
    assert (ran.exit_code, "not done" in ran.output) == (1, True)
    assert run(portal, "cards", "block", "nowhere", "--reason", "safety", number="1").exit_code == 1
    assert run(portal, "cards", "block", "lumme", "--reason", "whim", number="1").exit_code == 2
    assert run(portal, "cards", "block", "lumme", number="1").exit_code == 2


def test_a_block_and_links_at_the_same_moment_leave_nobody_in(make_portal: Callable[..., Portal]) -> None:
    """Checklist L10: each link is either there before, and ends, or refused."""
    portal = make_portal(**PATIENT)
    portal.signed_in_client()
    kinds = [patron.kind for patron in portal.alma.patrons if patron.pin][:4]
    clients = [portal.client() for _ in kinds]
    for client, kind in zip(clients, kinds, strict=True):
        client.sign_in("helka", portal.patron("helka", kind))
    (card,) = rows(portal.house, LibraryCard, library="lumme")
    body = {"library": "lumme", "card_number": portal.patron("lumme").card_number, "pin": "1234"}

    def act(turn: int) -> int:
        if turn == len(clients):
            LinkingBlocks(portal.house).block_card(WHOLE_PORTAL, card.id, Order("misuse", end=True))
            return 0
        return clients[turn].call("POST", "/cards", body).status_int

    statuses = together(len(clients) + 1, act)
    assert set(statuses) <= {0, 201, 403}
    assert count(portal.house, Link, card_id=card.id, holder=False, state="active") == 0


def test_a_blocked_account_links_no_more_and_keeps_its_own(portal: Portal) -> None:
    other = viewer(portal)
    number = portal.patron("helka").card_number
    given = ("--card", "helka", "--reason", "misuse")
    told = run(portal, "accounts", "block", *given, "--end-links", "--json", number=number)
    assert told.exit_code == 0, told.output
    account = json.loads(told.output)["account"]
    assert json.loads(told.output) == {"changed": True, "ended": 1, "account": account, "blocked": True}
    assert cards(other) == {"helka"}
    other.link("lumme", portal.patron("lumme"), status=403)
    assert rows(portal.house, Account)[0].linking_blocked_at is not None
    again = run(portal, "accounts", "unblock", account, "--reason", "settled")
    assert again.output == "The account can link cards again.\n"
    other.link("lumme", portal.patron("lumme"))


def test_an_account_is_named_by_id_or_by_card(portal: Portal) -> None:
    nobody = "00000000-0000-4000-8000-000000000000"
    assert run(portal, "accounts", "block", nobody, "--reason", "misuse").exit_code == 1
    assert run(portal, "accounts", "block", "--reason", "misuse").exit_code == 2
    assert run(portal, "accounts", "block", "no-id", "--reason", "misuse").exit_code == 2
    number = portal.patron("lumme").card_number
    ran = run(portal, "accounts", "block", "--card", "lumme", "--reason", "misuse", number=number)
    assert (ran.exit_code, "opens no account" in ran.output) == (1, True)


def test_staff_of_another_library_do_nothing_to_the_card(portal: Portal) -> None:
    """Checklist L15."""
    portal.signed_in_client()
    (card,) = rows(portal.house, LibraryCard)
    (account,) = rows(portal.house, Account)
    blocks, elsewhere = LinkingBlocks(portal.house), Desk("somebody", frozenset({"helka"}))
    order = Order("misuse", end=True)
    acts: list[Callable[[], object]] = [
        lambda: blocks.block_card(elsewhere, card.id, order),
        lambda: blocks.unblock_card(elsewhere, card.id, order),
        lambda: blocks.end_links_of(elsewhere, card.id, order),
        lambda: blocks.block_account(elsewhere, account.id, order),
        lambda: blocks.unblock_account(Desk("somebody", frozenset({"lumme"})), account.id, order),
    ]
    for act in acts:
        with pytest.raises(Problem, match="not_found"):
            act()
    (card,) = rows(portal.house, LibraryCard)
    assert card.linking_blocked_at is None


def test_what_staff_do_is_written_down_and_shown_to_the_holder(make_portal: Callable[..., Portal]) -> None:
    """Checklist D1, D2, D4: with the reason, without a number or a name."""
    portal = make_portal(languages="en fi sv nb")
    browser = portal.signed_in_browser()
    block(portal)
    (event,) = events(portal.house, words.LINKING_FORBIDDEN)
    assert event.detail == {"by": "staff", "staff": "command line", "reason": "holder_asked", "ended": 0}
    assert event.library == "lumme"
    (look,) = events(portal.house, words.STAFF_LOOKED)
    assert look.detail["place"] == "linking"
    assert portal.patron("lumme").card_number.encode() not in dump(portal.house)
    page = browser.get("/account")
    assert "Your card can’t be added to other accounts any more" in page.text
    assert "Reason: you asked" in page.text


def test_the_state_of_a_card_is_told_in_counts(portal: Portal) -> None:
    portal.signed_in_client()
    viewer(portal)
    number = portal.patron("lumme").card_number
    told = json.loads(run(portal, "cards", "linking", "lumme", "--json", number=number).output)
    assert (told["links"], told["waiting"], told["blocked_at"], told["held"]) == (1, 0, None, True)
    assert told["scopes"] == {"loans": 1, "holds": 1, "fees": 1, "renew": 1, "hold": 1}
    block(portal)
    assert "blocked by staff since" in run(portal, "cards", "linking", "lumme", number=number).output


def test_a_block_stops_invitations_and_a_link_that_waits(portal: Portal) -> None:
    holder = portal.signed_in_client()
    (card,) = [one["id"] for one in holder.call("GET", "/cards").json["cards"]]
    body = {"scopes": ["loans"]}
    code = holder.call("POST", f"/cards/{card}/invitations", body, status=201).json["code"]
    block(portal)
    other = portal.signed_in_client("helka")
    answer = other.call("POST", f"/invitations/{code}/accept", {})
    assert answer.status_int in {403, 404}
    assert cards(other) == {"helka"}
    assert holder.call("POST", f"/cards/{card}/invitations", body).status_int == 403


def test_a_blocked_account_takes_no_invitation(portal: Portal) -> None:
    holder, other = portal.signed_in_client(), portal.signed_in_client("helka")
    (card,) = [one["id"] for one in holder.call("GET", "/cards").json["cards"]]
    code = holder.call("POST", f"/cards/{card}/invitations", {"scopes": ["loans"]}, status=201).json["code"]
    number = portal.patron("helka").card_number
    run(portal, "accounts", "block", "--card", "helka", "--reason", "misuse", number=number)
    answer = other.call("POST", f"/invitations/{code}/accept", {}, status=403)
    assert answer.json["code"] == "linking_not_allowed"
