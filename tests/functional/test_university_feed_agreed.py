"""A feed tells what its people were told that it may, and were asked about: nothing else (rules 4.5, 5.1)."""

import json
from collections.abc import Callable

import pytest

from discovery_accounts.domain.feed_person import DAILY
from discovery_accounts.domain.person import Person
from discovery_accounts.models import FeedPatron, LibraryCard, TransferConsent
from tests.factories.portal import Browser, Portal
from tests.factories.rows import dump, rows, write
from tests.factories.stand_in_provider import StandInProvider, stand_in, state_of
from tests.factories.university import UNIVERSITY, joins, sync
from tests.fixtures.databases import ON_SQLITE

__all__ = ["stand_in"]

pytestmark = ON_SQLITE
MakePortal = Callable[..., Portal]
Providers = dict[str, StandInProvider]
LABELS = ("Street address", "Postal code", "Town", "Country", "Last valid day of your account there")


@pytest.fixture
def portal(make_portal: MakePortal, stand_in: Providers) -> Portal:
    return make_portal(**UNIVERSITY, languages="en fi")


def asked(portal: Portal) -> Browser:
    """On the way to the page that asks for consent."""
    browser = portal.browser(HTTP_ACCEPT_LANGUAGE="en")
    state = state_of(browser.post("/sign-in/uni").headers["Location"])
    browser.get(f"/sign-in/uni/callback?state={state}")
    return browser


def test_the_page_names_what_may_come_every_day_and_the_consent_records_it(
    portal: Portal, stand_in: Providers
) -> None:
    stand_in["uni"].says(person=Person(family_name="Lind"))
    browser = asked(portal)
    page = browser.get("/sign-in/consent").text
    assert "Every day from then on" in page
    assert [label for label in LABELS if label not in page] == []
    browser.post("/sign-in/consent", answer="yes")
    [consent] = rows(portal.house, TransferConsent)
    assert consent.fields == ["family_name", *DAILY]
    methods = browser.get("/account/methods").text
    assert [label for label in LABELS if label not in methods] == []


def test_without_a_library_nothing_comes_every_day(make_portal: MakePortal, stand_in: Providers) -> None:
    portal = make_portal(
        logins="card uni", login__card__kind="card", login__uni__kind="outside", languages="en fi"
    )
    stand_in["uni"].says(person=Person(family_name="Lind"))
    browser = asked(portal)
    page = browser.get("/sign-in/consent").text
    assert "nothing goes to a library" in page
    assert "Every day" not in page
    browser.post("/sign-in/consent", answer="yes")
    assert [consent.fields for consent in rows(portal.house, TransferConsent)] == [["family_name"]]


def test_where_no_patron_is_made_the_page_does_not_say_that_the_card_is_only_found(
    make_portal: MakePortal, stand_in: Providers
) -> None:
    portal = make_portal(**{**UNIVERSITY, "login__uni__make_patrons": "no"}, languages="en fi")
    stand_in["uni"].says(person=Person(family_name="Lind"))
    page = asked(portal).get("/sign-in/consent").text
    assert "may also keep it with the card" in page
    assert "the library keeps it with your card" in page


def test_who_agreed_to_an_earlier_text_is_told_of_as_far_as_that_went(
    portal: Portal, stand_in: Providers
) -> None:
    joins(portal, stand_in["uni"])
    earlier = json.dumps(["family_name", "email"])
    write(portal.house, f"UPDATE transfer_consent SET fields = '{earlier}', text_version = '2026-11'")
    told = {"subject": "ada", "family_name": "Berg", "language": "sv", "street": "Canary Street 7"}
    portal.koha.clear_calls()
    assert sync(portal, told).kept == {}
    assert rows(portal.house, FeedPatron)[0].locked == ["family_name"]
    assert all("Canary" not in str(call) for call in portal.koha.calls)
    assert b"Canary" not in dump(portal.house)


def test_what_was_agreed_to_but_never_told_is_not_said_to_be_kept_by_the_organisation(
    portal: Portal, stand_in: Providers
) -> None:
    browser = joins(portal, stand_in["uni"])
    browser.post("/language", language="en", return_to="/cards")
    [card] = rows(portal.house, LibraryCard)
    assert "change it there" not in browser.get(f"/cards/{card.id}/details").text
