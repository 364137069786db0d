"""Signing in at the portal's own form, with a real directory behind it (rules 4.2)."""

import logging
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from webtest import TestResponse

from discovery_accounts.models import Account, Identity, SignedInSession
from tests.factories.authority import Authority
from tests.factories.portal import Browser, Portal
from tests.factories.rows import count, dump, events, rows
from tests.fixtures.databases import ON_SQLITE
from tests.fixtures.directory import DirectoryServer, MakeDirectory, campus

pytestmark = pytest.mark.ldap

OpenPortal = Callable[..., Portal]
OpenCampus = Callable[..., Portal]


@pytest.fixture
def open_campus(make_portal: OpenPortal, authority: Authority) -> OpenCampus:
    """A portal with the login ``campus`` at that server."""

    def make(server: DirectoryServer, /, portal: dict[str, str] | None = None, **options: str) -> Portal:
        return make_portal(**campus(server, authority, **options), **(portal or {}))

    return make


def sign_in(browser: Browser, username: str, password: str, login: str = "campus") -> TestResponse:
    answer = browser.post(f"/sign-in/{login}", username=username, password=password)
    if answer.headers.get("Location", "").endswith("/sign-in/consent"):
        return browser.post("/sign-in/consent", answer="yes")
    return answer


def code_of(answer: TestResponse) -> str | None:
    found = BeautifulSoup(answer.text, "html.parser").find("main")
    assert found is not None
    return found.get("data-code")


def test_a_person_of_the_university_signs_in_and_comes_back_to_the_same_account(
    open_campus: OpenCampus, directory: DirectoryServer
) -> None:
    portal = open_campus(directory, realm="uni.example")
    browser = portal.browser()
    assert "University account" in browser.get("/sign-in")
    assert browser.get("/sign-in/campus").status_int == 200
    asked = browser.post("/sign-in/campus", username="ada", password="ada-secret", return_to="/cards")
    assert asked.headers["Location"].endswith("/sign-in/consent")
    page = browser.get("/sign-in/consent")
    for value in ("ada@uni.example", "Ada", "Staff", "+358 40 1234"):
        assert value in page.text
    assert count(portal.house, Account) == 0
    done = browser.post("/sign-in/consent", answer="yes")
    assert done.headers["Location"].endswith("/cards")
    assert browser.get("/account").status_int == 200
    (identity,) = rows(portal.house, Identity)
    assert (identity.login, identity.issuer, identity.login_name) == ("ldap", "campus", "campus")

    again = portal.browser()
    answer = again.post("/sign-in/campus", username="ADA", password="ada-secret")
    assert answer.status_int == 303
    assert not answer.headers["Location"].endswith("/sign-in/consent")
    assert again.get("/account").status_int == 200
    assert count(portal.house, Account) == 1


@ON_SQLITE
def test_l2_the_same_id_at_another_directory_is_somebody_else(
    make_portal: OpenPortal, directory: DirectoryServer, make_directory: MakeDirectory, authority: Authority
) -> None:
    one = campus(directory, authority, subject_attribute="uid")
    other = campus(make_directory(), authority, subject_attribute="uid")
    hospital = {key.replace("campus", "hospital"): value for key, value in other.items() if "campus" in key}
    portal = make_portal(**{**one, **hospital, "logins": "card campus hospital"})
    assert sign_in(portal.browser(), "ada", "ada-secret").status_int == 303
    assert sign_in(portal.browser(), "ada", "ada-secret", "hospital").status_int == 303
    found = rows(portal.house, Identity)
    assert {(each.issuer, each.subject) for each in found} == {("campus", "ada"), ("hospital", "ada")}
    assert len({each.account_id for each in found}) == 2


@ON_SQLITE
def test_p6_unknown_name_wrong_password_and_odd_input_look_the_same(
    open_campus: OpenCampus, directory: DirectoryServer
) -> None:
    portal = open_campus(directory)
    seen = set()
    for username, password in [
        ("ada", "x"),
        ("nobody", "x"),
        ("twin", "twin-secret"),
        ("eve", "x"),
        ("*", "ada-secret"),
        ("*)(uid=*))(|(uid=*", "ada-secret"),
        ("\\00", "ada-secret"),
    ]:
        answer = portal.browser().post("/sign-in/campus", username=username, password=password)
        main = BeautifulSoup(answer.text, "html.parser").find("main")
        assert main is not None
        assert main.get("data-code") == "sign_in_refused"
        for typed in main.find_all("input", {"name": ["csrf_token", "username"]}):
            typed.decompose()
        seen.add((answer.status_int, str(main)))
    assert len(seen) == 1
    assert count(portal.house, Account) == count(portal.house, SignedInSession) == 0
    reasons = {each.detail["reason"] for each in events(portal.house, "sign_in.refused")}
    assert reasons == {"wrong_password", "unknown_name", "several_entries"}


@ON_SQLITE
@pytest.mark.parametrize("password", ["", " ", "\0"])
def test_p1_no_password_is_no_sign_in_even_where_the_directory_takes_none(
    open_campus: OpenCampus, make_directory: MakeDirectory, password: str
) -> None:
    server = make_directory(more="allow bind_anon_dn")
    portal = open_campus(server)
    answer = portal.browser().post("/sign-in/campus", username="ada", password=password)
    assert 400 <= answer.status_int < 500
    assert server.binds("uid=ada") == 0
    assert count(portal.house, SignedInSession) == 0


@ON_SQLITE
def test_an_account_that_is_over_at_the_university_is_told_so(
    open_campus: OpenCampus, directory: DirectoryServer
) -> None:
    portal = open_campus(directory)
    answer = sign_in(portal.browser(), "eve", "eve-secret")
    assert 400 <= answer.status_int < 500
    assert code_of(answer) == "organisation_account_closed"
    assert count(portal.house, Account) == count(portal.house, SignedInSession) == 0


@ON_SQLITE
def test_p6_a_directory_that_is_down_is_nobody_s_fault_and_counts_nothing(
    open_campus: OpenCampus, make_directory: MakeDirectory
) -> None:
    server = make_directory()
    portal = open_campus(server, portal={"limits__card": "2", "limits__account": "2/15m"})
    server.stop()
    for _ in range(4):
        answer = sign_in(portal.browser(), "ada", "ada-secret")
        assert (answer.status_int, code_of(answer)) == (503, "provider_unavailable")
    server.start()
    assert sign_in(portal.browser(), "ada", "ada-secret").status_int == 303


@ON_SQLITE
def test_our_own_account_refused_is_503_too(open_campus: OpenCampus, directory: DirectoryServer) -> None:
    portal = open_campus(directory, bind_password="changed")
    answer = sign_in(portal.browser(), "ada", "ada-secret")
    assert (answer.status_int, code_of(answer)) == (503, "provider_unavailable")


@ON_SQLITE
def test_s4_a_password_of_an_organisation_is_kept_nowhere(
    open_campus: OpenCampus, directory: DirectoryServer, caplog: pytest.LogCaptureFixture
) -> None:
    portal = open_campus(directory)
    with caplog.at_level(logging.DEBUG):
        right = sign_in(portal.browser(), "ada", "ada-secret")
        wrong = sign_in(portal.browser(), "ada", "canary-3301")
    assert right.status_int == 303
    traces = [wrong.text, dump(portal.house).decode(errors="replace"), caplog.text, *portal.mails()]
    traces += [str(record.__dict__) for record in caplog.records]
    for secret in ("ada-secret", "canary-3301", directory.bind_password):
        assert not [trace for trace in traces if secret in trace]
