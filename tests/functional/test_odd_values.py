"""Whatever is typed, pasted or put into an address is refused or kept as text: no odd value is a failure of ours."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest

from discovery_accounts.domain.person import Person
from discovery_accounts.domain.strength import Strength
from discovery_accounts.models import Account, Link
from discovery_accounts.web.routes import CALLS, PAGES
from tests.factories.codes import stepped_up
from tests.factories.portal import API, Client, Portal
from tests.factories.rows import rows
from tests.factories.staff import LOGINS, colleague
from tests.factories.stand_in_provider import StandInProvider, stand_in, state_of

__all__ = ["stand_in"]

Providers = dict[str, StandInProvider]
ODD = (
    "\x00",
    "a\x00b",
    "\u202egpj.exe",
    "\u200b",
    "\ufeff\u2060",
    "\uffff\U0010ffff",
    "\u0661\u0662\u0663\u0664\u0665\u0666",  # digits of another alphabet
    "٣" * 64,
    "²³¹",
    "9" * 10_000,
    "é" * 10_000,
    "[" * 60_000,
    '{"id":' * 20_000,
    "-1",
    "1e309",
    "NaN",
    "../../etc/passwd",
    "%00",
    "${7*7}{{7*7}}%s%n",
    "00000000-0000-0000-0000-000000000000",
    "ada\r\nBcc: eve@evil.example",
    "\ud800".encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
)
FOR_FORMS = (
    "\x00",
    "a\u202e\u200b\uffffb",
    "٣" * 64,
    "é" * 10_000,
    "[" * 60_000,
    "-1",
    "ada\r\nBcc: eve@evil.example",
)
SHORT = tuple(value for value in ODD if len(value) < 200)
FIELDS = (
    "library", "card_number", "pin", "username", "password", "email", "code", "answer", "label", "name", "language",
    "action", "channel", "return_to", "organisation", "relation", "shown", "factor", "loan", "card", "scope",
    "source", "record_id", "title", "stars", "text", "review", "reason", "message", "seen", "after",
)  # fmt: skip
NAMES = sorted({name for route in (*PAGES, *CALLS) for name in re.findall(r"{(\w+)}", route.path)})
"""What stands in paths."""


@pytest.fixture
def portal(make_portal: Callable[..., Portal], stand_in: Providers) -> Portal:
    more = {
        "logins": "card staff email uni",
        "login__email__kind": "email",
        "login__uni__kind": "outside",
        "login__uni__name": "University",
        "limits__address": "100000/1m",
    }
    return make_portal(**(LOGINS | more))


def paths() -> Iterator[str]:
    """Where forms of ours are posted to; what providers post is theirs: see the tests of those logins."""
    for route in PAGES:
        if "POST" in route.views and route.views["POST"][1].csrf and route.name != "sign_out":
            for login in ("card", "staff", "email") if "{login}" in route.path else ("",):
                path = route.path.replace("{login}", login)
                for name in NAMES:
                    path = path.replace(f"{{{name}}}", "00000000-0000-0000-0000-000000000000")
                yield path


@pytest.mark.parametrize("value", FOR_FORMS, ids=range(len(FOR_FORMS)))
def test_b8_no_odd_value_in_a_form_is_a_failure_of_ours(portal: Portal, value: str) -> None:
    found = []
    for browser in (portal.signed_in_browser(), colleague(portal).sign_in()):
        stepped_up(portal)
        token = browser.csrf()
        for path in paths():
            form = {**dict.fromkeys(FIELDS, value), "csrf_token": token}
            status = browser.app.post(path, form, expect_errors=True).status_int
            if status >= 500:
                found.append((path, status))
    assert found == []


def test_b8_no_odd_value_in_an_address_is_a_failure_of_ours(portal: Portal) -> None:
    found = []
    for browser in (portal.signed_in_browser(), portal.browser()):
        for route in (*PAGES, *CALLS):
            if "GET" not in route.views:
                continue
            for value in SHORT:
                path = route.path
                for name in NAMES:
                    path = path.replace(f"{{{name}}}", quote(value, safe=""))
                query = "&".join(
                    f"{name}={quote(value)}"
                    for name in (*FIELDS, "state", "ticket", "q", "order")
                    if name not in ("pin", "password", "card_number", "username")
                )
                answer = browser.app.get(f"{path}?{query}", expect_errors=True)
                if answer.status_int >= 500:
                    found.append((route.path, value[:20], answer.status_int))
    assert found == []


def odd_bodies(value: Any) -> Iterator[tuple[str, str, Any]]:
    yield "POST", "/sessions", {"library": value, "card_number": value, "pin": value}
    yield "POST", "/sessions", {"library": "lumme", "card_number": "21270000001", "pin": value}
    yield "POST", "/cards", {"library": "lumme", "card_number": value, "pin": "1234", "label": value}
    yield "PATCH", "/account", {"name": value}
    yield "PATCH", "/account", {"email": value, "language": value}
    yield "POST", "/step-up", {"channel": value}
    yield "POST", "/step-up/verify", {"code": value}
    yield "POST", "/loans/renewals", {"loans": [value]}
    yield "POST", "/loans/renewals", {"all": value}


def test_b8_no_odd_value_in_a_call_is_a_failure_of_ours(portal: Portal) -> None:
    client = portal.signed_in_client()
    stepped_up(portal)
    found: list[tuple[str, str, int]] = []
    card = client.call("GET", "/cards").json["cards"][0]["id"]
    values: tuple[Any, ...] = (*ODD, "\ud800", None, 1e308, 10**40, [], [[]], {}, True)
    for value in values:
        bodies = [*odd_bodies(value), ("PATCH", f"/cards/{card}", {"label": value})]
        for method, path, body in bodies:
            status = send(client, method, path, json.dumps(body).encode())
            if status >= 500:
                found.append((path, repr(value)[:20], status))
    for raw in (
        b"[" * 60_000,
        b'{"a":' * 60_000,
        b'{"pin": ' + b"9" * 60_000 + b"}",
        b'"\\ud800"',
        b"\x00",
        b"\xff",
    ):
        for path in ("/sessions", "/cards", "/step-up"):
            status = send(client, "POST", path, raw)
            if status >= 500:
                found.append((path, repr(raw)[:20], status))
    assert found == []


def send(client: Client, method: str, path: str, body: bytes) -> int:
    headers = {"Authorization": f"Bearer {client.token}", "Content-Type": "application/json"}
    answer = client.app.request(API + path, method=method, body=body, headers=headers, expect_errors=True)
    return int(answer.status_int)


@pytest.mark.parametrize(
    "odd", ["Mum\u202e", "\u200bMum", "\u2066Mum", "M\u00adum", "\ufeff", "M\u061cum", "\u200d"]
)
def test_a_name_shown_to_others_has_no_characters_that_can_not_be_seen(portal: Portal, odd: str) -> None:
    """Whoever links a card chooses a name that its holder is shown: it must not be turned around (checklist W8)."""
    client = portal.signed_in_client()
    card = client.call("GET", "/cards").json["cards"][0]["id"]
    assert client.call("PATCH", f"/cards/{card}", {"label": odd}).status_int == 422
    assert client.call("PATCH", "/account", {"name": odd}).status_int == 422
    for good in ("Äiti 🧑\u200d🍼", "می\u200cخواهم"):  # joiners belong to some letters and pictures
        client.call("PATCH", f"/cards/{card}", {"label": good}, status=200)
        assert rows(portal.house, Link)[0].label == good


def test_w8_what_a_provider_tells_is_kept_and_shown_whole_or_not_at_all(
    portal: Portal, stand_in: Providers
) -> None:
    provider = stand_in["uni"]
    for number, odd in enumerate((*ODD, "<script>alert(1)</script>", "=HYPERLINK(1)")):
        person = Person.from_mapping(
            dict.fromkeys(("user_name", "given_names", "family_name", "identity_code", "phone", "email"), odd)
        )
        provider.says(subject=f"odd-{number}", person=person, strength=Strength.NORMAL)
        browser = portal.browser()
        state = state_of(browser.post("/sign-in/uni").headers["Location"])
        browser.get(f"/sign-in/uni/callback?state={state}")
        page = browser.get("/sign-in/consent").text
        assert "<script>alert" not in page
        assert "\u202e" not in page
        assert browser.post("/sign-in/consent", answer="yes").status_int == 303
        for path in ("/account", "/account/methods", "/cards"):
            shown = browser.get(path).text
            assert "<script>alert" not in shown
            assert "\u202e" not in shown
    for account in rows(portal.house, Account):
        assert len(account.name or "") <= 120
