"""Nothing is told twice, and nothing through a link that has ended (checklist A3, L13)."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from discovery_accounts.domain.cards import EndedBy
from discovery_accounts.jobs.runner import AlreadyRunning, run_job
from discovery_accounts.models import Digest, Link, OutboxMessage, Reminder
from discovery_accounts.services import digest_letters as service
from discovery_accounts.services import outbox
from discovery_accounts.services.digests import Digests
from discovery_accounts.services.unlinking import end_link
from tests.factories.portal import Client, Portal
from tests.factories.reminders import by_label, digests, morning, next_at, switch_on, text_of, wait_for_next
from tests.factories.rows import count, dump, rows, write
from tests.factories.together import together
from tests.fixtures.databases import ON_SQLITE


@pytest.fixture
def portal(make_portal: Callable[..., Portal]) -> Portal:
    return make_portal(session__api_hours="300")


def family(portal: Portal) -> Client:
    client = portal.signed_in_client("lumme")
    client.link("lumme", portal.patron("lumme", "child"), label="Elsa")
    client.link("helka", portal.patron("helka"), label="University")
    switch_on(client)
    return client


def end(portal: Portal, label: str) -> None:
    """The card's holder ends the link, in a portal of their own."""
    with portal.house.database.writing() as session:
        [found] = [link for link in rows(portal.house, Link) if link.label == label]
        end_link(session, portal.house, session.get_one(Link, found.id), EndedBy.HOLDER)


def compose(portal: Portal) -> None:
    """Written, and not sent yet."""
    wait_for_next(portal)
    run_job(portal.house, "remind-due")
    [mail] = rows(portal.house, OutboxMessage, kind="digest", state="waiting")
    assert mail.sealed


def test_a3_the_job_run_twice_sends_one_mail(portal: Portal) -> None:
    family(portal)
    morning(portal)
    run_job(portal.house, "send-mail")
    run_job(portal.house, "remind-due")
    run_job(portal.house, "send-mail")
    assert len(digests(portal)) == 1
    assert morning(portal).done.did["composed"] == 0, "the next day there is no news"


def test_a3_runs_side_by_side_send_one_mail(portal: Portal) -> None:
    family(portal)
    wait_for_next(portal)
    reports = together(6, lambda _: Digests(portal.house).compose(portal.clock(), 100, seconds=30))
    assert sum(report.composed for report in reports) == 1
    facts = [row.fact for row in rows(portal.house, Reminder)]
    assert len(facts) == len(set(facts)) > 0
    run_job(portal.house, "send-mail")
    assert len(digests(portal)) == 1


def test_a3_two_jobs_side_by_side_send_one_mail(portal: Portal) -> None:
    family(portal)
    wait_for_next(portal)

    def run(number: int) -> None:
        with suppress(AlreadyRunning):
            run_job(portal.house, ("send-mail", "remind-due")[number % 2])

    together(4, run)
    run_job(portal.house, "send-mail")
    assert len(digests(portal)) == 1


