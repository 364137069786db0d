"""One mail for all cards: what is in it, what is not, and in which words (checklist A1, A4)."""

import re
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from discovery_accounts.jobs.runner import run_job
from discovery_accounts.models import Account, Link
from discovery_accounts.services import events
from tests.factories.portal import Client, Portal
from tests.factories.reminders import by_label, digests, morning, next_at, switch_on
from tests.factories.reminders import text_of as text
from tests.factories.rows import events as events_of
from tests.factories.rows import rows, write
from tests.fixtures.databases import ON_SQLITE


@pytest.fixture
def portal(make_portal: Callable[..., Portal]) -> Portal:
    """One in which a program stays signed in for days."""
    return make_portal(session__api_hours="300")


def family(portal: Portal, **first: Any) -> Client:
    """A parent with a card of their own, a child's at the same library, and one at another library."""
    client = portal.signed_in_client("lumme")
    client.link("lumme", portal.patron("lumme", "child"), label="Elsa", **first)
    client.link("helka", portal.patron("helka"), label="University")
    return client


def titles(client: Client, label: str, path: str = "loans") -> set[str]:
    card = by_label(client)[label]
    return {one["title"] for one in client.call("GET", f"/{path}?card={card}", status=200).json[path]}


def test_one_mail_tells_of_all_cards_the_most_urgent_first(portal: Portal) -> None:
    client = family(portal)
    switch_on(client)
    report = morning(portal)
    assert (report.done.did["composed"], report.done.did["unasked"]) == (1, 0)
    [mail] = digests(portal)
    heads = ["Overdue (", "Due soon, and can’t be renewed (", "Due soon (", "Ready for pickup ("]
    places = [text(mail).index(head) for head in heads]
    assert places == sorted(places)
    for label in ("Elsa, LUMME-kirjastot", "University, Helka-kirjastot", "\n  LUMME-kirjastot\n"):
        assert label in text(mail)
    assert f"{portal.house.settings.public_url}/loans/renewals" in text(mail)
    assert "overdue" in mail["Subject"]
    assert "ready" in mail["Subject"]
    assert "Elsa" not in mail["Subject"]


def test_a1_titles_of_other_peoples_cards_are_only_counted(portal: Portal) -> None:
    client = family(portal)
    switch_on(client)
    morning(portal)
    [mail] = digests(portal)
    own = titles(client, "LUMME-kirjastot") | titles(client, "LUMME-kirjastot", "holds")
    others = titles(client, "Elsa") | titles(client, "University") | titles(client, "Elsa", "holds")
    assert others - own
    assert not [title for title in others - own if title in text(mail)]
    assert [title for title in own if title in text(mail)]
    assert "4 loans\n  the first: due " in text(mail)


@ON_SQLITE
def test_a1_they_are_named_where_the_person_chose_so(portal: Portal) -> None:
    client = family(portal)
    switch_on(client, titles=True)
    morning(portal)
    [mail] = digests(portal)
    assert titles(client, "Elsa") <= {line.removeprefix("* ") for line in text(mail).splitlines()}


@ON_SQLITE
def test_a1_never_without_the_scope(portal: Portal) -> None:
    client = family(portal, scopes=["holds"])
    switch_on(client, titles=True)
    morning(portal)
    [mail] = digests(portal)
    held = titles(client, "Elsa", "holds")
    about_elsa = [
        line
        for line, below in zip(text(mail).splitlines(), text(mail).splitlines()[2:], strict=False)
        if below == "  Elsa, LUMME-kirjastot"
    ]
    assert about_elsa
    assert {line.removeprefix("* ") for line in about_elsa} <= held


@ON_SQLITE
def test_a4_a_cards_name_with_line_breaks_makes_no_header_and_no_line(portal: Portal) -> None:
    client = family(portal)
    switch_on(client)
    evil = "Elsa\r\nBcc: thief@example.org\r\n\r\nOverdue (99)"
    write(portal.house, "UPDATE link SET label = :label WHERE label = 'Elsa'", label=evil)
    morning(portal)
    [mail] = digests(portal)
    assert set(mail.keys()) == {
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type",
        "List-Unsubscribe", "List-Unsubscribe-Post",
    }  # fmt: skip
    assert "Elsa Bcc: thief@example.org Overdue (99), LUMME-kirjastot" in text(mail)
    assert not [line for line in text(mail).splitlines() if line.startswith(("Bcc", "Overdue (99)"))]


