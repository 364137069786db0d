"""A young patron's card becomes theirs to decide about (rules 3.6): both sides told ahead, nothing shown on the day."""

import logging
from collections.abc import Callable

import pytest

from discovery_accounts.jobs.runner import run_job
from discovery_accounts.models import LibraryCard, Link, OutboxMessage
from discovery_accounts.services import events
from discovery_accounts.services.handover import Handovers
from tests.factories.ages import (
    card_of,
    days_pass,
    hand_over,
    links_of_others,
    mails_about,
    parent_of,
    reaches_age_in,
    sees,
    simulated,
    state_of,
    told,
)
from tests.factories.portal import Client, Portal
from tests.factories.rows import count, dump, rows
from tests.factories.rows import events as events_of
from tests.factories.together import together
from tests.fixtures.databases import ON_SQLITE

LIBRARIES = pytest.mark.parametrize(("library", "other"), [("lumme", "helka"), ("helka", "lumme")])
SOON = ("handover_ahead", "handover_holder")
NOW = ("handover_day",)


def look_again(portal: Portal, client: Client) -> None:
    """A page that reads the record anew."""
    portal.clock.advance(minutes=2)
    client.call("GET", "/cards", status=200)


@LIBRARIES
def test_both_sides_are_told_thirty_days_ahead_and_once(portal: Portal, library: str, other: str) -> None:
    reaches_age_in(portal, library, days=45)
    parent_of(portal, at=other, child_of=library)
    assert told(hand_over(portal)) == (0, 0)
    days_pass(portal, 20)
    simulated(portal, library).clear_calls()
    assert told(hand_over(portal)) == (1, 0)
    [(viewer, _), (young, _)] = sorted(
        mails_about(portal, *SOON), key=lambda mail: mail[0] != portal.patron(other).email
    )
    assert viewer == portal.patron(other).email
    assert young == portal.patron(library, "child").email
    assert len(simulated(portal, library).calls) <= 2, "the record, and perhaps a token for it"
    for _ in range(2):
        assert told(hand_over(portal)) == (0, 0)
        days_pass(portal, 3)
    assert len(mails_about(portal, *SOON)) == 2
    [event] = events_of(portal.house, events.LINK_TOLD)
    assert event.detail == {"stage": "ahead"}


@LIBRARIES
def test_l13_from_the_first_second_of_the_day_nothing_is_shown(
    portal: Portal, library: str, other: str
) -> None:
    """Checklist L13: cached answers, acts and jobs too, though no job has run."""
    reaches_age_in(portal, library, days=3)
    parent = parent_of(portal, at=other, child_of=library)
    assert sees(parent, library) > 0
    loan = next(one["id"] for one in parent.call("GET", "/loans").json["loans"] if one["library"] == library)
    [link] = links_of_others(portal)
    assert link.card.hands_over_at is not None
    portal.clock.advance(seconds=(link.card.hands_over_at - portal.clock()).total_seconds() - 5)
    days_pass(portal, 0)
    assert sees(parent, library) > 0
    portal.clock.advance(seconds=6)
    simulated(portal, library).clear_calls()
    assert sees(parent, library) == 0
    assert state_of(parent, library) == "pending_approval"
    answer = parent.call("POST", "/loans/renewals", {"loans": [loan]}, status=207)
    assert answer.json["results"][0]["code"] == "pending_approval"
    assert parent.call("GET", f"/loans/{loan}").status_int in {403, 404}
    assert simulated(portal, library).calls == ()
    assert "number_last4" in card_of(parent, library)
    assert card_of(parent, library)["expires_at"] is None


def test_on_the_day_the_viewer_is_told_and_kept_answers_are_shredded(portal: Portal) -> None:
    reaches_age_in(portal, "lumme", days=20)
    parent = parent_of(portal)
    assert sees(parent) > 0
    hand_over(portal)
    days_pass(portal, 21)
    assert sees(parent) == 0
    [before] = links_of_others(portal)
    assert told(hand_over(portal)) == (0, 1)
    [after] = links_of_others(portal)
    assert after.answer_key != before.answer_key
    [(receiver, text)] = mails_about(portal, *NOW)
    assert receiver == portal.patron("helka").email
    assert "LUMME" in text
    for _ in range(2):
        assert told(hand_over(portal)) == (0, 0)
    assert len(mails_about(portal, *NOW)) == 1
    assert after.state == "active", "what it comes to is reckoned, so a corrected date of birth counts"


