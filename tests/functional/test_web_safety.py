"""What protects people from pages that are not ours, and from each other (checklist W and S)."""

import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from webob import Request

from discovery_accounts.config.secret import Secret
from discovery_accounts.models import Base
from discovery_accounts.services.opening import open_database
from discovery_accounts.web.routes import CALLS, PAGES
from tests.factories.portal import API, Browser, Portal

EVIL = (
    "//evil.example",
    "///evil.example",
    "////evil.example/",
    "/\\evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "/%2f%2fevil.example",
    "%2f%2fevil.example",
    "https://library.example@evil.example/",
    "https://library.example.evil.example/",
    "/loans\r\nSet-Cookie: a=b",
    "/\tevil",
    "https://library。example/",
    "/%252f%252fevil",
    "/../evil",
    "http://library.example/",
)


WRITTEN_DOWN = {"card_activity", "event", "event_seal", "person_key", "throttle"}
"""Written down by looking, too: that somebody took their data with them, or tried something; that a card is used."""


def rows(portal: Portal) -> dict[str, int]:
    tables = [table for table in Base.metadata.sorted_tables if table.name not in WRITTEN_DOWN]
    with portal.house.database.reading() as session:
        return {table.name: session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


@pytest.mark.parametrize("address", EVIL)
def test_w5_no_address_leads_out_after_sign_in(make_portal: Callable[..., Portal], address: str) -> None:
    portal = make_portal(portal_origins="https://library.example")
    answer = portal.browser().sign_in("lumme", portal.patron("lumme"), return_to=address)
    assert answer.headers["Location"] == "http://localhost/loans"


def test_w5_a_portal_and_our_own_pages_are_returned_to(make_portal: Callable[..., Portal]) -> None:
    portal = make_portal(portal_origins="https://library.example")
    patron = portal.patron("lumme")
    for address in ("/cards?order=card", "https://library.example/Search/Results?lookfor=kalevala"):
        answer = portal.browser().sign_in("lumme", patron, return_to=address)
        assert answer.headers["Location"].endswith(address)


def test_w1_every_change_without_its_token_is_refused_and_changes_nothing(portal: Portal) -> None:
    browser = portal.signed_in_browser()
    before = rows(portal)
    for route in PAGES:
        # what a provider posts carries its signature instead: see the tests of those logins
        if "POST" in route.views and route.views["POST"][1].csrf:
            path = route.path.replace("{login}", "card")
            for name in ("{card}", "{session}", "{token}"):
                path = path.replace(name, "00000000-0000-0000-0000-000000000000")
            for token in ("", "forged", "\udcff"):
                answer = browser.app.post(
                    path, {"csrf_token": token.encode("utf-8", "replace")}, expect_errors=True
                )
                assert answer.status_int == 400, path
                assert 'data-code="csrf_failed"' in answer.text
    assert rows(portal) == before


def test_w1_the_api_wants_the_token_with_a_cookie_and_not_with_a_bearer(portal: Portal) -> None:
    browser = portal.signed_in_browser()
    body = {"language": "sv"}
    refused = browser.app.patch_json(f"{API}/account", body, expect_errors=True)
    assert (refused.status_int, refused.json["code"]) == (400, "csrf_failed")
    token = browser.csrf("/account")
    browser.app.patch_json(f"{API}/account", body, headers={"X-CSRF-Token": token}, status=200)
    portal.signed_in_client().call("PATCH", "/account", body, status=200)


def test_w1_a_token_of_another_browser_is_worth_nothing(portal: Portal) -> None:
    stolen = portal.signed_in_browser("helka").csrf("/account")
    answer = portal.signed_in_browser().post("/account", name="x", csrf_token=stolen)
    assert answer.status_int == 400


def test_w1_looking_changes_nothing(portal: Portal) -> None:
    browser = portal.signed_in_browser()
    browser.get("/loans")
    card = portal.signed_in_client().call("GET", "/cards").json["cards"][0]["id"]
    loan = portal.signed_in_client().call("GET", "/loans").json["loans"][0]["id"]
    before = rows(portal)
    for route in (*PAGES, *CALLS):
        if "GET" in route.views:
            path = route.path.replace("{login}", "card").replace("{card}", card).replace("{loan}", loan)
            browser.app.get(path.replace("{token}", "none").replace("{session}", card), expect_errors=True)
    assert rows(portal) == before


@pytest.mark.parametrize("path", ["/sign-in/card", "/cards/link", "/loans", f"{API}/loans"])
@pytest.mark.parametrize("name", ["pin", "card_number", "password"])
def test_s6_a_pin_in_an_address_is_refused_and_not_echoed(portal: Portal, path: str, name: str) -> None:
    answer = portal.signed_in_browser().app.get(f"{path}?{name}=9Z7-CANARY", expect_errors=True)
    assert answer.status_int == 400
    assert "pin_in_address" in answer.text
    assert "CANARY" not in answer.text


def test_w6_pages_and_cookies_are_guarded(portal: Portal) -> None:
    browser = portal.browser()
    answer = browser.sign_in("lumme", portal.patron("lumme"))
    cookies = [value for name, value in answer.headerlist if name == "Set-Cookie"]
    session = next(value for value in cookies if value.startswith("accounts_session="))
    assert "HttpOnly" in session
    assert "SameSite=Lax" in session
    assert "Path=/" in session
    page = browser.get("/loans")
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "'unsafe-inline'" not in policy
    assert "frame-ancestors 'self'" in policy
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Content-Type-Options"] == "nosniff"


def test_w6_in_production_cookies_are_for_this_host_over_https_only(
    make_portal: Callable[..., Portal],
) -> None:
    portal = make_portal()  # makes the key ring, which production never does
    libraries = {"library__lumme__insecure": "true", "library__helka__insecure": "true"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TEST_LIBRARY_SECRET", portal.koha.client_secret)
        patch.setenv("TEST_ALMA_KEY", portal.alma.api_key)
        strict = make_portal(
            stage="production",
            public_url="https://accounts.library.example",
            library__lumme__client_secret="env:TEST_LIBRARY_SECRET",
            library__helka__api_key="env:TEST_ALMA_KEY",
            **libraries,
        )
    browser = strict.browser(**{"wsgi.url_scheme": "https", "HTTP_HOST": "accounts.library.example"})
    answer = browser.get("/privacy")
    visitor = next(value for name, value in answer.headerlist if name == "Set-Cookie")
    assert visitor.startswith("__Host-accounts_visitor=")
    assert "secure" in visitor.lower()
    assert answer.headers["Strict-Transport-Security"]


def test_w8_what_a_library_says_is_shown_as_text(portal: Portal) -> None:
    patron = portal.patron("lumme", "child")
    browser = portal.signed_in_browser("lumme", "child")
    browser.post("/account", name="<img src=x onerror=alert(1)>")
    assert "<img src=x" not in browser.get("/account").text
    client = portal.client()
    client.sign_in("lumme", patron)
    card = client.call("GET", "/cards").json["cards"][0]["id"]
    client.call("PATCH", f"/cards/{card}", {"label": "<script>alert(1)</script>"}, status=200)
    assert "<script>alert" not in browser.get("/cards").text


def test_a_session_that_is_over_leads_to_sign_in_and_back(portal: Portal) -> None:
    browser = portal.signed_in_browser()
    portal.clock.advance(hours=13)
    answer = browser.get("/loans?order=card")
    assert answer.status_int == 303
    assert "return_to=%2Floans%3Forder%3Dcard" in answer.headers["Location"]


def test_broken_calls_get_a_code_and_reach_no_library(portal: Portal) -> None:
    client = portal.client()
    portal.koha.clear_calls()
    for body, kind in (
        (b"{", "application/json"),
        (b"[]", "application/json"),
        (b'{"library": 1, "card_number": [], "pin": null}', "application/json"),
        (b'{"library":"lumme","card_number":"21270000001","pin":"1234","admin":true}', "application/json"),
        (b"library=lumme&card_number=1&pin=2", "application/x-www-form-urlencoded"),
    ):
        answer = client.app.post(f"{API}/sessions", body, content_type=kind, expect_errors=True)
        assert answer.status_int == 400
        assert answer.content_type == "application/problem+json"
        assert answer.json["code"] == "invalid_request"
    assert portal.koha.calls == ()


def test_a_body_of_a_megabyte_is_refused_unread(portal: Portal) -> None:
    browser: Browser = portal.browser()
    portal.koha.clear_calls()
    answer = browser.post("/sign-in/card", library="lumme", card_number="1", pin="9" * 1_000_000)
    assert answer.status_int == 413
    assert portal.koha.calls == ()


def test_unknown_methods_and_addresses_are_told_apart(portal: Portal) -> None:
    client = portal.signed_in_client()
    assert client.call("PUT", "/cards", {}, status=405).json["code"] == "method_not_allowed"
    assert client.call("GET", "/cards/not-a-card", status=404).json["code"] == "no_such_card"


def test_a_method_that_an_address_does_not_have_is_told_with_those_it_has(portal: Portal) -> None:
    client, browser = portal.signed_in_client(), portal.browser()
    assert client.call("PUT", "/cards", {}, status=405).headers["Allow"] == "GET, HEAD, POST"
    page = browser.app.delete("/privacy", expect_errors=True)
    assert (page.status_int, page.headers["Allow"]) == (405, "GET, HEAD")
    assert browser.app.head("/privacy").status_int == 200
    assert "Allow" not in client.call("GET", "/cards/not-a-card", status=404).headers


def test_bytes_that_are_no_text_are_refused(portal: Portal) -> None:
    browser = portal.signed_in_browser()
    for path in ("/loans?card=%ff", f"{API}/loans?card=%ff"):
        assert browser.app.get(path, expect_errors=True).status_int == 400, path
    for path in ("/cards/\xff", "/\xff", f"{API}/\xff"):  # as a server hands it over
        environ = Request.blank("/").environ | {"PATH_INFO": path}
        assert Request(environ).get_response(portal.app).status_int in {400, 404}, path


def test_w7_pages_of_configured_portals_may_call_the_api(make_portal: Callable[..., Portal]) -> None:
    portal = make_portal(portal_origins="https://library.example")
    client = portal.signed_in_client()
    allowed = client.call("GET", "/cards", Origin="https://library.example")
    assert allowed.headers["Access-Control-Allow-Origin"] == "https://library.example"
    assert "Access-Control-Allow-Credentials" not in allowed.headers
    for origin in ("https://evil.example", "https://library.example.evil.example", "null"):
        answer = client.call("GET", "/cards", Origin=origin)
        assert "Access-Control-Allow-Origin" not in answer.headers
    asked = client.app.options(f"{API}/cards", headers={"Origin": "https://library.example"})
    assert asked.status_int == 204
    client.app.options(f"{API}/cards", headers={"Origin": "https://evil.example"}, status=405)


def test_an_unknown_call_is_refused_as_json(portal: Portal) -> None:
    answer = portal.client().call("GET", "/no-such-call", status=404)
    assert answer.json["code"] == "not_found"


def test_another_charset_and_broken_forms_are_refused(portal: Portal) -> None:
    app = portal.browser().app
    for kind, body in (
        ("application/x-www-form-urlencoded; charset=utf-7", b"pin=1"),
        ("application/x-www-form-urlencoded", b"pin=%ff"),
        ("multipart/form-data", b"no boundary"),
    ):
        assert app.post("/sign-in/card", body, content_type=kind, expect_errors=True).status_int == 400, kind


@pytest.mark.parametrize(
    "line", [b"Content-Type: text/plain; charset=none", b"Content-Transfer-Encoding: base64"]
)
def test_a_part_of_a_form_that_cannot_be_decoded_is_refused(portal: Portal, line: bytes) -> None:
    request = Request.blank("/sign-in/card", method="POST", content_type="multipart/form-data; boundary=b")
    request.body = b'--b\r\nContent-Disposition: form-data; name="pin"\r\n%b\r\n\r\n1\r\n--b--\r\n' % line
    assert request.get_response(portal.app).status_int == 400


def test_a_body_without_a_length_is_read_no_further_than_allowed(portal: Portal) -> None:
    class Endless:
        read_bytes = 0

        def read(self, size: int = -1) -> bytes:
            assert 0 < size <= 1_000_000
            self.read_bytes += size
            return b"9" * size

    body = Endless()
    environ = Request.blank("/sign-in/card", method="POST").environ
    environ.update({"wsgi.input": body, "wsgi.input_terminated": True})
    environ["CONTENT_TYPE"] = "application/x-www-form-urlencoded"
    assert Request(environ).get_response(portal.app).status_int == 413
    assert body.read_bytes < 1_000_000


def test_s4_a_pin_sent_as_json_is_masked_in_a_crash(
    portal: Portal, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(_self: object, *arguments: object) -> None:
        raise RuntimeError(f"crashed with {arguments}")

    monkeypatch.setattr("discovery_accounts.services.sign_in.SignIn.by_card", crash)
    body = {"library": "lumme", "card_number": "21279999991", "pin": "9Z7-CANARY"}
    assert portal.client().call("POST", "/sessions", body).status_int == 500
    assert "request.failed" in caplog.text
    assert "CANARY" not in caplog.text
    assert "21279999991" not in caplog.text


def test_s6_the_database_is_its_owners_only(portal: Portal, tmp_path: Path) -> None:
    settings = replace(portal.house.settings, database_url=Secret(f"sqlite:///{tmp_path}/new/accounts.db"))
    database = open_database(settings)
    with database.writing() as session:
        session.execute(text("CREATE TABLE t (x)"))
    found = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "new").iterdir()}
    database.close()
    assert set(found.values()) == {0o600}
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
