"""Whom a code to sign in by e-mail is sent to: exactly one active patron, of all libraries searched (rules 4.3)."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from discovery_accounts.connectors.api import PatronRecord
from discovery_accounts.jobs.runner import run_job
from discovery_accounts.login.checks import Level
from discovery_accounts.models import Account, Event, Identity
from discovery_accounts.services.login_checks import check_logins
from tests.factories.codes import codes, post_office
from tests.factories.email_sign_in import CODE, FAMILY, LOGINS, ask, give, sharing
from tests.factories.portal import Portal
from tests.factories.rows import count, rows
from tests.fixtures.databases import ON_SQLITE


@pytest.fixture
def open_portal(make_portal: Callable[..., Portal]) -> Callable[..., Portal]:
    def make(**more: str) -> Portal:
        return make_portal(**LOGINS, **more)

    return make


@pytest.fixture
def portal(open_portal: Callable[..., Portal]) -> Portal:
    return open_portal()


def test_who_shares_an_address_gives_the_card_number_too(portal: Portal) -> None:
    one, other = sharing(portal)
    browser = portal.browser()
    ask(browser, FAMILY)
    assert codes(portal) == []
    typed = f"{other.card_number[:4]} {other.card_number[4:]}"
    assert browser.post(CODE, action="again", card_number=typed).status_int == 303
    [code] = codes(portal)
    assert give(browser, code).status_int == 303
    [identity] = rows(portal.house, Identity)
    assert identity.subject == other.patron_id != one.patron_id


@ON_SQLITE
def test_a_card_number_of_somebody_else_gets_no_code(portal: Portal) -> None:
    stranger = portal.patron("lumme")
    for email, number in (
        (FAMILY, stranger.card_number),
        (stranger.email, sharing(portal)[0].card_number),
        (stranger.email, portal.patron("helka").card_number),
        ("nobody@koha.example", stranger.card_number),
        (FAMILY, "99999999999"),
    ):
        ask(portal.browser(), email, card_number=number)
    assert codes(portal) == []
    ask(portal.browser(), stranger.email, card_number=stranger.card_number)
    assert len(codes(portal)) == 1


@ON_SQLITE
def test_an_address_in_two_libraries_is_shared(portal: Portal) -> None:
    patron, elsewhere = portal.patron("lumme"), portal.patron("helka")
    portal.alma.set_email(elsewhere.patron_id, patron.email)
    ask(portal.browser(), patron.email)
    assert codes(portal) == []
    browser = portal.browser()
    ask(browser, patron.email, card_number=elsewhere.card_number)
    assert give(browser, codes(portal)[-1]).status_int == 303
    [identity] = rows(portal.house, Identity)
    assert identity.issuer == "helka"


@ON_SQLITE
def test_only_active_patrons_count_and_only_they_sign_in(portal: Portal) -> None:
    one, _ = sharing(portal)
    portal.koha.expire(one.patron_id)
    ask(portal.browser(), FAMILY)
    assert len(codes(portal)) == 1, "the other one is the only active patron with it"
    ask(portal.browser(), portal.patron("lumme", "expired").email)
    ask(portal.browser(), FAMILY, card_number=one.card_number)
    assert len(codes(portal)) == 1
    ask(portal.browser(), portal.patron("lumme", "blocked").email)
    assert len(codes(portal)) == 2, "who may not borrow may look"


@ON_SQLITE
def test_a_login_of_one_library_searches_that_one(open_portal: Callable[..., Portal]) -> None:
    portal = open_portal(login__email__library="helka")
    ask(portal.browser(), portal.patron("lumme").email)
    assert codes(portal) == []
    assert portal.koha.count() == 0
    ask(portal.browser(), portal.patron("helka").email)
    assert len(codes(portal)) == 1


def test_a_library_that_is_down_is_asked_again_while_the_sign_in_lasts(portal: Portal) -> None:
    """With half the answers, one of two who share an address would be taken for the only one."""
    browser = portal.browser()
    portal.alma.stop()
    ask(browser, portal.patron("lumme").email)
    assert codes(portal) == []
    portal.alma.start()
    portal.clock.advance(minutes=1, seconds=30)
    [code] = codes(portal)
    assert give(browser, code).status_int == 303


@ON_SQLITE
def test_l1_an_address_that_an_account_typed_opens_nothing(portal: Portal) -> None:
    """Two patrons, and an account whose owner says that the other's address is theirs."""
    victim, attacker = portal.patron("lumme", "child"), portal.patron("lumme")
    portal.signed_in_client()
    [account] = rows(portal.house, Account)
    with portal.house.database.writing() as session:
        mine = session.get_one(Account, account.id)
        mine.email, mine.email_source, mine.email_verified_at = (
            "typed@home.example",
            "typed",
            portal.clock(),
        )
    ask(portal.browser(), "typed@home.example")
    assert codes(portal) == []
    browser = portal.browser()
    ask(browser, victim.email)
    give(browser, codes(portal)[-1])
    subjects = {row.subject: row.account_id for row in rows(portal.house, Identity)}
    assert set(subjects) == {victim.patron_id, attacker.patron_id}
    assert subjects[victim.patron_id] != subjects[attacker.patron_id] == account.id


