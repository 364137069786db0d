"""Settings that ask of a library what it can't do are told, with the cause and what to do."""

from collections.abc import Callable

import pytest

from discovery_accounts.login.checks import Level, Step
from discovery_accounts.services.login_checks import check_logins
from tests.factories.portal import Portal
from tests.factories.staff import LOGINS, colleague
from tests.factories.stand_in_provider import StandInProvider, stand_in, state_of
from tests.fixtures.databases import ON_SQLITE

__all__ = ["stand_in"]

pytestmark = ON_SQLITE
MakePortal = Callable[..., Portal]
UNI = {"login__uni__kind": "outside", "login__uni__library": "lumme"}
MAKES = {"library__lumme__new_patron_category": "HENKILO", "library__lumme__new_patron_library": "MAIN"}


@pytest.fixture
def told(make_portal: MakePortal, stand_in: dict[str, StandInProvider]) -> Callable[..., dict[str, Step]]:
    """The steps about patrons that ``logins check`` tells with these settings."""

    def check(**settings: str) -> dict[str, Step]:
        portal = make_portal(logins="uni", **{**UNI, **settings})
        (report,) = check_logins(portal.house, ["uni"])
        return {step.what: step for step in report.steps if step.what.endswith("patrons")}

    return check


@pytest.mark.parametrize("field", ["card_number", "userid", "attribute:EPPN"])
def test_a_field_that_the_library_knows_is_in_order(told: Callable[..., dict[str, Step]], field: str) -> None:
    assert told(login__uni__match_on=field)["finding patrons"].level is Level.OK


@pytest.mark.parametrize("field", ["email", "attribute:", "Userid"])
def test_a_field_that_the_library_does_not_know_fails_with_those_it_knows(
    told: Callable[..., dict[str, Step]], field: str
) -> None:
    step = told(login__uni__match_on=field)["finding patrons"]
    assert step.level is Level.FAILED
    assert field in step.found
    assert "accounts.login.uni.match_on" in step.advice
    assert "userid, attribute:*" in step.advice


def test_making_patrons_fails_where_the_library_can_not(told: Callable[..., dict[str, Step]]) -> None:
    step = told(login__uni__make_patrons="yes")["making patrons"]
    assert step.level is Level.FAILED
    assert "lumme" in step.found
    assert "accounts.login.uni.make_patrons = no" in step.advice


def test_making_patrons_is_in_order_where_the_library_can(told: Callable[..., dict[str, Step]]) -> None:
    assert told(login__uni__make_patrons="yes", **MAKES)["making patrons"].level is Level.OK


def test_without_a_library_both_do_nothing(
    make_portal: MakePortal, stand_in: dict[str, StandInProvider]
) -> None:
    portal = make_portal(
        logins="uni",
        login__uni__kind="outside",
        login__uni__match_on="userid",
        login__uni__make_patrons="yes",
    )
    (report,) = check_logins(portal.house, ["uni"])
    levels = {step.what: step.level for step in report.steps}
    assert levels["finding patrons"] is levels["making patrons"] is Level.WARNING


def test_staff_see_it_without_asking_for_a_check(
    make_portal: MakePortal, stand_in: dict[str, StandInProvider]
) -> None:
    logins = {**LOGINS, "logins": f"{LOGINS['logins']} uni"}
    portal = make_portal(**logins, **UNI, login__uni__match_on="email")
    page = colleague(portal).sign_in().get("/admin").text
    assert "patrons of lumme can&#39;t be found by email" in page
    assert "accounts.login.uni.match_on" in page


def test_nobody_is_promised_a_card_that_can_not_be_made(
    make_portal: MakePortal, stand_in: dict[str, StandInProvider]
) -> None:
    promise = "or makes you one"
    for more, promised in (({}, False), (MAKES, True)):
        portal = make_portal(logins="uni", **UNI, login__uni__make_patrons="yes", **more)
        browser = portal.browser(HTTP_ACCEPT_LANGUAGE="en")
        state = state_of(browser.post("/sign-in/uni").headers["Location"])
        browser.get(f"/sign-in/uni/callback?state={state}")
        assert (promise in browser.get("/sign-in/consent").text) is promised
