"""An ex-partner who knows the PIN is taken out without a word, and stays out (rules 3.0, 3.4)."""

import uuid

import pytest
from sqlalchemy import select

from discovery_accounts.domain.cards import LinkProof
from discovery_accounts.models import Account, LibraryCard, Link, OutboxMessage
from discovery_accounts.services.holding import hold
from tests.factories.portal import Portal
from tests.factories.rows import count, rows
from tests.factories.viewing import SILENT, Shared, browser_of, mails_to, shared, state_of


@pytest.fixture
def case(portal: Portal) -> Shared:
    """Both know the PIN; the other one's account is told by mail of what becomes of its cards."""
    return shared(portal)


def test_nothing_is_written_to_and_nothing_is_left_in_the_account(portal: Portal, case: Shared) -> None:
    case.viewer.call("GET", f"/loans?card={case.card}", status=200)
    theirs = uuid.UUID(case.viewer.call("GET", "/account").json["id"])
    before = count(portal.house, OutboxMessage, account_id=theirs)
    case.holder.call("DELETE", case.path(case.link) + SILENT, status=204)
    assert mails_to(portal, portal.patron("helka").email) == []
    assert count(portal.house, OutboxMessage, account_id=theirs) == before
    browser = browser_of(portal, "helka")
    for path in ("/", "/cards", "/loans", "/account", "/notices"):
        page = browser.get(path).text
        assert case.card not in page
        assert "LUMME" not in page.split("<main")[1].split("</main>")[0]


def test_one_who_is_told_is_not_told_by_whom(portal: Portal, case: Shared) -> None:
    case.holder.call("PATCH", "/account", {"name": "Berta"}, status=200)
    case.holder.call("DELETE", case.path(case.link), status=204)
    ((subject, text),) = mails_to(portal, portal.patron("helka").email)
    assert subject == "A library card is no longer in your account"
    patron = portal.patron("lumme")
    for secret in ("Berta", "holder", patron.family_name, patron.card_number[-4:], "staff"):
        assert secret not in text
    assert "A library card is no longer in your account" in browser_of(portal, "helka").get("/notices").text


def test_the_pin_brings_it_back_only_to_wait_for_the_holders_yes(portal: Portal, case: Shared) -> None:
    case.holder.call("DELETE", case.path(case.link) + SILENT, status=204)
    for _ in range(2):
        case.viewer.link("lumme", portal.patron("lumme"))
        assert state_of(case.viewer, case.card) == "pending_approval"
        assert case.viewer.call("GET", f"/loans?card={case.card}").json["loans"] == []
        case.viewer.call("DELETE", f"/cards/{case.card}", status=204)


def holds(portal: Portal, case: Shared, proof: LinkProof) -> bool:
    """The other account proves the card once more, as at a sign-in: whether it holds it then."""
    theirs = uuid.UUID(case.viewer.call("GET", "/account").json["id"])
    with portal.house.database.writing() as session:
        account = session.get_one(Account, theirs)
        card = session.get_one(LibraryCard, uuid.UUID(case.card))
        return hold(session, portal.house, account, card, proof, make=True) is not None


@pytest.mark.parametrize(
    ("proof", "back"), [(LinkProof.PIN, False), (LinkProof.EMAIL, True), (LinkProof.FEDERATION, True)]
)
def test_another_holder_comes_back_by_a_proof_of_their_own_never_by_the_pin(
    portal: Portal, case: Shared, proof: LinkProof, back: bool
) -> None:
    link_id = uuid.UUID(case.link)
    with portal.house.database.writing() as session:
        session.get_one(Link, link_id).holder = True
    case.holder.call("DELETE", case.path(str(link_id)) + SILENT, status=204)
    assert holds(portal, case, proof) is back
    if back:
        assert state_of(case.viewer, case.card) in {"fresh", "pin_needed"}
        assert case.viewer.call("GET", f"/cards/{case.card}").json["label"] == "LUMME-kirjastot"
    else:
        case.viewer.call("GET", f"/cards/{case.card}", status=404)


def test_by_pin_a_holder_who_was_ended_waits_like_everybody(portal: Portal, case: Shared) -> None:
    link_id = uuid.UUID(case.link)
    with portal.house.database.writing() as session:
        session.get_one(Link, link_id).holder = True
    case.holder.call("DELETE", case.path(str(link_id)), status=204)
    case.viewer.link("lumme", portal.patron("lumme"))
    assert state_of(case.viewer, case.card) == "pending_approval"
    assert not holds(portal, case, LinkProof.PIN)
    assert state_of(case.viewer, case.card) == "pending_approval"
    assert case.viewer.call("GET", case.path()).json["code"] == "pending_approval"
    case.holder.call("POST", case.path(str(link_id), "approve"), {}, status=200)
    assert case.viewer.call("GET", case.path(), status=200).json["viewers"]
    with portal.house.database.reading() as session:
        assert session.scalars(select(Link.ended_by).where(Link.id == link_id)).one() is None


def test_a_cards_own_sign_in_by_pin_does_not_come_back_after_another_holder_ended_it(portal: Portal) -> None:
    """The account that the card's PIN opens was somebody's who only knew the PIN."""
    by_pin = portal.signed_in_client("lumme")
    card = by_pin.call("GET", "/cards").json["cards"][0]["id"]
    with portal.house.database.writing() as session:
        link = session.scalars(select(Link)).one()
        link.state, link.ended_by, link.ended_at = "ended", "holder", portal.clock()
    again = portal.signed_in_client("lumme")
    assert again.call("GET", "/cards", status=200).json["cards"] == []
    again.call("GET", f"/cards/{card}", status=404)
    assert [link.state for link in rows(portal.house, Link)] == ["ended"]
