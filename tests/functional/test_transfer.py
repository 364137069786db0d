"""After the yes: the patron is found by a shared permanent id, or made; exactly one match or none (rules 4.5)."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from discovery_accounts.domain.person import Person
from discovery_accounts.models import Account, Link, TransferConsent
from discovery_accounts.services.transfer import Transferred
from discovery_accounts.web.notice_kinds import NOTICE_KINDS
from tests.factories.codes import stepped_up
from tests.factories.portal import Browser, Portal
from tests.factories.rows import count, events, rows, write
from tests.factories.stand_in_provider import StandInProvider, stand_in, state_of

__all__ = ["stand_in"]

MakePortal = Callable[..., Portal]
Providers = dict[str, StandInProvider]
MAKES = {"library__lumme__new_patron_category": "HENKILO", "library__lumme__new_patron_library": "MAIN"}


@pytest.fixture
def portal(make_portal: MakePortal, stand_in: Providers) -> Portal:
    return make_portal(
        logins="card uni",
        login__card__kind="card",
        login__uni__kind="outside",
        login__uni__library="lumme",
        login__uni__match_on="attribute:EPPN",
        login__uni__make_patrons="yes",
        **MAKES,
    )


def sign_in(portal: Portal, agree: str = "yes") -> tuple[Browser, str]:
    """By the university, with consent when asked; the browser, and what it is told of the card."""
    browser = portal.browser()
    state = state_of(browser.post("/sign-in/uni").headers["Location"])
    answer = browser.get(f"/sign-in/uni/callback?state={state}")
    if answer.headers["Location"].endswith("/consent"):
        answer = browser.post("/sign-in/consent", answer=agree)
    return browser, browser.app.cookies.get("accounts_notice", "").strip('"')


def links(portal: Portal) -> list[tuple[str, bool, str]]:
    with portal.house.database.reading() as session:
        return [(one.card.patron_id, one.holder, one.proof) for one in session.scalars(select(Link))]


def test_one_match_by_the_shared_id_is_taken_over_without_any_pin(
    portal: Portal, stand_in: Providers
) -> None:
    stand_in["uni"].says(shared_id="reader1@university.example")
    browser, notice = sign_in(portal)
    patron = portal.patron("lumme")
    assert notice == "card_found"
    assert links(portal) == [(patron.patron_id, True, "federation")]
    assert patron.card_number[-4:] in browser.get("/cards").text
    assert "accounts-loan" in browser.get("/loans").text
    before = len(events(portal.house, "patron.transferred"))
    _browser, notice = sign_in(portal)
    assert notice != "card_found"
    assert len(events(portal.house, "patron.transferred")) == before


def test_two_matches_are_none_and_nobody_is_made(portal: Portal, stand_in: Providers) -> None:
    stand_in["uni"].says(shared_id="family@university.example")
    count = len(portal.koha.patrons)
    _browser, notice = sign_in(portal)
    assert notice == "card_several"
    assert links(portal) == []
    assert len(portal.koha.patrons) == count


def test_l1_the_same_address_is_no_match(portal: Portal, stand_in: Providers) -> None:
    address = portal.patron("lumme").email
    stand_in["uni"].says(shared_id=None, person=Person(given_names="Ada", family_name="Lind", email=address))
    _browser, notice = sign_in(portal)
    assert notice == "card_made"
    assert portal.patron("lumme").patron_id not in [patron for patron, _holder, _proof in links(portal)]


def test_nobody_known_is_made_once_and_found_again_after_a_lost_answer(
    portal: Portal, stand_in: Providers
) -> None:
    stand_in["uni"].says(shared_id="new@university.example")
    _browser, notice = sign_in(portal)
    assert notice == "card_made"
    made = links(portal)
    assert len(made) == 1
    _browser, notice = sign_in(portal)
    assert links(portal) == made


def test_without_the_yes_the_library_is_not_even_asked(portal: Portal, stand_in: Providers) -> None:
    stand_in["uni"].says(shared_id="reader1@university.example")
    before = len(portal.koha.calls)
    sign_in(portal, agree="no")
    assert len(portal.koha.calls) == before


def added_to_a_card(portal: Portal) -> None:
    """The university's way is added to an account with a card of another library."""
    browser = portal.signed_in_browser("helka")
    stepped_up(portal)
    state = state_of(browser.post("/account/methods/add/uni").headers["Location"])
    browser.get(f"/sign-in/uni/callback?state={state}")
    assert browser.post("/account/methods/confirm", action="add").status_int == 303


