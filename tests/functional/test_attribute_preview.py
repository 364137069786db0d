"""IT looks at what an organisation tells, by a sign-in of their own that opens nothing and is kept nowhere."""

from collections.abc import Callable

import pytest

from discovery_accounts.models import Account, Identity, LoginStep, TransferConsent
from tests.factories.authority import Authority
from tests.factories.portal import Portal
from tests.factories.rows import count
from tests.factories.staff import LOGINS, colleague
from tests.factories.stand_in_provider import StandInProvider, stand_in, state_of
from tests.fixtures.directory import DirectoryServer, campus

__all__ = ["stand_in"]

MakePortal = Callable[..., Portal]
UNI = {"login__uni__kind": "outside", "login__uni__name": "University"}
PATH = "/admin/logins/uni/preview"


def test_it_sees_every_attribute_and_what_becomes_of_it(
    make_portal: MakePortal, stand_in: dict[str, StandInProvider]
) -> None:
    portal = make_portal(**LOGINS | UNI | {"logins": "card staff uni"})
    browser = colleague(portal).sign_in()
    assert "/preview" in browser.get("/admin").text
    before = [count(portal.house, model) for model in (Account, Identity, TransferConsent)]
    state = state_of(browser.post(PATH).headers["Location"])
    page = browser.get(f"/sign-in/uni/callback?state={state}")
    assert [cell.text for cell in page.html.select("tbody tr > *")] == ["uid", "ada", "user_name"]
    assert [count(portal.house, model) for model in (Account, Identity, TransferConsent)] == before
    assert count(portal.house, LoginStep) == 0
    # an answer that the provider's page posted
    state = state_of(browser.post(PATH).headers["Location"])
    finish = browser.app.post("/sign-in/uni/acs", {"state": state}).headers["Location"]
    assert "user_name" in browser.get(finish).text
    assert browser.get("/admin").status_int == 200


def test_nobody_else_may(make_portal: MakePortal, stand_in: dict[str, StandInProvider]) -> None:
    portal = make_portal(**LOGINS | UNI | {"logins": "card staff uni"})
    patron = portal.signed_in_browser()
    assert patron.app.get(PATH, expect_errors=True).status_int == 404
    assert patron.post(PATH).status_int == 404
    desk = colleague(portal, "desk@library.example", role="helpdesk").sign_in()
    assert desk.post(PATH).status_int == 404
    assert stand_in["uni"].begun == []


@pytest.mark.ldap
def test_a_directory_is_previewed_by_a_form(
    make_portal: MakePortal, directory: DirectoryServer, authority: Authority
) -> None:
    portal = make_portal(**LOGINS | campus(directory, authority) | {"logins": "card staff campus"})
    browser = colleague(portal).sign_in()
    path = "/admin/logins/campus/preview"
    before = count(portal.house, Account)
    refused = browser.post(path, username="ada", password="wrong")
    assert (refused.status_int, 'data-code="sign_in_refused"' in refused.text) == (401, True)
    page = browser.post(path, username="ada", password="ada-secret")
    assert "email" in [cell.text for cell in page.html.select("tbody td:last-child")]
    assert "ada-secret" not in page.text
    assert count(portal.house, Account) == before