@ON_SQLITE
def test_the_mail_goes_to_the_address_on_file_and_never_to_one_that_was_typed(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Should a library ever find somebody who was not asked for, no stranger gets the code."""
    patron = portal.patron("lumme")
    [record] = portal.house.gateway.find_by_email("lumme", patron.email, deadline=5)

    def find(library: str, _email: str, *, deadline: float) -> tuple[PatronRecord, ...]:
        return (record,) if library == "lumme" else ()

    monkeypatch.setattr(portal.house.gateway, "find_by_email", find)
    ask(portal.browser(), "attacker@evil.example")
    assert [mail["To"] for mail in post_office(portal)] == [patron.email]


@ON_SQLITE
def test_a_record_without_card_number_or_usable_address_gets_no_code(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    patron = portal.patron("lumme")
    [record] = portal.house.gateway.find_by_email("lumme", patron.email, deadline=5)
    for odd in (replace(record, card_number=None), replace(record, email="a@b.fi; c@d.fi")):

        def find(
            library: str, _email: str, *, deadline: float, odd: PatronRecord = odd
        ) -> tuple[PatronRecord, ...]:
            return (odd,) if library == "lumme" else ()

        monkeypatch.setattr(portal.house.gateway, "find_by_email", find)
        ask(portal.browser(), patron.email)
    assert post_office(portal) == []


@ON_SQLITE
def test_the_self_test_says_where_addresses_are_searched_for(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    [report] = check_logins(portal.house, ["email"])
    assert ("addresses", "searched for in lumme, helka") in {(step.what, step.found) for step in report.steps}
    monkeypatch.setattr(portal.house.gateway, "capabilities", lambda _library: frozenset())
    [report] = check_logins(portal.house, ["email"])
    assert report.level is Level.FAILED


@ON_SQLITE
def test_d1_it_is_written_down_how_many_asked_and_not_who(portal: Portal) -> None:
    for email in (portal.patron("lumme").email, "nobody@koha.example", FAMILY):
        ask(portal.browser(), email)
    run_job(portal.house, "send-mail")
    found = [event.detail["outcome"] for event in rows(portal.house, Event, word="sign_in.code_asked")]
    assert sorted(found) == ["nobody", "sent", "several"]


@ON_SQLITE
def test_addresses_without_an_account_get_none_and_the_setting_for_it_is_refused(
    open_portal: Callable[..., Portal],
) -> None:
    portal = open_portal(login__email__open="no")
    browser = portal.browser()
    ask(browser, "nobody@koha.example")
    run_job(portal.house, "send-mail")
    assert (count(portal.house, Account), post_office(portal)) == (0, [])
    with pytest.raises(Exception, match=r"login\.email\.open"):
        open_portal(login__email__open="yes")