@ON_SQLITE
def test_each_card_has_its_own_days_and_one_may_be_left_out(portal: Portal) -> None:
    client = family(portal)
    switch_on(client)
    cards = by_label(client)
    body = {
        "on": True,
        "cards": [
            {"card": cards["LUMME-kirjastot"], "days_ahead": 0},
            {"card": cards["Elsa"], "days_ahead": None},
        ],
    }
    client.call("PUT", "/reminders", body, status=200)
    portal.koha.clear_calls()
    morning(portal)
    [mail] = digests(portal)
    assert "Elsa" not in text(mail)
    assert not [
        call
        for call in portal.koha.calls
        if portal.patron("lumme", "child").patron_id in call.path.split("/")
    ]
    own = text(mail).split("University")[0]
    assert "Overdue" in own


@ON_SQLITE
def test_nothing_to_tell_is_no_mail(portal: Portal) -> None:
    client = portal.signed_in_client("lumme", "child")
    for hold in client.call("GET", "/holds", status=200).json["holds"]:
        client.call("DELETE", f"/holds/{hold['id']}")
    switch_on(client, days=0)
    portal.koha.set_loan_count(portal.patron("lumme", "child").patron_id, 0)
    report = morning(portal)
    holds = client.call("GET", "/holds?refresh=1", status=200).json["holds"]
    assert not [hold for hold in holds if hold["state"] == "ready"]
    assert (report.done.did["composed"], report.done.did["silent"]) == (0, 1)
    assert digests(portal) == []


@ON_SQLITE
def test_what_was_returned_meanwhile_is_not_told(portal: Portal) -> None:
    client = portal.signed_in_client("lumme")
    switch_on(client)
    before = titles(client, "LUMME-kirjastot")  # kept as an answer of now
    assert before
    portal.koha.set_loan_count(portal.patron("lumme").patron_id, 0)
    morning(portal)
    [mail] = digests(portal)
    assert not [title for title in before if f"* {title}\n  due" in text(mail)]
    assert "Overdue" not in text(mail)


def test_a_library_without_an_answer_is_told_of_and_asked_again_the_next_day(
    make_portal: Callable[..., Portal],
) -> None:
    portal = make_portal(session__api_hours="300", library__helka__breaker_seconds="1")
    client = family(portal)
    switch_on(client)
    client.call("GET", "/loans", status=200)
    portal.alma.stop()
    report = morning(portal)
    assert (report.done.did["composed"], report.done.did["unasked"]) == (1, 1)
    [mail] = digests(portal)
    assert "We could not ask Helka-kirjastot about University." in text(mail)
    assert f"/loans?card={by_label(client)['University']}" in text(mail)
    assert "University, Helka" not in text(mail), "nothing is told from an answer of yesterday"
    assert morning(portal).done.did["composed"] == 0, "that it is still so is no news"
    portal.alma.start()
    time.sleep(1.1)  # until the breaker lets a call through
    assert morning(portal).done.did["composed"] == 1
    assert "University, Helka-kirjastot" in text(digests(portal)[-1])


def test_a_changed_pin_is_told_once_and_never_sent_again(portal: Portal) -> None:
    client = family(portal)
    switch_on(client)
    portal.koha.change_pin(portal.patron("lumme", "child").patron_id, "4321")
    morning(portal)
    [mail] = digests(portal)
    assert "The PIN of Elsa is not accepted any more." in text(mail)
    assert f"/cards/{by_label(client)['Elsa']}" in text(mail)
    assert "Elsa, LUMME" not in text(mail)
    portal.koha.clear_calls()
    morning(portal)
    assert len(digests(portal)) == 1
    assert not [call for call in portal.koha.calls if call.refused_pin]
    # a new PIN, and another change: that is news
    card = by_label(client)["Elsa"]
    client.call("PATCH", f"/cards/{card}", {"pin": "4321"}, status=200)
    morning(portal)
    portal.koha.change_pin(portal.patron("lumme", "child").patron_id, "9876")
    morning(portal)
    assert "The PIN of Elsa is not accepted any more." in text(digests(portal)[-1])


