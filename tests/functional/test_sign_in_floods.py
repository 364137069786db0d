"""What strangers, and links they send, can make of signing in by an organisation: nothing that lasts."""

from collections.abc import Callable

import pytest

from discovery_accounts.config.settings import RateLimit
from discovery_accounts.login.claim import Claim
from discovery_accounts.models import Account, Event, LoginStep, SignedInSession
from discovery_accounts.services import provider_sign_in
from tests.factories.portal import Browser, Portal
from tests.factories.rows import count, events, rows
from tests.factories.stand_in_provider import ISSUER, StandInProvider, stand_in, state_of
from tests.fixtures.databases import ON_SQLITE

__all__ = ["stand_in"]

Providers = dict[str, StandInProvider]
CONSENT = "/sign-in/consent"


@pytest.fixture
def portal(make_portal: Callable[..., Portal], stand_in: Providers) -> Portal:
    return make_portal(
        logins="card uni", login__card__kind="card", login__uni__kind="outside", login__uni__name="University"
    )


def sign_in(browser: Browser) -> None:
    state = state_of(browser.post("/sign-in/uni").headers["Location"])
    browser.get(f"/sign-in/uni/callback?state={state}")
    browser.post(CONSENT, answer="yes")


def bring_unasked(browser: Browser, stand_in: Providers, subject: str) -> str:
    """Have the browser bring an answer that nobody asked for, as a page of a stranger can; where it leads."""
    uni = stand_in["uni"]
    uni.complete = lambda _memory, _answer: Claim("outside", ISSUER, subject)  # type: ignore[method-assign]
    ticket = browser.app.post("/sign-in/uni/acs", {}).headers["Location"]
    answer = browser.app.get(ticket, expect_errors=True)
    return str(answer.headers.get("Location", answer.status_int))


@ON_SQLITE
def test_answers_that_nobody_asked_for_leave_no_row(portal: Portal) -> None:
    app = portal.browser().app
    before = count(portal.house, Event)
    for number in range(5):
        for answer in (
            app.get(f"/sign-in/uni/callback?state=s{number}", expect_errors=True),
            app.get(f"/sign-in/uni/finish?ticket=t{number}", expect_errors=True),
            app.post("/sign-in/uni/acs", {"state": f"s{number}"}, expect_errors=True),
        ):
            assert answer.status_int == 400
    assert count(portal.house, Event) == before
    assert count(portal.house, LoginStep) == 0


@ON_SQLITE
def test_o6_orders_that_are_none_are_written_down_once_a_minute(portal: Portal) -> None:
    app = portal.browser().app
    for _ in range(5):
        app.post("/sign-in/uni/backchannel-logout", {"logout_token": "x"}, status=400)
        app.get("/sign-in/uni/slo?SAMLRequest=x", status=400)
    [event] = events(portal.house, "sign_out.refused")
    assert event.detail == {"login": "uni", "reason": "bad_token"}
    portal.clock.advance(minutes=2)
    app.post("/sign-in/uni/backchannel-logout", {"logout_token": "x"}, status=400)
    assert len(events(portal.house, "sign_out.refused")) == 2


@ON_SQLITE
def test_sign_ins_begun_from_one_address_are_bounded_and_small(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provider_sign_in, "BEGUN_BY_NETWORK", RateLimit(3, 600))
    stranger = portal.browser()
    for _ in range(6):
        last = stranger.post("/sign-in/uni", return_to="/loans?" + "x" * 50_000)
    assert 'data-code="too_many_attempts"' in last.text
    steps = rows(portal.house, LoginStep)
    assert len(steps) == 3
    assert max(len(step.sealed) for step in steps) < 4096
    assert portal.browser(REMOTE_ADDR="198.51.100.4").post("/sign-in/uni").status_int == 303
    portal.clock.advance(minutes=11)
    assert stranger.post("/sign-in/uni").status_int == 303


def test_m3_an_unasked_answer_takes_the_place_of_no_session(portal: Portal, stand_in: Providers) -> None:
    """Login CSRF: where such answers are allowed, a stranger's page may bring the stranger's own."""
    sign_in(portal.browser())
    victim = portal.signed_in_browser()
    assert bring_unasked(victim, stand_in, "ada") == "400"
    assert "University" not in victim.get("/account/methods").html.find("main").find("ul").text
    assert bring_unasked(victim, stand_in, "eve") == "400"
    assert victim.get("/account").status_int == 200
    assert count(portal.house, SignedInSession) == 2


def test_m3_an_unasked_answer_takes_the_place_of_no_question(portal: Portal, stand_in: Providers) -> None:
    """Or somebody would say yes to a page about themselves and enter a stranger's account."""
    victim = portal.browser()
    state = state_of(victim.post("/sign-in/uni").headers["Location"])
    victim.get(f"/sign-in/uni/callback?state={state}")
    assert bring_unasked(victim, stand_in, "eve") == "400"
    assert "ada@university.example" in victim.get(CONSENT).text
    idle = portal.browser()
    assert bring_unasked(idle, stand_in, "eve").endswith(CONSENT)
    assert count(portal.house, Account) == 0


def test_a_ticket_is_good_for_two_minutes(portal: Portal) -> None:
    browser = portal.browser()
    state = state_of(browser.post("/sign-in/uni").headers["Location"])
    ticket = browser.app.post("/sign-in/uni/acs", {"state": state}).headers["Location"]
    portal.clock.advance(minutes=3)
    assert browser.app.get(ticket, expect_errors=True).status_int == 400


def test_a_link_tells_nobody_that_they_are_signed_out_while_they_are_not(portal: Portal) -> None:
    browser = portal.signed_in_browser()
    browser.get("/sign-in/uni/signed-out?state=x")
    assert "accounts_notice" not in browser.app.cookies
    assert browser.get("/account").status_int == 200
