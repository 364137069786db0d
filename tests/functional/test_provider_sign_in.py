"""Signing in by an identity provider: consent first, then an account and its card (rules 4.5)."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from discovery_accounts.domain.feed_person import DAILY
from discovery_accounts.domain.person import NOBODY_TOLD, Person
from discovery_accounts.login.claim import NoClaim, Why
from discovery_accounts.models import Account, Identity, LoginStep, SignedInSession, TransferConsent
from discovery_accounts.services.rotation import Rotation
from discovery_accounts.vault.keyring import KeyRing
from tests.factories.portal import Browser, Portal
from tests.factories.stand_in_provider import ISSUER, StandInProvider, stand_in, state_of

__all__ = ["stand_in"]

MakePortal = Callable[..., Portal]
Providers = dict[str, StandInProvider]


@pytest.fixture
def portal(make_portal: MakePortal, stand_in: Providers) -> Portal:
    return make_portal(
        logins="card uni other",
        login__card__kind="card",
        login__uni__kind="outside",
        login__uni__name="University",
        login__other__kind="outside",
    )


def away(browser: Browser, login: str = "uni", **fields: str) -> str:
    """To the provider; the word that its answer carries."""
    answer = browser.post(f"/sign-in/{login}", **fields)
    assert answer.status_int == 303, answer.text
    return state_of(answer.headers["Location"])


def back(browser: Browser, state: str, login: str = "uni", **more: str):  # type: ignore[no-untyped-def]
    return browser.app.get(f"/sign-in/{login}/callback", {"state": state, **more}, expect_errors=True)


def sign_in(browser: Browser, consent: str = "yes") -> None:
    answer = back(browser, away(browser))
    if answer.headers["Location"].endswith("/sign-in/consent"):
        answer = browser.post("/sign-in/consent", answer=consent)
    assert answer.status_int == 303, answer.text


def count(portal: Portal, *models: type) -> list[int]:
    with portal.house.database.reading() as session:
        return [session.scalar(select(func.count()).select_from(model)) or 0 for model in models]


def test_the_first_time_every_field_is_named_and_nothing_is_made_before_the_yes(portal: Portal) -> None:
    browser = portal.browser()
    answer = back(browser, away(browser, return_to="/cards"))
    assert answer.headers["Location"].endswith("/sign-in/consent")
    page = browser.get("/sign-in/consent")
    for value in ("ada@university.example", "Ada", "Lind", "+358401234567", "University"):
        assert value in page.text
    assert "010190-123A" not in page.text
    assert count(portal, Account, Identity, SignedInSession, TransferConsent) == [0, 0, 0, 0]
    assert browser.get("/account").headers["Location"].endswith("/sign-in/consent")

    done = browser.post("/sign-in/consent", answer="yes")
    assert done.headers["Location"].endswith("/cards")
    assert count(portal, Account, Identity, SignedInSession, TransferConsent) == [1, 1, 1, 1]
    with portal.house.database.reading() as session:
        consent = session.scalars(select(TransferConsent)).one()
        assert consent.fields == [
            "user_name",
            "given_names",
            "family_name",
            "identity_code",
            "phone",
            "email",
            *(DAILY if consent.library else ()),
        ]
        assert (consent.legal_basis, consent.withdrawn_at) == ("consent", None)
    assert browser.get("/account").status_int == 200


def test_a_no_leaves_no_trace_and_says_how_to_register(portal: Portal) -> None:
    browser = portal.browser(HTTP_ACCEPT_LANGUAGE="en")
    back(browser, away(browser))
    page = browser.post("/sign-in/consent", answer="no")
    assert page.status_int == 403
    assert 'data-code="consent_refused"' in page.text
    assert "desk" in page.text
    assert count(portal, Account, Identity, SignedInSession, TransferConsent, LoginStep) == [0, 0, 0, 0, 0]
    assert "/sign-in?" in browser.get("/account").headers["Location"]
    assert browser.app.get("/sign-in/consent", expect_errors=True).status_int == 400


def test_a_yes_in_one_window_does_not_answer_the_question_of_another(
    portal: Portal, stand_in: Providers
) -> None:
    browser = portal.browser()
    back(browser, away(browser))
    first = browser.get("/sign-in/consent").html.select_one("[name=shown]")["value"]
    stand_in["other"].says(subject="bob", person=Person("bob@other.example"))
    back(browser, away(browser, "other"), "other")
    again = browser.post("/sign-in/consent", answer="yes", shown=first)
    assert again.status_int == 200
    assert "bob@other.example" in again.text
    assert count(portal, Account) == [0]
    shown = again.html.select_one("[name=shown]")["value"]
    assert browser.post("/sign-in/consent", answer="yes", shown=shown).status_int == 303
    assert count(portal, Account) == [1]


def test_the_second_time_the_same_account_opens_without_asking(portal: Portal) -> None:
    sign_in(portal.browser())
    answer = back((browser := portal.browser()), away(browser))
    assert answer.headers["Location"].endswith("/loans")
    assert count(portal, Account, Identity, TransferConsent) == [1, 1, 1]


def test_l2_another_issuer_or_another_letter_is_somebody_else(portal: Portal, stand_in: Providers) -> None:
    sign_in(portal.browser())
    for changes in ({"subject": "Ada"}, {"subject": "ada", "issuer": "https://evil.example"}):
        stand_in["uni"].says(**changes)
        sign_in(portal.browser())
    assert count(portal, Account) == [3]
    stand_in["uni"].says(issuer=ISSUER, person=NOBODY_TOLD)
    sign_in(portal.browser())
    assert count(portal, Account) == [3]


def test_l1_the_same_address_opens_nobody_elses_account(portal: Portal, stand_in: Providers) -> None:
    sign_in(portal.browser())
    stand_in["uni"].says(subject="eve")
    sign_in(portal.browser())
    assert count(portal, Account, Identity) == [2, 2]


def test_o1_an_answer_is_good_once_in_its_own_browser_and_for_ten_minutes(portal: Portal) -> None:
    browser = portal.browser()
    state = away(browser)
    stranger = portal.browser()
    away(stranger)
    for answer in (
        back(stranger, state),
        back(browser, state),  # over, as it was tried elsewhere
        back(browser, "state-nobody-asked"),
    ):
        assert answer.status_int == 400
        assert 'data-code="answer_not_expected"' in answer.text
    late = away(browser)
    portal.clock.advance(minutes=11)
    assert back(browser, late).status_int == 400
    good = away(browser)
    assert back(browser, good).status_int == 303
    assert back(browser, good).status_int == 400
    assert count(portal, Account) == [0]


def test_o2_an_answer_at_another_logins_address_is_refused(portal: Portal) -> None:
    browser = portal.browser()
    state = away(browser, "uni")
    assert back(browser, state, "other").status_int == 400
    assert back(browser, state, "uni").status_int == 400  # and it is over


def test_o1_what_a_login_remembers_is_in_no_address_and_not_readable_in_the_database(portal: Portal) -> None:
    browser = portal.browser()
    answer = browser.post("/sign-in/uni")
    nonce = f"n-{state_of(answer.headers['Location'])}"
    assert nonce not in answer.headers["Location"]
    with portal.house.database.reading() as session:
        step = session.scalars(select(LoginStep)).one()
        assert nonce.encode() not in step.sealed


@pytest.mark.parametrize(
    ("why", "status"),
    [
        (Why.NOT_TRUSTED, 400),
        (Why.ATTRIBUTE_MISSING, 403),
        (Why.ACCOUNT_CLOSED, 403),
        (Why.NOT_STRONG_ENOUGH, 403),
    ],
)
def test_a_refusal_is_a_page_with_its_code_and_no_session(
    portal: Portal, stand_in: Providers, why: Why, status: int
) -> None:
    browser = portal.browser()
    state = away(browser)
    stand_in["uni"].claim = NoClaim("because", why)
    answer = back(browser, state)
    assert answer.status_int == status
    assert f'data-code="{why.value}"' in answer.text
    assert count(portal, Account, SignedInSession) == [0, 0]


def test_a_no_of_the_person_at_the_provider_is_told_as_such(portal: Portal) -> None:
    browser = portal.browser()
    answer = back(browser, away(browser), error="access_denied")
    assert (answer.status_int, 'data-code="sign_in_cancelled"' in answer.text) == (403, True)


def test_a_provider_that_is_down_is_503_before_and_after(portal: Portal, stand_in: Providers) -> None:
    browser = portal.browser()
    state = away(browser)
    stand_in["uni"].failure = "unreachable"
    for answer in (browser.post("/sign-in/uni"), back(browser, state)):
        assert answer.status_int == 503
        assert 'data-code="provider_unavailable"' in answer.text
    assert browser.get("/sign-in/uni").status_int == 200


def test_an_answer_that_another_site_posts_is_collected_by_its_own_browser_only(portal: Portal) -> None:
    browser = portal.browser()
    state = away(browser, return_to="/cards")
    posted = portal.browser().app.post("/sign-in/uni/acs", {"state": state}, expect_errors=True)
    assert posted.status_int == 303
    finish = posted.headers["Location"]
    assert portal.browser().app.get(finish, expect_errors=True).status_int == 400
    assert browser.app.get(finish, expect_errors=True).status_int == 400  # over

    state = away(browser, return_to="/cards")
    finish = browser.app.post("/sign-in/uni/acs", {"state": state}).headers["Location"]
    assert browser.get(finish).headers["Location"].endswith("/sign-in/consent")
    assert browser.post("/sign-in/consent", answer="yes").headers["Location"].endswith("/cards")
    assert browser.app.get(finish, expect_errors=True).status_int == 400


def test_sign_out_ends_here_and_leads_to_the_provider(portal: Portal) -> None:
    browser = portal.browser()
    sign_in(browser)
    page = browser.post("/sign-out")
    assert f"{ISSUER}/end?sid=1" in page.headers["Refresh"]
    assert count(portal, SignedInSession) == [0]
    home = browser.get("/sign-in/uni/signed-out?state=bye")
    assert home.headers["Location"].endswith("/")


def test_sign_out_at_the_provider_and_a_sign_in_under_way_outlive_new_keys(portal: Portal) -> None:
    browser, slow = portal.browser(), portal.browser()
    sign_in(browser)
    state = away(slow)
    old = portal.house.vault.current_key_id
    KeyRing.open(Path(portal.values["accounts.keys"].removeprefix("file:"))).rotate()
    rotation = Rotation(portal.house)
    assert rotation.reseal().unreadable == 0
    assert old not in rotation.keys_in_use()
    assert f"{ISSUER}/end?sid=1" in browser.post("/sign-out").headers["Refresh"]
    assert back(slow, state).status_int == 303


def test_sign_out_ends_here_though_the_provider_is_down(portal: Portal, stand_in: Providers) -> None:
    browser = portal.browser()
    sign_in(browser)
    stand_in["uni"].failure = "timed_out"
    assert browser.post("/sign-out").status_int == 303
    assert count(portal, SignedInSession) == [0]


def test_o6_the_provider_ends_the_sessions_it_names_and_no_others(
    portal: Portal, stand_in: Providers
) -> None:
    browser, card = portal.browser(), portal.signed_in_browser()
    sign_in(browser)
    app = portal.browser().app
    assert app.post("/sign-in/other/backchannel-logout", {"logout_token": "sid:1"}).status_int == 200
    assert browser.get("/account").status_int == 200
    assert app.post("/sign-in/uni/backchannel-logout", {"logout_token": "x"}, status=400).status_int == 400
    assert browser.get("/account").status_int == 200
    answer = app.post("/sign-in/uni/backchannel-logout", {"logout_token": "sid:1"})
    assert (answer.status_int, answer.headers["Cache-Control"]) == (200, "no-store")
    assert "/sign-in?" in browser.get("/account").headers["Location"]
    assert card.get("/account").status_int == 200


def test_the_form_may_lead_to_the_provider_and_nowhere_else(portal: Portal) -> None:
    browser = portal.browser()
    policy = browser.get("/sign-in/uni").headers["Content-Security-Policy"]
    assert f"form-action 'self' {ISSUER};" in policy
    assert ISSUER not in browser.get("/sign-in/card").headers["Content-Security-Policy"]
