"""Ways of signing in as a thief would use them: no weaker proof wins more, and nothing is lost side by side."""

from collections.abc import Callable

import pytest
from sqlalchemy import update
from webtest import TestApp

from discovery_accounts.domain.strength import Strength
from discovery_accounts.models import (
    Account,
    Identity,
    Link,
    SignedInSession,
    StaffMember,
    TransferConsent,
)
from discovery_accounts.services.entering import Entering
from tests.factories.codes import codes, other_than, stepped_up
from tests.factories.portal import Browser, Portal
from tests.factories.rows import count, rows
from tests.factories.stand_in_provider import StandInProvider, stand_in, state_of
from tests.factories.together import run_all, together

__all__ = ["stand_in"]

Providers = dict[str, StandInProvider]
CONFIRM = "/account/methods/confirm"
CODE = f"{CONFIRM}/code"


@pytest.fixture
def portal(make_portal: Callable[..., Portal], stand_in: Providers) -> Portal:
    return make_portal(
        logins="card uni", login__card__kind="card", login__uni__kind="outside", login__uni__name="University"
    )


def back_from_uni(browser: Browser, path: str) -> str:
    """Through the provider; where its answer leads."""
    state = state_of(browser.post(path).headers["Location"])
    answer = browser.app.get(f"/sign-in/uni/callback?state={state}", expect_errors=True)
    return str(answer.headers.get("Location", answer.status_int))


def by_uni(portal: Portal) -> Browser:
    browser = portal.browser()
    back_from_uni(browser, "/sign-in/uni")
    assert browser.post("/sign-in/consent", answer="yes").status_int == 303
    return browser


def prove_card(portal: Portal, browser: Browser, library: str = "lumme", kind: str = "good") -> int:
    patron = portal.patron(library, kind)
    fields = {"library": library, "card_number": patron.card_number, "pin": patron.pin}
    return browser.post("/account/methods/add/card", **fields).status_int


def confirm(browser: Browser, action: str) -> int:
    return browser.post(CONFIRM, action=action).status_int


def twin(portal: Portal, browser: Browser) -> Browser:
    """Another tab of the same browser."""
    app = TestApp(portal.app, extra_environ={"REMOTE_ADDR": "192.0.2.7"})
    for name, value in browser.app.cookies.items():
        app.set_cookie(name, value)
    return Browser(app)


def give_code(portal: Portal, browser: Browser, code: str | None = None) -> int:
    """The code that is sent to the address of the other account, or another one."""
    browser.post(CODE, action="send", channel="email")
    return browser.post(CODE, action="confirm", code=code or codes(portal)[-1]).status_int


def make_weak(portal: Portal) -> None:
    """Everybody who is signed in came by a code in a mail, and gave one more from the same mailbox."""
    with portal.house.database.writing() as session:
        session.execute(update(SignedInSession).values(strength=Strength.WEAK.value))
    stepped_up(portal)


def test_l5_who_came_by_mail_adds_and_removes_no_way_and_joins_nothing(portal: Portal) -> None:
    browser = portal.signed_in_browser()
    back_from_uni(browser, "/account/methods/add/uni")
    make_weak(portal)
    [card] = rows(portal.house, Identity)
    for path, fields in (
        ("/account/methods/add/uni", {}),
        (CONFIRM, {"action": "add"}),
        (CONFIRM, {"action": "merge"}),
        (f"/account/methods/{card.id}/remove", {}),
    ):
        answer = browser.post(path, **fields)
        assert answer.status_int == 403
        assert 'data-code="sign_in_not_strong_enough"' in answer.text
    assert prove_card(portal, browser) == 403
    assert count(portal.house, Identity) == 1


def test_l5_a_weak_proof_of_the_other_account_shows_and_joins_nothing(
    portal: Portal, stand_in: Providers
) -> None:
    by_uni(portal)
    thief = portal.signed_in_browser()
    stepped_up(portal)
    stand_in["uni"].says(strength=Strength.WEAK)
    back_from_uni(thief, "/account/methods/add/uni")
    assert thief.app.get(CONFIRM, expect_errors=True).status_int == 403
    assert confirm(thief, "merge") == 403
    assert count(portal.house, Account) == 2


