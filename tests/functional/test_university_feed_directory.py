"""The university's directory as the feed: only people who agreed are looked up in it (rules 5)."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from discovery_accounts.jobs.runner import run_job
from discovery_accounts.models import FeedPatron, Membership
from discovery_accounts.services.job_table import Done
from tests.factories.ages import HELSINKI
from tests.factories.authority import Authority
from tests.factories.portal import Portal
from tests.factories.rows import count, rows, write
from tests.fixtures.databases import ON_SQLITE
from tests.fixtures.directory import DirectoryServer, campus

pytestmark = [pytest.mark.ldap, ON_SQLITE]
TRANSFERS = {
    "login__campus__library": "lumme",
    "login__campus__make_patrons": "yes",
    "library__lumme__new_patron_category": "HENKILO",
    "library__lumme__new_patron_library": "MAIN",
}


@pytest.fixture
def portal(make_portal: Callable[..., Portal], authority: Authority, directory: DirectoryServer) -> Portal:
    return make_portal(**campus(directory, authority, realm="uni.example"), **TRANSFERS)


def joins(portal: Portal) -> None:
    browser = portal.browser()
    browser.post("/sign-in/campus", username="ada", password="ada-secret")
    assert browser.post("/sign-in/consent", answer="yes").status_int == 303


def sync(portal: Portal, name: str | None = "campus") -> Done:
    done = run_job(portal.house, "sync-patrons", only=name, sure=True).done
    return replace(done, did={word: count for word, count in done.did.items() if count})


def test_the_clock_asks_the_directory_about_those_who_agreed(portal: Portal) -> None:
    assert sync(portal, None).did == {}
    joins(portal)
    first = sync(portal, None)
    assert sum(first.did.values()) == 1
    assert first.failed is None
    [row] = rows(portal.house, FeedPatron)
    assert "family_name" in row.locked
    [membership] = rows(portal.house, Membership)
    assert str(membership.valid_until).startswith(("2099-12-31", "2100-01-01"))
    assert sync(portal).did == {"unchanged": 1}


def test_whom_the_directory_does_not_know_any_more_was_valid_until_yesterday(portal: Portal) -> None:
    joins(portal)
    sync(portal)
    write(portal.house, "UPDATE identity SET subject = '00000000-0000-0000-0000-000000000000'")
    assert sync(portal).did["ended"] == 1
    [membership] = rows(portal.house, Membership)
    assert membership.valid_until < portal.clock().astimezone(HELSINKI).date()


def test_a_directory_that_does_not_answer_is_no_word_about_anybody(
    portal: Portal, directory: DirectoryServer
) -> None:
    joins(portal)
    directory.stop()
    try:
        done = sync(portal)
    finally:
        directory.start()
    assert done.failed is not None
    assert "can't be asked" in done.failed
    assert count(portal.house, FeedPatron) == 0
