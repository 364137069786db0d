"""Who signed in in a weak way sees personal data masked, on every page and in every call, until a code was given
(rules 4.6)."""

import io
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from webtest import TestResponse

from discovery_accounts.domain.standing import Block, BlockCode
from discovery_accounts.models import (
    Account,
    Alert,
    EmailChange,
    Identity,
    LibraryCard,
    Link,
    Membership,
    SignedInSession,
)
from discovery_accounts.services.account_cards import cards_of
from discovery_accounts.services.sessions import API as PROGRAM
from discovery_accounts.services.tokens import token_hash
from discovery_accounts.simulator.server import SimulatedLibrary
from discovery_accounts.web.routes import CALLS, PAGES
from tests.factories.codes import codes
from tests.factories.email_sign_in import LOGINS
from tests.factories.own_data import OPTIONS, own_koha, prove
from tests.factories.portal import API, Browser, Client, Portal, open_portal
from tests.factories.rows import count, rows
from tests.fixtures.databases import ON_SQLITE

__all__ = ["own_koha"]

GIVEN, FAMILY_NAME = "Wilhelmiina", "Nimetön-Nimelä"
PENDING = "another.one@elsewhere.example"
USER_NAME = "wnimela@university.example"
INTEREST = "harmaahylje"
"""What an alert looks for."""
AT_LIBRARY = {
    "phone": "+358407654321",
    "sms_number": "+358401122334",
    "street": "Salakuja 17",
    "postal_code": "99876",
    "city": "Piiloniemi",
    "pickup_alias": "Harmaa huuhkaja",
}
"""What the person's library knows besides name, address for mail and day of birth."""
LAST_FOUR = "Q7X4"
"""Of the number, as we keep it: the real ones are in barcodes, too."""
ELSEWHERE = {"sign_out", "api_description", "metrics", "healthz", "readyz"}
"""Routes that say nothing of anybody."""


@pytest.fixture
def portal(
    database_url: str, own_koha: SimulatedLibrary, alma: SimulatedLibrary, tmp_path: Path
) -> Iterator[Portal]:
    """With a library that tells and changes everything about its patrons."""
    portal = open_portal(tmp_path, database_url, own_koha, alma, **OPTIONS, **LOGINS)
    yield portal
    portal.house.close()


@pytest.fixture
def weak(portal: Portal) -> Browser:
    """A browser that signed in by e-mail, to an account of which everything is known."""
    browser = portal.browser()
    browser.post("/sign-in/email", email=portal.patron("lumme").email)
    answer = browser.post("/sign-in/email/code", action="confirm", code=codes(portal)[-1])
    assert answer.status_int == 303
    alert = {"query": INTEREST, "by_feed": True}
    sure = portal.signed_in_client()
    sure.call("POST", "/alerts", alert, status=201)
    prove(sure, portal)
    [card] = sure.call("GET", "/cards", status=200).json["cards"]
    sure.call("PATCH", f"/cards/{card['id']}/details", AT_LIBRARY, status=200)
    portal.koha.approve_changes(portal.patron("lumme").patron_id)
    with portal.house.database.writing() as session:
        account = session.query(Account).one()
        session.query(LibraryCard).one().number_last4 = LAST_FOUR
        session.query(Link).one().number_last4 = LAST_FOUR
        account.name = f"{GIVEN} {FAMILY_NAME}"
        session.add(
            EmailChange(
                account_id=account.id,
                address=PENDING,
                token_hash="x",
                expires_at=portal.clock() + timedelta(hours=1),
                tries=0,
            )
        )
        session.add(
            Identity(
                account_id=account.id,
                login="oidc",
                issuer="https://university.example",
                subject="s",
                shown_as=USER_NAME,
                created_at=portal.clock(),
                last_used_at=portal.clock(),
            )
        )
    return browser


def personal(portal: Portal) -> list[str]:
    patron = portal.patron("lumme")
    return [
        *AT_LIBRARY.values(),
        f"{patron.given_name} {patron.family_name}",
        patron.birth_date,
        patron.email,
        patron.card_number,
        LAST_FOUR,
        GIVEN,
        FAMILY_NAME,
        PENDING,
        USER_NAME,
        INTEREST,
    ]


def everything(portal: Portal, browser: Browser) -> Iterator[tuple[str, str]]:
    """Every page and call that can be read, and what it says."""
    card, link = rows(portal.house, LibraryCard)[0], rows(portal.house, Link)[0]
    loans = browser.get(f"{API}/loans").json["loans"]
    parts = {
        "card": str(card.id),
        "loan": loans[0]["id"],
        "session": str(rows(portal.house, SignedInSession)[0].id),
        "login": "email",
        "link": str(link.id),
        "token": "none",
        "alert": str(rows(portal.house, Alert)[0].id),
        "identity": str(rows(portal.house, Identity, shown_as=USER_NAME)[0].id),
        "membership": str(rows(portal.house, Membership)[0].id),
    }
    for route in (*PAGES, *CALLS):
        if "GET" in route.views and route.name not in ELSEWHERE:
            path = route.path
            for name, value in parts.items():
                path = path.replace(f"{{{name}}}", value)
            answer = browser.get(path, expect_errors=True)
            assert answer.status_int < 500 or answer.status_int == 501, path  # what a library can not do
            yield path, _text_of(answer) + str(answer.headers)