def test_l5_card_and_pin_alone_take_in_no_account_that_would_ask_for_a_code(portal: Portal) -> None:
    """A thief of both may sign in to it, but there, too, could not change its ways of signing in."""
    portal.signed_in_browser()
    thief = by_uni(portal)
    stepped_up(portal)
    assert prove_card(portal, thief) == 303
    assert thief.post(CONFIRM, action="merge").headers["Location"].endswith(CODE)
    page = thief.get(CODE).text
    assert portal.patron("lumme").email not in page
    # the code of the thief's own account is none of the other's
    thief.post("/account/confirm", action="send", channel="email")
    assert thief.post(CODE, action="confirm", code=codes(portal)[-1]).status_int == 422
    assert give_code(portal, thief, other_than(codes(portal)[-1])) == 422
    assert thief.post(CONFIRM, action="merge").headers["Location"].endswith(CODE)
    assert count(portal.house, Account) == 2


def test_l5_the_code_of_the_other_account_confirms_nothing_in_this_one(portal: Portal) -> None:
    """Or a thief would join an account of theirs to a stolen session, and read the code in their own mail."""
    by_uni(portal)
    stolen = portal.signed_in_browser()
    back_from_uni(stolen, "/account/methods/add/uni")
    assert give_code(portal, stolen) == 303
    assert "/account/confirm?" in stolen.post(CONFIRM, action="merge").headers["Location"]
    stolen.post(CODE, action="send", channel="email")
    answer = stolen.post("/account/confirm", action="confirm", code=codes(portal)[-1])
    assert answer.status_int == 422
    assert count(portal.house, Account) == 2


def test_the_account_of_staff_is_taken_into_no_other(portal: Portal) -> None:
    by_uni(portal)
    [account] = rows(portal.house, Account)
    with portal.house.database.writing() as session:
        session.add(
            StaffMember(
                name="It", email="it@library.example", account_id=account.id, created_at=portal.clock()
            )
        )
    thief = portal.signed_in_browser()
    stepped_up(portal)
    back_from_uni(thief, "/account/methods/add/uni")
    assert give_code(portal, thief) == 303
    assert confirm(thief, "merge") == 409
    assert [member.account_id for member in rows(portal.house, StaffMember)] == [account.id]
    assert count(portal.house, Account) == 2