def test_no_job_sends_a_pin_for_a_link_that_waits_for_the_yes(portal: Portal) -> None:
    reaches_age_in(portal, "lumme", days=20)
    parent_of(portal)
    with portal.house.database.writing() as session:
        session.get_one(Link, links_of_others(portal)[0].id).mail_due_at = portal.clock()
    assert run_job(portal.house, "verify-cards", dry_run=True).done.left == 0, "checked a moment ago"
    days_pass(portal, 1)
    assert run_job(portal.house, "verify-cards", dry_run=True).done.left == 1
    days_pass(portal, 20)
    portal.koha.clear_calls()
    assert run_job(portal.house, "verify-cards").done.did == {"stood": 0, "refused": 0}
    assert portal.koha.calls == ()


def test_mails_say_no_names_numbers_or_titles(portal: Portal) -> None:
    reaches_age_in(portal, "lumme", days=20)
    parent = parent_of(portal)
    titles = [loan["title"] for loan in parent.call("GET", "/loans").json["loans"]]
    hand_over(portal)
    assert len(mails_about(portal, *SOON)) == 2
    days_pass(portal, 21)
    hand_over(portal)
    child, adult = portal.patron("lumme", "child"), portal.patron("helka")
    mails = mails_about(portal, *SOON, *NOW)
    assert len(mails) == 3
    for _, text in mails:
        for secret in (child.card_number, child.given_name, child.family_name, "Elsa", child.birth_date):
            assert secret not in text
        assert adult.given_name not in text
        assert adult.card_number not in text
        assert not any(title in text for title in titles)


@LIBRARIES
def test_who_said_yes_within_the_notice_is_asked_nothing_more(
    portal: Portal, library: str, other: str
) -> None:
    reaches_age_in(portal, library, days=20)
    parent_of(portal, at=other, child_of=library)
    hand_over(portal)
    with portal.house.database.writing() as session:
        session.get_one(Link, links_of_others(portal)[0].id).confirmed_at = portal.clock()
    days_pass(portal, 21)
    assert told(hand_over(portal)) == (0, 0)
    assert mails_about(portal, *NOW) == []


@LIBRARIES
def test_a_corrected_date_of_birth_counts(portal: Portal, library: str, other: str) -> None:
    """The record is read again before anybody is told, and a new day is told of anew."""
    reaches_age_in(portal, library, days=20)
    parent = parent_of(portal, at=other, child_of=library)
    reaches_age_in(portal, library, days=400)
    days_pass(portal, 2)
    assert told(hand_over(portal)) == (0, 0)
    assert mails_about(portal, *SOON) == []
    reaches_age_in(portal, library, days=10)
    look_again(portal, parent)
    assert told(hand_over(portal)) == (1, 0)
    reaches_age_in(portal, library, days=100)
    look_again(portal, parent)
    days_pass(portal, 80)
    assert told(hand_over(portal)) == (1, 0)
    assert len(mails_about(portal, "handover_ahead")) == 2


@ON_SQLITE
def test_where_the_library_does_not_answer_nobody_is_told_until_it_does(portal: Portal) -> None:
    reaches_age_in(portal, "lumme", days=20)
    parent = parent_of(portal)
    portal.koha.set_fault("error_500")
    report = hand_over(portal)
    assert told(report) == (0, 0)
    assert (report.done.left, dict(report.done.kept)) == (1, {"no answer": 1})
    days_pass(portal, 10)
    portal.koha.clear_faults()
    assert told(hand_over(portal)) == (1, 0)
    assert len(mails_about(portal, *SOON)) == 2
    portal.koha.set_fault("error_500")
    days_pass(portal, 12)
    assert told(hand_over(portal)) == (0, 0)
    assert sees(parent) == 0, "the day does not wait for the library"
    portal.koha.clear_faults()
    days_pass(portal, 1)
    assert told(hand_over(portal)) == (0, 1)


@ON_SQLITE
def test_an_answer_about_somebody_else_tells_nobody(portal: Portal) -> None:
    reaches_age_in(portal, "lumme", days=20)
    parent_of(portal)
    portal.koha.set_fault("other_patron")
    report = hand_over(portal)
    assert told(report) == (0, 0)
    assert dict(report.done.kept) == {"no answer": 1}
    assert len(events_of(portal.house, events.WRONG_PATRON)) == 1


@ON_SQLITE
def test_a_dry_run_counts_asks_no_library_and_changes_nothing(portal: Portal) -> None:
    reaches_age_in(portal, "lumme", days=20)
    parent_of(portal)
    before = [(row.told_at, row.answer_key) for row in links_of_others(portal)]
    portal.koha.clear_calls()
    assert told(hand_over(portal, dry_run=True)) == (1, 0)
    assert told(hand_over(portal, dry_run=True)) == (1, 0)
    assert portal.koha.calls == ()
    assert [(row.told_at, row.answer_key) for row in links_of_others(portal)] == before
    days_pass(portal, 21)
    assert told(hand_over(portal, dry_run=True)) == (0, 1)


