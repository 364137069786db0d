"""A telephone may take the portal for an app; what is kept there goes at sign-out (checklist W4)."""

from collections.abc import Callable

from pyramid.config import Configurator
from webtest import TestApp

from discovery_accounts.models import LibraryCard, Link
from discovery_accounts.services.house import House
from tests.factories.portal import Browser, Portal
from tests.factories.rows import rows
from tests.factories.staff import LOGINS, colleague
from tests.fixtures.databases import ON_SQLITE

pytestmark = ON_SQLITE


def hosted(portal: Portal, prefix: str | None) -> Browser:
    """A browser at a host portal that took the pages in."""
    with Configurator(settings=portal.values) as config:
        config.registry[House] = portal.house
        config.include("discovery_accounts", route_prefix=prefix)
        app = config.make_wsgi_app()
    return Browser(TestApp(app, extra_environ={"REMOTE_ADDR": "192.0.2.7"}))


def signed_in_at(portal: Portal, prefix: str) -> Browser:
    browser, patron = hosted(portal, prefix or None), portal.patron("lumme")
    fields = {"library": "lumme", "card_number": patron.card_number, "pin": patron.pin}
    fields["csrf_token"] = browser.csrf(f"{prefix}/privacy")
    assert browser.app.post(f"{prefix}/sign-in/card", fields).status_int == 303
    return browser


def test_the_manifest_is_in_the_readers_language_and_its_icons_are_there(portal: Portal) -> None:
    browser = portal.browser()
    page = browser.get("/privacy", headers={"Accept-Language": "fi"})
    address = page.html.select_one("link[rel=manifest]")["href"]
    answer = portal.browser().get(address)
    assert answer.content_type == "application/manifest+json"
    manifest = answer.json
    assert (manifest["lang"], manifest["display"]) == ("fi", "standalone")
    assert (manifest["id"], manifest["start_url"], manifest["scope"]) == ("/", "/", "/")
    assert manifest["name"] != portal.browser().get("/manifest.webmanifest?language=en").json["name"]
    assert (
        portal.browser().get("/manifest.webmanifest?language=xx").json["lang"]
        in portal.house.settings.languages
    )
    found = {(icon["sizes"], icon["purpose"]) for icon in manifest["icons"]}
    assert found == {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")}
    for icon in manifest["icons"]:
        picture = browser.get(icon["src"])
        assert picture.content_type == "image/png"
        side = int.from_bytes(picture.body[16:20], "big")
        assert icon["sizes"] == f"{side}x{side}"


def test_w6_the_worker_looks_after_our_pages_and_asks_nobody_else(portal: Portal) -> None:
    answer = portal.browser().get("/service-worker.js")
    assert answer.content_type == "text/javascript"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; connect-src 'self'"
    assert answer.headers["Cache-Control"] == "no-store"


def test_in_a_host_portal_no_app_is_offered_and_the_worker_stays_below_the_prefix(portal: Portal) -> None:
    browser = signed_in_at(portal, "/my")
    assert "manifest" not in browser.get("/my/loans").text
    [card] = rows(portal.house, LibraryCard)
    page = browser.get(f"/my/cards/{card.id}/barcode")
    assert "manifest" not in page.text + page.headers["Content-Security-Policy"]
    place = page.html.select_one("[data-keeping]")
    assert (place["data-worker"], place["data-scope"]) == ("/my/service-worker.js", "/my/")
    browser.get(place["data-worker"], status=200)


def test_a_host_without_a_prefix_keeps_its_own_worker(portal: Portal) -> None:
    browser = signed_in_at(portal, "")
    [card] = rows(portal.house, LibraryCard)
    page = browser.get(f"/cards/{card.id}/barcode")
    assert page.html.select("[data-keeping]") == []
    assert "worker-src" not in page.headers["Content-Security-Policy"]


def test_w4_signing_out_clears_what_is_kept_where_the_origin_is_ours_alone(portal: Portal) -> None:
    answer = portal.signed_in_browser().post("/sign-out")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    browser = signed_in_at(portal, "/my")
    token = browser.csrf("/my/account")
    hosted_answer = browser.app.post("/my/sign-out", {"csrf_token": token})
    assert hosted_answer.headers["Clear-Site-Data"] == '"cache"'


def test_pages_name_the_account_by_a_word_that_is_the_same_each_time_and_tells_nothing(
    portal: Portal,
) -> None:
    def owner(browser: Browser) -> str | None:
        found = browser.get("/account").html.find("html").get("data-owner")
        return None if found is None else str(found)

    mine = [owner(portal.signed_in_browser()) for _ in range(2)]
    assert mine[0] == mine[1]
    assert mine[0] not in {None, owner(portal.signed_in_browser("helka"))}
    assert portal.browser().get("/privacy").html.find("html").get("data-owner") is None


def test_staff_are_offered_nothing_to_keep(make_portal: Callable[..., Portal]) -> None:
    portal = make_portal(**LOGINS)
    ada = colleague(portal)
    browser = ada.sign_in()
    page = browser.get("/admin").text
    assert "manifest" not in page
    patron = portal.patron("lumme")
    fields = {"library": "lumme", "card_number": patron.card_number, "pin": patron.pin, "label": "Mine"}
    browser.post("/cards/link", relation="own", **fields)
    [card] = rows(portal.house, LibraryCard)
    with portal.house.database.writing() as session:
        session.query(Link).one().scopes = "card"
    shown = browser.get(f"/cards/{card.id}/barcode")
    assert shown.html.select("[data-keeping]") == []
