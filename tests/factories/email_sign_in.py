"""Signing in by e-mail, as a person in a browser does."""

from webtest import TestResponse

from discovery_accounts.simulator.server import SimulatedPatron
from tests.factories.portal import Browser, Portal

FORM, CODE = "/sign-in/email", "/sign-in/email/code"
FAMILY = "family@koha.example"
"""An address that two patrons share."""
LOGINS = {"logins": "card email", "login__card__kind": "card", "login__email__kind": "email"}


def ask(browser: Browser, email: str, **more: str) -> TestResponse:
    answer = browser.post(FORM, email=email, **more)
    assert (answer.status_int, answer.location) == (303, f"http://localhost{CODE}")
    return answer


def give(browser: Browser, code: str) -> TestResponse:
    return browser.post(CODE, action="confirm", code=code)


def is_signed_in(browser: Browser) -> bool:
    return browser.get("/account", expect_errors=True).status_int == 200


def sharing(portal: Portal) -> list[SimulatedPatron]:
    return [patron for patron in portal.koha.patrons if patron.email == FAMILY]