def test_a3_a_worker_that_dies_before_it_wrote_has_told_nothing(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    family(portal)
    wait_for_next(portal)

    def die(*_args: Any) -> None:
        raise MemoryError

    with monkeypatch.context() as patched:
        patched.setattr(service, "insert_missing", die)  # the mail is written by then, not what it tells
        with pytest.raises(MemoryError):
            run_job(portal.house, "send-mail")
    assert (count(portal.house, Reminder), count(portal.house, OutboxMessage, kind="digest")) == (0, 0)
    assert run_job(portal.house, "send-mail").done.did["composed"] == 0, "its claim still holds"
    portal.clock.advance(minutes=11)
    assert run_job(portal.house, "send-mail").done.did["composed"] == 1
    assert len(digests(portal)) == 1


def test_a3_a_worker_that_dies_before_it_sent_has_told_once(portal: Portal) -> None:
    family(portal)
    compose(portal)
    portal.clock.advance(minutes=30)  # another worker, another process
    run_job(portal.house, "send-mail")
    run_job(portal.house, "send-mail")
    assert len(digests(portal)) == 1


def test_a3_a_renewed_loan_is_told_again_with_its_new_day(portal: Portal) -> None:
    client = portal.signed_in_client("lumme")
    switch_on(client)
    morning(portal)
    renewed = client.call("POST", "/loans/renewals", {"all": True}, status=207).json["results"]
    done = [one for one in renewed if one["renewed"]]
    assert done
    report = morning(portal)
    assert report.done.did["told"] == len(done)
    again = text_of(digests(portal)[-1])
    assert again.count("\n* ") == len(done)
    assert morning(portal).done.did["composed"] == 0


@ON_SQLITE
def test_a3_what_becomes_overdue_is_news_once(portal: Portal) -> None:
    client = portal.signed_in_client("lumme", "child")
    switch_on(client)
    morning(portal)
    first = text_of(digests(portal)[0])
    assert "Overdue" not in first
    portal.clock.advance(days=5)
    morning(portal)
    assert "Overdue (" in text_of(digests(portal)[-1])
    sent = len(digests(portal))
    run_job(portal.house, "send-mail")
    assert len(digests(portal)) == sent


def test_l13_a_written_reminder_is_not_sent_once_the_holder_ended_the_link(portal: Portal) -> None:
    family(portal)
    compose(portal)
    end(portal, "Elsa")
    portal.koha.clear_calls()
    run_job(portal.house, "send-mail")
    [mail] = digests(portal)
    words = text_of(mail)
    assert "Elsa" not in words, "it was written anew, without that card"
    assert "University, Helka-kirjastot" in words
    assert "* " in words.split("University")[0], "what the other message told of one's own card was untold"
    child = portal.patron("lumme", "child").patron_id
    assert not [call for call in portal.koha.calls if f"/{child}" in call.path]
    [withdrawn] = rows(portal.house, OutboxMessage, state="withdrawn")
    assert withdrawn.sealed is None


def test_l13_nor_once_the_link_lost_the_scope_it_tells_by(portal: Portal) -> None:
    family(portal)
    compose(portal)
    write(portal.house, "UPDATE link SET scopes = 'fees' WHERE label = 'Elsa'")
    run_job(portal.house, "send-mail")
    [mail] = digests(portal)
    assert "Elsa" not in text_of(mail)


def test_l13_nor_once_its_last_day_is_over(portal: Portal) -> None:
    family(portal)
    compose(portal)
    with portal.house.database.writing() as session:
        [found] = [link for link in rows(portal.house, Link) if link.label == "Elsa"]
        session.get_one(Link, found.id).until = portal.clock() - timedelta(seconds=1)
    run_job(portal.house, "send-mail")
    run_job(portal.house, "send-mail")
    [mail] = digests(portal)
    assert "Elsa" not in text_of(mail)


@ON_SQLITE
def test_a_link_that_ends_while_the_libraries_are_asked_is_not_told(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    family(portal)
    wait_for_next(portal)
    commit = Digests._commit

    def late(self: Digests, *args: Any) -> int | None:
        end(portal, "Elsa")
        monkeypatch.setattr(Digests, "_commit", commit)
        return commit(self, *args)

    monkeypatch.setattr(Digests, "_commit", late)
    run_job(portal.house, "send-mail")
    run_job(portal.house, "send-mail")
    assert len(digests(portal)) == 1
    assert "Elsa" not in text_of(digests(portal)[0])


@ON_SQLITE
def test_what_could_not_be_sent_is_told_at_the_next_time(portal: Portal) -> None:
    family(portal)
    compose(portal)
    write(portal.house, "UPDATE outbox_message SET state = 'failed', sealed = NULL WHERE kind = 'digest'")
    assert run_job(portal.house, "send-mail").done.did["composed"] == 0
    assert morning(portal).done.did["composed"] == 1
    assert len(digests(portal)) == 1


@ON_SQLITE
def test_switching_off_takes_back_what_waits_and_on_again_tells_it(portal: Portal) -> None:
    client = family(portal)
    compose(portal)
    client.call("PUT", "/reminders", {"on": False}, status=200)
    run_job(portal.house, "send-mail")
    assert digests(portal) == []
    assert rows(portal.house, Digest)[0].due_at is None
    assert {link.mail_due_at for link in rows(portal.house, Link)} == {None}
    client.call("PUT", "/reminders", {"on": True}, status=200)
    morning(portal)
    assert len(digests(portal)) == 1


@ON_SQLITE
def test_pins_are_checked_within_the_hour_before(portal: Portal) -> None:
    family(portal)
    due = next_at(portal)
    assert {link.mail_due_at for link in rows(portal.house, Link)} == {due}
    portal.clock.advance(seconds=(due - portal.clock()).total_seconds() - 1800)
    assert run_job(portal.house, "verify-cards").done.did["stood"] == 3
    morning(portal)
    assert {link.mail_due_at for link in rows(portal.house, Link)} == {next_at(portal)} != {due}


@ON_SQLITE
def test_a_dry_run_counts_only(portal: Portal) -> None:
    family(portal)
    wait_for_next(portal)
    portal.koha.clear_calls()
    for job in ("remind-due", "send-mail"):
        assert run_job(portal.house, job, dry_run=True).done.did["composed"] == 1
    assert (portal.koha.count(), count(portal.house, Reminder)) == (0, 0)


@ON_SQLITE
def test_a_budget_leaves_the_rest_to_the_next_run(portal: Portal) -> None:
    for kind in ("good", "child", "blocked"):
        switch_on(portal.signed_in_client("lumme", kind))
    portal.clock.advance(days=1, hours=12)
    report = run_job(portal.house, "remind-due", limit=2)
    assert report.done.did["composed"] + report.done.did["silent"] == 2
    assert report.done.left == 1
    run_job(portal.house, "remind-due")
    assert run_job(portal.house, "remind-due").done.left == 0


@ON_SQLITE
def test_titles_and_patrons_do_not_stand_in_the_database(portal: Portal) -> None:
    client = family(portal)
    told = {loan["title"] for loan in client.call("GET", "/loans", status=200).json["loans"]}
    compose(portal)
    stored = dump(portal.house)
    assert told
    assert not [title for title in told if title.encode() in stored]
    assert outbox.WAITING.encode() in stored
    assert by_label(client)
