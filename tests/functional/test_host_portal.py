"""A portal of twenty lines takes the account pages in, under a prefix, and keeps its own ways."""

import re
from typing import Any

import pytest
from pyramid.config import Configurator
from pyramid.csrf import CookieCSRFStoragePolicy
from pyramid.request import Request
from pyramid.response import Response
from webtest import TestApp

from discovery_accounts.services.house import House
from tests.factories.portal import Browser, Client, Portal


class HostPolicy:
    """The host's own way of knowing people."""

    def identity(self, _request: Request) -> str:
        return "a librarian of the host"

    def authenticated_userid(self, _request: Request) -> str:
        return "host-user"

    def permits(self, _request: Request, _context: Any, _permission: str) -> bool:
        return True

    def remember(self, _request: Request, _userid: str, **_kw: Any) -> list[tuple[str, str]]:
        return []

    def forget(self, _request: Request, **_kw: Any) -> list[tuple[str, str]]:
        return []


def front_page(request: Request) -> Response:
    actor = request.accounts_actor
    return Response(f"catalogue of {request.identity}; account {'yes' if actor else 'no'}")


def host_app(portal: Portal) -> TestApp:
    with Configurator(settings=portal.values) as config:
        config.registry[House] = portal.house
        config.set_security_policy(HostPolicy())
        config.add_route("front", "/")
        config.add_view(front_page, route_name="front")
        config.include("discovery_accounts", route_prefix="/my")
        app = config.make_wsgi_app()
    return TestApp(app, extra_environ={"REMOTE_ADDR": "192.0.2.7"})


@pytest.fixture
def host(portal: Portal) -> TestApp:
    return host_app(portal)


def test_the_host_keeps_its_own_policy_and_pages(host: TestApp) -> None:
    answer = host.get("/")
    assert "a librarian of the host; account no" in answer.text
    assert "Content-Security-Policy" not in answer.headers


def test_the_whole_story_works_under_the_prefix(host: TestApp, portal: Portal) -> None:
    page = host.get("/my/sign-in", status=303).follow()
    assert page.request.path == "/my/sign-in/card"
    own, child = portal.patron("lumme"), portal.patron("helka", "child")
    form = page.forms[next(key for key, form in page.forms.items() if "pin" in form.fields)]
    form["library"], form["card_number"], form["pin"] = "lumme", own.card_number, own.pin
    loans = form.submit().follow()
    assert loans.request.path == "/my/loans"
    assert all(path.startswith("/my/") for path in re.findall(r'(?:href|action|src)="(/[^"]*)"', loans.text))
    link = host.get("/my/cards/link")
    form = link.forms[next(key for key, form in link.forms.items() if "pin" in form.fields)]
    form["library"], form["card_number"], form["pin"] = "helka", child.card_number, child.pin
    form["label"], form["relation"] = "Elsa", "looked_after"
    cards = form.submit().follow()
    assert cards.request.path == "/my/cards"
    assert "Elsa" in cards.text
    assert "Elsa" in host.get("/my/loans").text
    assert "account yes" in host.get("/").text


def test_the_api_describes_itself_where_it_is_mounted(host: TestApp) -> None:
    document = host.get("/my/api/v1/openapi.json").json
    assert document["servers"][0]["url"] == "/my/api/v1"


def test_the_api_works_under_the_prefix(portal: Portal, host: TestApp) -> None:
    patron = portal.patron("lumme")
    body = {"library": "lumme", "card_number": patron.card_number, "pin": patron.pin}
    token = host.post_json("/my/api/v1/sessions", body, status=201).json["access_token"]
    answer = host.get("/my/api/v1/loans", headers={"Authorization": f"Bearer {token}"}).json
    assert len(answer["loans"]) == 6


def test_a_return_address_outside_the_prefix_is_not_used(host: TestApp, portal: Portal) -> None:
    browser = Browser(host)
    token = browser.csrf("/my/privacy")
    patron = portal.patron("lumme")
    fields = {"library": "lumme", "card_number": patron.card_number, "pin": patron.pin, "csrf_token": token}
    answer = host.post("/my/sign-in/card", {**fields, "return_to": "/admin-of-the-host"})
    assert answer.headers["Location"].endswith("/my/loans")


def test_an_application_of_its_own_answers_unknown_addresses_with_a_page(portal: Portal) -> None:
    answer = Client(TestApp(portal.app)).app.get("/no-such-page", status=404)
    assert 'data-code="not_found"' in answer.text


def test_a_host_that_asks_much_of_its_own_views_asks_nothing_of_ours(portal: Portal) -> None:
    class Strict(HostPolicy):
        def permits(self, _request: Request, _context: Any, _permission: str) -> bool:
            return False

    with Configurator(settings=portal.values) as config:
        config.registry[House] = portal.house
        config.set_security_policy(Strict())
        config.set_default_permission("view")
        config.set_default_csrf_options(require_csrf=True)
        config.set_csrf_storage_policy(CookieCSRFStoragePolicy())
        config.include("discovery_accounts", route_prefix="/my")
        app = TestApp(config.make_wsgi_app(), extra_environ={"REMOTE_ADDR": "192.0.2.7"})
    patron = portal.patron("lumme")
    body = {"library": "lumme", "card_number": patron.card_number, "pin": patron.pin}
    app.post_json("/my/api/v1/sessions", body, status=201)
    token = Browser(app).csrf("/my/privacy")
    app.post("/my/sign-in/card", {**body, "csrf_token": token}, status=303)
    assert "accounts.css" in app.get("/my/loans").text
    app.get("/my/static/accounts.css", status=200)
