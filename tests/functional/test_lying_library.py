"""A library that finds or makes somebody else than was asked for gives nobody's card away (checklist P9)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from discovery_accounts.connectors.api import PatronRecord
from discovery_accounts.models import Account, LibraryCard, Link
from discovery_accounts.services import events
from tests.factories.codes import codes, post_office
from tests.factories.email_sign_in import CODE, ask, give, is_signed_in
from tests.factories.portal import Browser, Portal
from tests.factories.rows import count, rows
from tests.factories.rows import events as events_of
from tests.factories.stand_in_provider import StandInProvider, stand_in, state_of
from tests.fixtures.databases import ON_SQLITE

__all__ = ["stand_in"]

pytestmark = ON_SQLITE
Providers = dict[str, StandInProvider]


@pytest.fixture
def portal(make_portal: Callable[..., Portal], stand_in: Providers) -> Portal:
    return make_portal(
        logins="card email uni",
        login__card__kind="card",
        login__email__kind="email",
        login__uni__kind="outside",
        login__uni__library="lumme",
        login__uni__match_on="attribute:EPPN",
        login__uni__make_patrons="yes",
        library__lumme__new_patron_category="HENKILO",
        library__lumme__new_patron_library="MAIN",
    )


def record_of(portal: Portal, kind: str = "good") -> PatronRecord:
    patron = portal.patron("lumme", kind)
    [found] = portal.house.gateway.find_patrons("lumme", "cardnumber", patron.card_number, deadline=10)
    return found


def lies(portal: Portal, monkeypatch: pytest.MonkeyPatch, name: str, answer: Any) -> None:
    """The first library does; the other one has nobody."""

    def lie(library: str, *_asked: Any, **_deadline: float) -> Any:
        return answer if library == "lumme" else ()

    monkeypatch.setattr(portal.house.gateway, name, lie)


def by_uni(portal: Portal) -> Browser:
    browser = portal.browser()
    state = state_of(browser.post("/sign-in/uni").headers["Location"])
    if browser.get(f"/sign-in/uni/callback?state={state}").headers["Location"].endswith("/consent"):
        assert browser.post("/sign-in/consent", answer="yes").status_int == 303
    return browser


def notice(browser: Browser) -> str:
    return str(browser.app.cookies.get("accounts_notice", "")).strip('"')


def test_p9_one_record_told_twice_is_no_exact_match(
    portal: Portal, stand_in: Providers, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in["uni"].says(shared_id="reader1@university.example")
    record = record_of(portal)
    lies(portal, monkeypatch, "find_patrons", (record, record))
    assert notice(by_uni(portal)) == "card_several"
    assert count(portal.house, Link) == 0
    lies(portal, monkeypatch, "find_by_email", (record, record))
    ask(portal.browser(), record.email or "")
    assert codes(portal) == []


def test_p9_a_patron_who_was_made_is_nobody_who_has_signed_in_with_the_card(
    portal: Portal, stand_in: Providers, monkeypatch: pytest.MonkeyPatch
) -> None:
    holder = portal.signed_in_browser()
    stand_in["uni"].says(shared_id="new@university.example")
    lies(portal, monkeypatch, "make_patron", record_of(portal))
    stranger = by_uni(portal)
    assert notice(stranger) == "card_not_made"
    assert [(link.account_id, link.proof) for link in rows(portal.house, Link)] == [
        (account_of(portal), "pin")
    ]
    [event] = events_of(portal.house, events.WRONG_PATRON)
    assert event.library == "lumme"
    assert portal.patron("lumme").card_number[-4:] not in stranger.get("/cards").text
    assert portal.patron("lumme").card_number[-4:] in holder.get("/cards").text


def account_of(portal: Portal) -> Any:
    """The account that the card opens."""
    with portal.house.database.reading() as session:
        return session.scalars(select(Account.id).where(Account.name.is_distinct_from("Ada Lind"))).one()


def test_p9_what_was_made_before_is_had_again_by_who_it_was_made_for(
    portal: Portal, stand_in: Providers, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in["uni"].says(shared_id="new@university.example")
    lies(portal, monkeypatch, "make_patron", record_of(portal))
    assert notice(by_uni(portal)) == "card_made"
    assert [link.proof for link in rows(portal.house, Link)] == ["federation"]
    assert notice(by_uni(portal)) == ""
    assert events_of(portal.house, events.WRONG_PATRON) == []


def test_p9_a_code_for_somebody_elses_record_is_for_them_and_not_for_who_asked(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    asker, other = record_of(portal, "child"), record_of(portal)
    lies(portal, monkeypatch, "find_by_email", (other,))
    browser = portal.browser()
    ask(browser, asker.email or "asker@koha.example")
    assert {mail["To"] for mail in post_office(portal)} == {other.email}
    assert give(browser, "000000").status_int == 422
    assert not is_signed_in(browser)


def test_p9_another_card_number_in_a_record_takes_nothing_from_its_holder(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The number is what a card is typed by, never what it is known by."""
    one, other = record_of(portal), record_of(portal, "child")
    holder = portal.signed_in_browser()
    mixed = replace(other, card_number=one.card_number, email="child@koha.example")
    lies(portal, monkeypatch, "find_by_email", (mixed,))
    lies(portal, monkeypatch, "find_patrons", (mixed,))
    browser = portal.browser()
    ask(browser, "child@koha.example")
    browser.post(CODE, action="again", card_number=one.card_number)
    assert give(browser, codes(portal)[-1]).status_int == 303
    cards = {card.patron_id: card for card in rows(portal.house, LibraryCard)}
    assert set(cards) == {one.patron_id, other.patron_id}
    assert len({link.account_id for link in rows(portal.house, Link)}) == 2
    assert holder.get("/loans").status_int == 200