@ON_SQLITE
def test_a_library_that_wants_the_pin_each_time_is_left_out_and_the_page_says_so(
    make_portal: Callable[..., Portal],
) -> None:
    portal = make_portal(library__helka__pin_storage="none", session__api_hours="300")
    client = family(portal)
    found = switch_on(client)
    assert [one["because"] for one in found["cards"]] == [None, None, "pin_needed"]
    morning(portal)
    [mail] = digests(portal)
    assert "University" not in text(mail)
    browser = portal.browser(HTTP_ACCEPT_LANGUAGE="en")
    browser.sign_in("lumme", portal.patron("lumme"))
    assert "its library wants the PIN typed each time" in browser.get("/account/reminders").text


def test_being_read_for_a_mail_is_no_sign_in_but_a_use_that_the_holder_sees(portal: Portal) -> None:
    client = family(portal)
    switch_on(client)
    [account] = rows(portal.house, Account)
    before = {link.label: link.last_used_at for link in rows(portal.house, Link)}
    seen = len(events_of(portal.house, events.LINK_LOOKED))
    morning(portal)
    [after] = rows(portal.house, Account)
    assert after.last_sign_in_at == account.last_sign_in_at
    used = {link.label: link.last_used_at for link in rows(portal.house, Link)}
    assert all(used[label] != before[label] for label in ("Elsa", "University"))
    assert len(events_of(portal.house, events.LINK_LOOKED)) > seen


@ON_SQLITE
@pytest.mark.parametrize(
    ("language", "subject", "day"),
    [
        ("en", "loan overdue", r"due \w+ \d+ \w+ 20\d\d"),
        ("fi", "laina myöhässä", r"eräpäivä \w+ \d+\.\d+\.20\d\d"),
        ("sv", "försenat lån", r"förfaller \w+\.? \d+ \w+\.? 20\d\d"),
        ("nb", "forsinket lån", r"forfaller \w+\.? \d+\. \w+\.? 20\d\d"),
    ],
)
def test_the_words_are_the_readers_own(portal: Portal, language: str, subject: str, day: str) -> None:
    client = portal.signed_in_client("lumme")  # with one loan that is overdue
    switch_on(client, language=language)
    morning(portal)
    [mail] = digests(portal)
    assert mail["Subject"].startswith(f"1 {subject}")
    assert re.search(day, text(mail))
    english = ("Hello,", "Due soon", "Ready for pickup", "No more reminders", "See them all", "due ")
    found = [words for words in english if words in text(mail)]
    assert found == (list(english) if language == "en" else []), found


@ON_SQLITE
def test_an_address_that_was_removed_meanwhile_is_counted_not_written_to(portal: Portal) -> None:
    client = family(portal)
    switch_on(client)
    write(portal.house, "UPDATE account SET email = NULL, email_source = NULL")
    report = morning(portal)
    assert (report.done.did["composed"], report.done.kept) == (0, {"no e-mail address": 1})
    assert next_at(portal) > portal.clock()


@ON_SQLITE
def test_quiet_hours_are_kept_though_the_job_comes_late(portal: Portal) -> None:
    client = family(portal)
    switch_on(client, hour=20, quiet_from=22, quiet_until=6)
    zone = portal.house.libraries["lumme"].timezone
    due = next_at(portal).astimezone(zone)
    assert due.hour == 20
    portal.clock.advance(seconds=(due - portal.clock()).total_seconds() + 3 * 3600)  # 23 o'clock
    report = run_job(portal.house, "remind-due")
    assert report.done.kept == {"quiet hours": 1}
    assert digests(portal) == []
    put_off = next_at(portal).astimezone(zone)
    assert (put_off.hour, put_off > datetime.now(zone)) == (6, True)
    assert morning(portal).done.did["composed"] == 1


@ON_SQLITE
def test_it_is_among_the_messages_sent_without_what_it_told(portal: Portal) -> None:
    client = family(portal)
    switch_on(client)
    morning(portal)
    notices = client.call("GET", "/notices", status=200).json["notices"]
    [ours] = [one for one in notices if one["card"] is None and "eminder" in str(one["subject"])]
    assert (ours["subject"], ours["text"]) == ("Reminders of loans and holds", None)