@ON_SQLITE
def test_a_run_reads_no_more_records_than_its_limit(make_portal: Callable[..., Portal]) -> None:
    portal = make_portal(library__lumme__handover_age="18")
    parent = portal.signed_in_client("helka")
    for kind in ("child", "good", "no_loans"):
        reaches_age_in(portal, "lumme", days=20, kind=kind, age=18)
        parent.link("lumme", portal.patron("lumme", kind))
    first = hand_over(portal, limit=2)
    assert (told(first), first.done.left) == ((2, 0), 1)
    second = hand_over(portal, limit=2)
    assert (told(second), second.done.left) == ((1, 0), 0)
    assert len(mails_about(portal, *SOON)) == 6


def test_two_workers_tell_nobody_twice(portal: Portal) -> None:
    reaches_age_in(portal, "lumme", days=20)
    parent_of(portal)
    now = portal.clock()
    found = together(4, lambda _: Handovers(portal.house).tell(now, 100))
    assert sum(one.ahead for one in found) == 1
    assert len(mails_about(portal, *SOON)) == 2


@LIBRARIES
def test_an_unknown_date_of_birth_is_an_adults(portal: Portal, library: str, other: str) -> None:
    child = portal.patron(library, "child")
    simulated(portal, library).set_birth_date(child.patron_id, "")
    parent = parent_of(portal, at=other, child_of=library)
    [card] = [one for one in rows(portal.house, LibraryCard) if one.library == library]
    assert card.hands_over_at is None
    days_pass(portal, 3650)
    assert told(hand_over(portal)) == (0, 0)
    assert state_of(parent, library) == "fresh"
    assert not mails_about(portal, *SOON, *NOW)


def test_a_link_from_after_the_day_is_an_ordinary_one(portal: Portal) -> None:
    reaches_age_in(portal, "lumme", days=20)
    portal.signed_in_client("lumme", "child")  # the card is known from before the day
    days_pass(portal, 21)
    parent = parent_of(portal)
    assert state_of(parent) == "fresh"
    assert told(hand_over(portal)) == (0, 0)
    assert not mails_about(portal, *SOON, *NOW)


def test_another_age_in_the_settings_counts_from_the_next_reading_on(
    make_portal: Callable[..., Portal],
) -> None:
    portal = make_portal()
    reaches_age_in(portal, "lumme", days=20)
    parent_of(portal)
    portal = make_portal(library__lumme__handover_age="18")
    assert told(hand_over(portal)) == (0, 0)
    portal.clock.advance(days=21)
    again = portal.signed_in_client("helka")
    assert told(hand_over(portal)) == (0, 0)
    [link] = links_of_others(portal)
    assert link.card.handover_age == 18
    assert (link.card.hands_over_at - portal.clock()).days > 1000
    assert state_of(again) == "fresh"


@ON_SQLITE
def test_a_waiting_letter_about_a_link_that_ended_is_not_sent(portal: Portal) -> None:
    reaches_age_in(portal, "lumme", days=20)
    parent = parent_of(portal)
    hand_over(portal)
    parent.call("DELETE", f"/cards/{card_of(parent, 'lumme')['id']}", status=204)
    assert [receiver for receiver, _ in mails_about(portal, *SOON)] == [portal.patron("lumme", "child").email]
    assert count(portal.house, OutboxMessage, state="withdrawn") == 1
    days_pass(portal, 21)
    assert told(hand_over(portal)) == (0, 0)


def test_dates_of_birth_are_stored_and_logged_nowhere(
    portal: Portal, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for library in ("lumme", "helka"):
        reaches_age_in(portal, library, days=20)
    parent = parent_of(portal)
    parent.link("helka", portal.patron("helka", "child"))
    parent.call("GET", "/loans", status=200)
    hand_over(portal)
    stored = dump(portal.house)
    for library in ("lumme", "helka"):
        born = portal.patron(library, "child").birth_date
        assert born.encode() not in stored
        assert born not in caplog.text


@ON_SQLITE
def test_a_patron_found_gone_is_told_nothing(portal: Portal) -> None:
    reaches_age_in(portal, "lumme", days=20)
    parent = parent_of(portal)
    portal.koha.delete_patron(portal.patron("lumme", "child").patron_id)
    assert told(hand_over(portal)) == (0, 0)
    assert mails_about(portal, *SOON) == []
    assert state_of(parent) == "not_a_patron"
    assert len(events_of(portal.house, events.CARD_GONE)) == 1