def test_a_way_taken_back_just_before_the_answer_makes_no_account_without_a_yes(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_uni(portal)
    enter_known = Entering.enter_known

    def after_withdrawal(self: Entering, *args: object) -> object:
        with portal.house.database.writing() as session:
            session.delete(session.query(Identity).one())
        return enter_known(self, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(Entering, "enter_known", after_withdrawal)
    assert back_from_uni(portal.browser(), "/sign-in/uni").endswith("/sign-in/consent")
    assert (count(portal.house, Account), count(portal.house, Identity)) == (1, 0)


def test_a_long_name_of_an_organisation_keeps_nobody_out(portal: Portal, stand_in: Providers) -> None:
    """Issuers of real providers are addresses with ids in them."""
    stand_in["uni"].says(issuer=f"https://login.university.example/{'0123456789' * 8}/v2.0")
    uni = by_uni(portal)
    assert uni.get("/account").status_int == 200
    stepped_up(portal)
    stand_in["uni"].says(issuer=f"https://login.university.example/{'9876543210' * 8}/v2.0")
    back_from_uni(uni, "/account/methods/add/uni")
    assert confirm(uni, "add") == 303
    newest = max(rows(portal.house, Identity), key=lambda one: one.created_at)
    assert uni.post(f"/account/methods/{newest.id}/remove").status_int == 303


def test_l6_a_card_that_waits_for_its_holders_yes_is_not_had_by_adding_it_as_a_way(portal: Portal) -> None:
    browser, child = portal.signed_in_browser("helka"), portal.patron("lumme", "child")
    fields = {"library": "lumme", "card_number": child.card_number, "pin": child.pin, "label": "Child"}
    browser.post("/cards/link", relation="looked_after", scope="loans", **fields)
    [card] = [link for link in rows(portal.house, Link) if not link.holder]
    with portal.house.database.writing() as session:
        session.execute(update(Link).where(Link.id == card.id).values(state="ended", ended_by="holder"))
    browser.post("/cards/link", relation="looked_after", scope="loans", **fields)
    stepped_up(portal)
    assert prove_card(portal, browser, kind="child") == 303
    assert confirm(browser, "add") == 303
    [link] = rows(portal.house, Link, id=card.id)
    assert (link.state, link.holder, link.ended_by) == ("pending", False, "holder")


def test_l12_ten_tabs_remove_both_ways_and_one_stays(portal: Portal) -> None:
    browser = portal.signed_in_browser()
    stepped_up(portal)
    back_from_uni(browser, "/account/methods/add/uni")
    assert confirm(browser, "add") == 303
    ways = [one.id for one in rows(portal.house, Identity)]
    token = browser.csrf()
    tabs = [twin(portal, browser) for _ in range(10)]

    def remove(number: int) -> int:
        path = f"/account/methods/{ways[number % 2]}/remove"
        return tabs[number].post(path, csrf_token=token).status_int

    statuses = together(10, remove)
    assert count(portal.house, Identity) == 1
    assert statuses.count(303) == 1
    assert set(statuses) <= {303, 404, 409}


def test_o1_one_answer_and_one_yes_in_many_tabs_are_good_once(portal: Portal) -> None:
    browser = portal.browser()
    state = state_of(browser.post("/sign-in/uni").headers["Location"])
    tabs = [twin(portal, browser) for _ in range(6)]
    path = f"/sign-in/uni/callback?state={state}"
    statuses = together(6, lambda tab: tabs[tab].app.get(path, expect_errors=True).status_int)
    assert sorted(statuses) == [303, 400, 400, 400, 400, 400]
    token = browser.csrf()
    tabs = [twin(portal, browser) for _ in range(6)]
    yes = {"answer": "yes", "csrf_token": token}
    statuses = together(6, lambda tab: tabs[tab].post("/sign-in/consent", **yes).status_int)
    assert sorted(statuses) == [303, 400, 400, 400, 400, 400]
    assert count(portal.house, Account) == count(portal.house, TransferConsent) == 1


def test_one_person_in_several_browsers_at_once_has_one_account(portal: Portal) -> None:
    browsers = [portal.browser() for _ in range(5)]
    for browser in browsers:
        back_from_uni(browser, "/sign-in/uni")
    statuses = together(5, lambda one: browsers[one].post("/sign-in/consent", answer="yes").status_int)
    assert statuses == [303] * 5
    assert (count(portal.house, Account), count(portal.house, Identity)) == (1, 1)


def test_one_way_proved_in_many_tabs_at_once_is_no_failure(portal: Portal) -> None:
    browser = portal.signed_in_browser()
    back_from_uni(browser, "/account/methods/add/uni")
    tabs = [twin(portal, browser) for _ in range(4)]
    assert together(4, lambda tab: prove_card(portal, tabs[tab], kind="child")) == [303] * 4


def test_two_accounts_joined_to_each_other_at_once_become_one_and_lose_nothing(portal: Portal) -> None:
    card, uni = portal.signed_in_browser(), by_uni(portal)
    stepped_up(portal)
    back_from_uni(card, "/account/methods/add/uni")
    assert prove_card(portal, uni) == 303
    for browser in (card, uni):
        assert give_code(portal, browser) == 303

    def join(browser: Browser) -> Callable[[], int]:
        token = browser.csrf()
        return lambda: browser.post(CONFIRM, action="merge", csrf_token=token).status_int

    def arrive() -> int:
        return portal.browser().sign_in("lumme", portal.patron("lumme")).status_int

    statuses = run_all([join(card), join(uni), arrive, arrive])
    assert statuses[:2].count(303) == 1
    assert set(statuses) <= {303, 400, 401, 403}
    [account] = rows(portal.house, Account)
    assert {one.account_id for one in rows(portal.house, Identity)} == {account.id}
    assert count(portal.house, Identity) == 2
    assert [link.account_id for link in rows(portal.house, Link)] == [account.id]
