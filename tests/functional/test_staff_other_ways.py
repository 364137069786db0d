"""What staff may do is bound to how they were let in: their password and second factor, or a strong way of
signing in that they added themselves after these. No other way into their account opens the pages for staff."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from discovery_accounts.domain.strength import Strength
from discovery_accounts.models import Account, Identity, StaffMember
from tests.factories.codes import stepped_up
from tests.factories.portal import Browser, Portal
from tests.factories.rows import count, rows
from tests.factories.staff import LOGINS, Colleague, add, colleague, command, letters_to, set_up
from tests.factories.stand_in_provider import PERSON, StandInProvider, stand_in, state_of
from tests.fixtures.databases import ON_SQLITE

__all__ = ["stand_in"]

pytestmark = ON_SQLITE
Providers = dict[str, StandInProvider]
CONFIRM = "/account/methods/confirm"


@pytest.fixture
def portal(make_portal: Callable[..., Portal], stand_in: Providers) -> Portal:
    more = {"logins": "card staff uni", "login__uni__kind": "outside", "login__uni__name": "University"}
    return make_portal(**(LOGINS | more))


@pytest.fixture
def ada(portal: Portal) -> Colleague:
    return colleague(portal)


def back_from_uni(browser: Browser, path: str) -> str:
    state = state_of(browser.post(path).headers["Location"])
    answer = browser.app.get(f"/sign-in/uni/callback?state={state}", expect_errors=True)
    return str(answer.headers.get("Location", answer.status_int))


def add_card(portal: Portal, browser: Browser) -> None:
    patron = portal.patron("lumme")
    fields = {"library": "lumme", "card_number": patron.card_number, "pin": patron.pin}
    assert browser.post("/account/methods/add/card", **fields).status_int == 303
    assert browser.post(CONFIRM, action="add").status_int == 303


def add_uni(browser: Browser) -> None:
    assert back_from_uni(browser, "/account/methods/add/uni").endswith(CONFIRM)
    assert browser.post(CONFIRM, action="add").status_int == 303


def by_uni(portal: Portal) -> Browser:
    browser = portal.browser()
    if back_from_uni(browser, "/sign-in/uni").endswith("/consent"):
        assert browser.post("/sign-in/consent", answer="yes").status_int == 303
    return browser


def staff_pages(browser: Browser) -> int:
    return int(browser.get("/admin", expect_errors=True).status_int)


def test_l5_a_strong_way_that_a_thief_of_card_and_mailbox_added_opens_no_pages_for_staff(
    portal: Portal, ada: Colleague, stand_in: Providers
) -> None:
    """The thief is strongly identified as themselves, which is nobody whom anybody granted anything."""
    add_card(portal, ada.sign_in())
    thief = portal.signed_in_browser()
    stepped_up(portal)
    stand_in["uni"].says(subject="thief", strength=Strength.STRONG)
    add_uni(thief)
    assert count(portal.house, Account) == 1
    assert staff_pages(thief) == 403
    assert staff_pages(by_uni(portal)) == 403
    assert by_uni(portal).post("/admin/second-factors", action="add").status_int == 403


def test_l1_the_address_of_a_colleague_told_by_a_strong_provider_grants_nothing(
    portal: Portal, ada: Colleague, stand_in: Providers
) -> None:
    ada.sign_in()
    told = PERSON.from_mapping({"email": ada.email, "user_name": ada.email, "given_names": "Ada"})
    stand_in["uni"].says(subject=ada.email, person=told, strength=Strength.STRONG)
    assert staff_pages(by_uni(portal)) == 404
    assert count(portal.house, Account) == 2


def test_a_strong_way_added_after_password_and_second_factor_opens_them_while_it_is_strong(
    portal: Portal, ada: Colleague, stand_in: Providers
) -> None:
    stand_in["uni"].says(strength=Strength.STRONG)
    add_uni(ada.sign_in())
    assert staff_pages(by_uni(portal)) == 200
    stand_in["uni"].says(strength=Strength.NORMAL)
    assert staff_pages(by_uni(portal)) == 403
    assert command(portal, "end", ada.email).exit_code == 0
    stand_in["uni"].says(strength=Strength.STRONG)
    assert staff_pages(by_uni(portal)) == 404


def test_a_way_added_by_a_weaker_proof_opens_them_never(
    portal: Portal, ada: Colleague, stand_in: Providers
) -> None:
    """Whoever it was that gave the weaker proof, a strong one comes of it later without having been asked."""
    add_uni(ada.sign_in())
    stand_in["uni"].says(strength=Strength.STRONG)
    assert staff_pages(by_uni(portal)) == 403


def test_what_comes_with_a_joined_account_opens_no_pages_for_staff(
    portal: Portal, ada: Colleague, stand_in: Providers
) -> None:
    stand_in["uni"].says(strength=Strength.STRONG)
    by_uni(portal)
    browser = ada.sign_in()
    assert back_from_uni(browser, "/account/methods/add/uni").endswith(CONFIRM)
    assert browser.post(CONFIRM, action="merge").status_int == 303
    assert count(portal.house, Account) == 1
    assert staff_pages(browser) == 200
    assert staff_pages(by_uni(portal)) == 403
    add_uni(browser := ada.sign_in())  # the same way, now as one of staff
    assert staff_pages(by_uni(portal)) == 200


def test_a_way_of_a_former_colleague_opens_nothing_of_somebody_elses(
    portal: Portal, ada: Colleague, stand_in: Providers
) -> None:
    """A grant follows the person, whatever account it is in by now."""
    stand_in["uni"].says(strength=Strength.STRONG)
    add_uni(ada.sign_in())
    bob = colleague(portal, "bob@library.example")
    bob.sign_in()
    with portal.house.database.writing() as session:
        theirs = session.scalars(select(StaffMember).where(StaffMember.email == ada.email)).one()
        his = session.scalars(select(StaffMember).where(StaffMember.email == bob.email)).one()
        account, theirs.account_id = theirs.account_id, None
        session.flush()
        his.account_id = account
    assert staff_pages(by_uni(portal)) == 403


def test_a_second_factor_begun_by_staff_is_not_set_up_by_who_came_by_card_after_them(
    portal: Portal, ada: Colleague
) -> None:
    """Though they kept the word of what is under way from the shared browser (checklist L4)."""
    browser = ada.sign_in()
    add_card(portal, browser)
    leads = browser.post("/admin/second-factors", action="add").headers["Location"]
    assert browser.get(leads).status_int == 200
    word = browser.app.cookies["accounts_login"]
    browser.post("/sign-out")
    browser.sign_in("lumme", portal.patron("lumme"))
    browser.app.set_cookie("accounts_login", word)
    answer = browser.get(leads, expect_errors=True)
    assert answer.status_int == 403
    assert "accounts-key" not in answer.text
    assert browser.post(leads, action="app", code="123456").status_int == 403
    assert [one.login for one in rows(portal.house, Identity)] == ["password", "card"]


def test_a_new_password_by_a_link_ends_strong_ways_as_it_ends_sessions(
    portal: Portal, ada: Colleague, stand_in: Providers
) -> None:
    """Or whoever had got in once, and added a way of their own, would stay."""
    stand_in["uni"].says(strength=Strength.STRONG)
    add_uni(ada.sign_in())
    assert staff_pages(by_uni(portal)) == 200
    assert command(portal, "invite", ada.email, "--forget-second-factors").exit_code == 0
    assert staff_pages(by_uni(portal)) == 403
    again = set_up(portal, ada.email, "kymmenen vihreää kirjahyllyä")
    assert staff_pages(by_uni(portal)) == 403
    assert staff_pages(again.sign_in()) == 200


def test_who_had_the_address_before_gets_nothing_of_a_later_grant(
    portal: Portal, ada: Colleague, stand_in: Providers
) -> None:
    """Addresses go from one person to the next: a grant to one is none to the other."""
    stand_in["uni"].says(strength=Strength.STRONG)
    add_uni(ada.sign_in())
    assert command(portal, "end", ada.email).exit_code == 0
    assert add(portal, ada.email).exit_code == 0
    assert staff_pages(by_uni(portal)) == 403
    assert ada.give_password(portal.browser()).status_int == 401
    assert "invitation" in letters_to(portal, ada.email)[-1]


def test_a_grant_moved_while_it_lasts_changes_no_password(portal: Portal, ada: Colleague) -> None:
    assert add(portal, ada.email, last_day="2034-12-31").exit_code == 0
    assert staff_pages(ada.sign_in()) == 200