def test_a_way_that_was_added_transfers_nothing_before_the_yes(portal: Portal, stand_in: Providers) -> None:
    stand_in["uni"].says(shared_id="reader1@university.example")
    added_to_a_card(portal)
    before = len(portal.koha.calls)
    _browser, notice = sign_in(portal, agree="no")
    assert notice == ""
    assert len(portal.koha.calls) == before
    assert count(portal.house, TransferConsent) == 0
    _browser, notice = sign_in(portal)
    assert notice == "card_found"
    assert (count(portal.house, Account), count(portal.house, TransferConsent)) == (1, 1)
    asked = len(events(portal.house, "consent.given"))
    sign_in(portal)
    assert len(events(portal.house, "consent.given")) == asked


def test_a_yes_to_one_library_is_none_to_another(portal: Portal, stand_in: Providers) -> None:
    """The settings name another library than when the person agreed."""
    stand_in["uni"].says(shared_id="reader1@university.example")
    sign_in(portal)
    write(portal.house, "UPDATE transfer_consent SET library = 'helka'")
    write(portal.house, "DELETE FROM link")
    before = len(portal.koha.calls)
    sign_in(portal, agree="no")
    assert len(portal.koha.calls) == before
    assert links(portal) == []


def test_what_was_not_agreed_to_is_not_transferred_later(portal: Portal, stand_in: Providers) -> None:
    uni = stand_in["uni"]
    uni.says(shared_id=None, person=Person(given_names="Ada", family_name="Lind"))
    portal.koha.stop()
    _browser, notice = sign_in(portal)
    assert notice == "card_later"
    portal.koha.start()
    uni.says(person=Person(given_names="Ada", family_name="Lind", email="ada@elsewhere.example"))
    _browser, notice = sign_in(portal)
    assert notice == "card_made"
    made = portal.koha.patrons[-1]
    assert (made.family_name, made.email) == ("Lind", "")


def test_a_card_that_was_ended_or_waits_for_a_yes_does_not_come_back_by_itself(
    portal: Portal, stand_in: Providers
) -> None:
    stand_in["uni"].says(shared_id="reader1@university.example")
    sign_in(portal)
    for state in ("ended", "pending"):
        write(portal.house, f"UPDATE link SET state = '{state}', holder = false, ended_by = 'holder'")
        before = len(portal.koha.calls)
        sign_in(portal)
        assert [(one.state, one.holder) for one in rows(portal.house, Link)] == [(state, False)]
        assert len(portal.koha.calls) == before


def test_a_library_that_is_down_costs_the_account_nothing_and_is_asked_the_next_time(
    portal: Portal, stand_in: Providers
) -> None:
    stand_in["uni"].says(shared_id="reader1@university.example")
    portal.koha.stop()
    browser, notice = sign_in(portal)
    assert notice == "card_later"
    assert browser.get("/account").status_int == 200
    portal.koha.start()
    _browser, notice = sign_in(portal)
    assert notice == "card_found"
    assert len(links(portal)) == 1


def test_a_namesake_is_not_taken_over(portal: Portal, stand_in: Providers) -> None:
    stand_in["uni"].says(shared_id=None, person=Person(given_names="Ada"))
    _browser, notice = sign_in(portal)
    assert notice == "card_not_made"  # the library wants a family name
    assert links(portal) == []


def test_every_outcome_has_its_words() -> None:
    assert {one.value for one in Transferred if one is not Transferred.NOTHING} <= set(NOTICE_KINDS)
