"""The last day of a link (rules 3.6): nothing is shown after it, and a job takes away what is left (checklist L12)."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from discovery_accounts.jobs.runner import run_job
from discovery_accounts.models import Credential, Feed, Link, OutboxMessage
from discovery_accounts.services import events
from discovery_accounts.services.job_table import JOBS, Order
from tests.factories.ages import HELSINKI, card_of, days_pass, links_of_others, parent_of, sees, simulated
from tests.factories.portal import Client, Portal
from tests.factories.rows import count, rows
from tests.factories.rows import events as events_of
from tests.factories.together import together
from tests.fixtures.databases import ON_SQLITE

LIBRARIES = pytest.mark.parametrize(("library", "other"), [("lumme", "helka"), ("helka", "lumme")])


def in_days(portal: Portal, days: int) -> str:
    return (portal.clock().astimezone(HELSINKI).date() + timedelta(days=days)).isoformat()


def carer(portal: Portal, days: int = 10, library: str = "lumme", other: str = "helka") -> Client:
    return parent_of(portal, at=other, child_of=library, until=in_days(portal, days))


def libraries_of(client: Client) -> set[str]:
    return {card["library"] for card in client.call("GET", "/cards", status=200).json["cards"]}


def end_links(portal: Portal, **options: bool | int) -> tuple[int, int]:
    done = run_job(portal.house, "end-links", **options).done  # type: ignore[arg-type]
    return done.did["ended"], done.left


@LIBRARIES
def test_the_last_day_belongs_to_the_link_and_the_next_one_does_not(
    portal: Portal, library: str, other: str
) -> None:
    client = carer(portal, 10, library, other)
    card = card_of(client, library)["id"]
    days_pass(portal, 9)
    assert sees(client, library) > 0
    assert end_links(portal) == (0, 0)
    days_pass(portal, 2)
    simulated(portal, library).clear_calls()
    assert libraries_of(client) == {other}
    assert sees(client, library) == 0
    for method, path in (("GET", f"/cards/{card}"), ("DELETE", f"/cards/{card}")):
        assert client.call(method, path).status_int == 404
    assert simulated(portal, library).calls == ()


def test_l12_the_job_takes_away_the_pin_and_tells_nobody(portal: Portal) -> None:
    """Checklist L12."""
    client = carer(portal)
    run_job(portal.house, "send-mail")
    mails = count(portal.house, OutboxMessage)
    days_pass(portal, 12)
    [link] = links_of_others(portal)
    assert count(portal.house, Credential, link_id=link.id) == 1
    assert end_links(portal, dry_run=True) == (1, 0)
    assert count(portal.house, Credential, link_id=link.id) == 1
    assert end_links(portal) == (1, 0)
    [ended] = links_of_others(portal)
    assert (ended.state, ended.ended_by, ended.label) == ("ended", "time", "")
    assert ended.answer_key != link.answer_key
    assert count(portal.house, Credential, link_id=link.id) == count(portal.house, Feed, link_id=link.id) == 0
    assert count(portal.house, OutboxMessage) == mails, "nobody is told"
    [event] = events_of(portal.house, events.UNLINKED)
    assert event.detail["by"] == "time"
    assert end_links(portal) == (0, 0)
    assert libraries_of(client) == {"helka"}


def test_l12_no_job_asks_the_library_about_a_card_that_was_removed(portal: Portal) -> None:
    """Checklist L12: nor is any ciphertext of its PIN left."""
    client = parent_of(portal)
    [link] = links_of_others(portal)
    with portal.house.database.writing() as session:
        session.get_one(Link, link.id).mail_due_at = portal.clock()
    client.call("DELETE", f"/cards/{card_of(client, 'lumme')['id']}", status=204)
    assert count(portal.house, Credential, link_id=link.id) == 0
    days_pass(portal, 1)
    portal.koha.clear_calls()
    for job in sorted(JOBS):
        run_job(portal.house, job)
    child = portal.patron("lumme", "child")
    about = [
        one for one in portal.koha.calls if one.patron_id == child.patron_id or child.patron_id in one.path
    ]
    assert about == []


@pytest.mark.parametrize("job_first", [True, False])
def test_an_ended_link_comes_back_only_with_the_holders_yes(portal: Portal, job_first: bool) -> None:
    client = carer(portal)
    days_pass(portal, 12)
    if job_first:
        assert end_links(portal) == (1, 0)
    answer = client.link("lumme", portal.patron("lumme", "child"))
    assert answer.json["state"] == "pending_approval"
    assert sees(client) == 0
    assert end_links(portal) == (0, 0)


@ON_SQLITE
def test_the_card_page_says_until_when(portal: Portal) -> None:
    carer(portal)
    browser = portal.signed_in_browser("helka")
    [link] = links_of_others(portal)
    page = browser.get(f"/cards/{link.card_id}").html
    times = {str(one["datetime"]) for one in page.find_all("time")}
    assert in_days(portal, 10) in times


def test_two_runs_at_once_end_each_link_once(portal: Portal) -> None:
    carer(portal)
    days_pass(portal, 12)
    work = JOBS["end-links"].work
    found = together(4, lambda _: work(portal.house, Order(portal.clock(), 100)).did["ended"])
    assert sorted(found) == [0, 0, 0, 1]
    assert len(events_of(portal.house, events.UNLINKED)) == 1


@ON_SQLITE
def test_a_run_ends_no_more_than_its_limit(make_portal: Callable[..., Portal]) -> None:
    portal = make_portal()
    client = portal.signed_in_client("helka")
    for kind in ("child", "good", "no_loans"):
        client.link("lumme", portal.patron("lumme", kind), until=in_days(portal, 3))
    days_pass(portal, 5)
    assert end_links(portal, limit=2) == (2, 1)
    assert end_links(portal, limit=2) == (1, 0)


@ON_SQLITE
def test_who_signs_in_with_the_card_has_it_without_an_end(portal: Portal) -> None:
    child = portal.patron("lumme", "child")
    portal.signed_in_client("lumme", "child")
    [own] = rows(portal.house, Link)
    with portal.house.database.writing() as session:
        row = session.get_one(Link, own.id)
        row.holder, row.until = False, portal.clock() + timedelta(days=2)
    client = portal.client()
    client.sign_in("lumme", child)
    days_pass(portal, 5)
    assert libraries_of(client) == {"lumme"}