def _text_of(answer: TestResponse) -> str:
    """Of an archive, the files in it: the card's whole number is in that of a person's own data."""
    if answer.content_type != "application/zip":
        return str(answer.text)
    with zipfile.ZipFile(io.BytesIO(answer.body)) as archive:
        return "".join(archive.read(name).decode() for name in archive.namelist())


def told(portal: Portal, browser: Browser) -> set[str]:
    texts = dict(everything(portal, browser))
    assert len(texts) > 15
    return {word for word in personal(portal) for text in texts.values() if word in text}


def test_nothing_personal_is_told_anywhere_until_a_code_was_given(portal: Portal, weak: Browser) -> None:
    assert told(portal, weak) == set()
    weak.post("/account/confirm", action="send", channel="email")
    weak.post("/account/confirm", action="confirm", code=codes(portal)[-1])
    patron = portal.patron("lumme")
    assert told(portal, weak) == set(personal(portal))
    whole = {path for path, text in everything(portal, weak) if patron.card_number in text}
    assert {path.rpartition("/")[2] for path in whole} == {"barcode", "export"}, (
        "the whole number stands nowhere else"
    )
    portal.clock.advance(minutes=20)
    assert patron.email in weak.get("/account").text, "for the whole session"


def test_a_sign_in_by_card_and_pin_sees_everything(portal: Portal, weak: Browser) -> None:
    card = portal.signed_in_browser()
    assert portal.patron("lumme").email in card.get("/account").text
    assert portal.patron("lumme").email not in weak.get("/account").text


@ON_SQLITE
def test_pages_say_why_and_lead_to_the_code_and_back(portal: Portal, weak: Browser) -> None:
    card = rows(portal.house, LibraryCard)[0].id
    for path in ("/account", "/cards", f"/cards/{card}"):
        page = weak.get(path).html
        [way] = page.select("main a[href*='/account/confirm?return_to=']")
        assert way["href"].endswith(path.replace("/", "%2F"))
    weak.post("/account/confirm", action="send", channel="email")
    weak.post("/account/confirm", action="confirm", code=codes(portal)[-1])
    assert not weak.get("/account").html.select("main a[href*='/account/confirm']")


@ON_SQLITE
def test_the_api_says_that_it_is_masked(portal: Portal, weak: Browser) -> None:
    account = weak.get(f"{API}/account").json
    assert account["masked"] is True
    assert (account["name"], account["email"]) == ("W… N…", "r…@k….example")
    assert {method["number_last4"] for method in account["sign_in_methods"]} == {None}
    assert [card["number_last4"] for card in weak.get(f"{API}/cards").json["cards"]] == [None]
    whole = portal.signed_in_client().call("GET", "/account").json
    assert (whole["masked"], whole["name"]) == (False, f"{GIVEN} {FAMILY_NAME}")


@ON_SQLITE
def test_a_masked_name_is_not_saved_over_the_real_one(portal: Portal, weak: Browser) -> None:
    form = weak.get("/account").html.find("input", {"value": "profile"}).find_parent("form")
    assert form.find("input", {"name": "name"}) is None
    assert weak.post("/account", action="profile", language="sv").location.endswith("/account")
    refused = weak.post("/account", action="profile", language="sv", name="Somebody Else")
    assert "/account/confirm" in refused.location
    [account] = rows(portal.house, Account)
    assert (account.name, account.language) == (f"{GIVEN} {FAMILY_NAME}", "sv")


@ON_SQLITE
def test_a_program_with_a_weak_session_is_masked_and_lifts_it_by_a_code(
    portal: Portal, weak: Browser
) -> None:
    client = as_program(portal, weak)
    assert client.call("GET", "/account", status=200).json["masked"] is True
    refused = client.call("PATCH", "/account", {"name": "Somebody Else"}, status=403)
    assert refused.json["code"] == "step_up_required"
    client.call("POST", "/step-up", {"channel": "email"}, status=202)
    client.call("POST", "/step-up/verify", {"code": codes(portal)[-1]}, status=200)
    account = client.call("PATCH", "/account", {"name": "Wilma"}, status=200).json
    assert (account["masked"], account["name"]) == (False, "Wilma")


def as_program(portal: Portal, weak: Browser) -> Client:
    """A bearer token of the same weak session."""
    client = portal.client()
    client.token = weak.app.cookies["accounts_session"]
    with portal.house.database.writing() as session:
        row = session.query(SignedInSession).filter_by(token_hash=token_hash(client.token)).one()
        row.kind = PROGRAM
    return client


@ON_SQLITE
def test_what_the_library_says_of_a_person_in_its_own_words_is_left_out(
    portal: Portal, weak: Browser
) -> None:
    with portal.house.database.reading() as session:
        [card] = cards_of(session, rows(portal.house, Account)[0].id, None, portal.clock())
    whole = Block(BlockCode.RESTRICTED, f"{GIVEN} must call +358401234567")
    object.__setattr__(card, "blocks", (whole,))
    assert card.as_masked().blocks == (Block(BlockCode.RESTRICTED),)
    assert GIVEN not in repr(card.as_masked())


@ON_SQLITE
def test_loans_are_seen_and_renewed_as_ever(portal: Portal, weak: Browser) -> None:
    assert count(portal.house, Link) == 1
    assert len(weak.get(f"{API}/loans").json["loans"]) == portal.patron("lumme").loans
    assert weak.get(f"{API}/cards").json["cards"][0]["state"] == "fresh"
