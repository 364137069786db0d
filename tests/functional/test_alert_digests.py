"""What alerts found comes in one mail a person: with the reminders where those are due, else alone."""

import time
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import pytest
from bs4 import BeautifulSoup

from discovery_accounts.jobs.runner import run_job
from discovery_accounts.models import AlertNews, OutboxMessage
from discovery_accounts.services.alert_digests import AlertDigests
from tests.factories.found import account_of, alert, found, many, records
from tests.factories.portal import Portal
from tests.factories.reminders import digests, morning, next_at, stop_path, switch_on, text_of
from tests.factories.rows import count, rows, write
from tests.factories.sending_process import start
from tests.factories.together import together
from tests.fixtures.databases import ON_SQLITE


@pytest.fixture
def portal(make_portal: Callable[..., Portal]) -> Portal:
    return make_portal(session__api_hours="300", record_url="https://finna.example/Record/{record_id}")


def english(portal: Portal) -> Any:
    client = portal.signed_in_client()
    client.call("PATCH", "/account", {"language": "en"}, status=200)
    return client


def html(mail: EmailMessage) -> BeautifulSoup:
    body = mail.get_body(("html",))
    assert isinstance(body, EmailMessage)
    return BeautifulSoup(body.get_content(), "html.parser")


def untold(portal: Portal) -> int:
    return count(portal.house, AlertNews, told_at=None)


def test_one_mail_tells_of_all_alerts_as_text_and_as_html(portal: Portal) -> None:
    english(portal)
    account = account_of(portal)
    ids = records(portal.house, 23)
    whales, seals = alert(portal.house, account), alert(portal.house, account, "Seals")
    found(portal.house, whales, ids)
    found(portal.house, seals, ids[:2])
    found(portal.house, seals, ids[1:3])
    report = run_job(portal.house, "send-mail").done
    assert (report.did["composed"], report.did["told"]) == (1, 2)
    [mail] = digests(portal)
    assert mail.get_content_type() == "multipart/alternative"
    assert mail["Subject"] == "26 new items", "a record that two runs found for one alert counts once"
    text, page = text_of(mail), html(mail)
    for words in ("New for “Whales” (23)", "New for “Seals” (3)", "And 3 more. See them all:", "* Book 22\n"):
        assert words in text
    assert text.count("* Book") == 20 + 3
    base = portal.house.settings.public_url
    links = {str(link["href"]) for link in page.find_all("a")}
    assert {
        f"{base}/alerts/{whales}/found",
        f"{base}/alerts",
        "https://finna.example/Record/Book%2022",
    } <= links
    assert not [link for link in links if link not in text], "both say the same"
    assert page.html is not None
    assert page.html["lang"] == "en"
    assert [head.name for head in page.find_all(["h1", "h2"])] == ["h1", "h2", "h2"]
    assert not page.find_all(["img", "script", "style", "link"])
    assert untold(portal) == 0
    assert run_job(portal.house, "send-mail").done.did["composed"] == 0


def test_with_reminders_due_it_is_one_mail_and_its_header_ends_both(portal: Portal) -> None:
    client = english(portal)
    switch_on(client)
    due = next_at(portal)
    account = account_of(portal)
    portal.clock.advance(seconds=(due - portal.clock()).total_seconds() - 600)
    found(portal.house, alert(portal.house, account), records(portal.house, 2))
    kept = run_job(portal.house, "send-mail").done.kept
    assert kept["alerts that wait for a digest of cards"] == 1
    assert (len(digests(portal)), untold(portal)) == (0, 1)
    morning(portal)
    [mail] = digests(portal)
    assert "overdue" in mail["Subject"]
    assert str(mail["Subject"]).endswith(", 2 new items")
    assert "Overdue (" in text_of(mail)
    assert "New for “Whales” (2)" in text_of(mail)
    stopped = portal.browser().app.post(stop_path(mail), {"List-Unsubscribe": "One-Click"})
    assert stopped.status_int == 200
    assert client.call("GET", "/reminders", status=200).json["on"] is False
    found(portal.house, rows(portal.house, AlertNews)[0].alert_id, records(portal.house, 1, "Late"))
    portal.clock.advance(days=1)
    run_job(portal.house, "send-mail")
    assert len(digests(portal)) == 1


@ON_SQLITE
def test_a_digest_without_news_of_cards_is_one_of_alerts(portal: Portal) -> None:
    client = english(portal)
    switch_on(client)
    morning(portal)
    found(portal.house, alert(portal.house, account_of(portal)), records(portal.house, 1))
    morning(portal)
    first, second = digests(portal)
    assert "overdue" in first["Subject"]
    assert second["Subject"] == "1 new item"
    assert "/alerts/stop-all/" in second["List-Unsubscribe"]
    assert second["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@ON_SQLITE
def test_in_quiet_hours_news_wait(portal: Portal) -> None:
    client = english(portal)
    switch_on(client)
    morning(portal)
    hour = portal.clock().hour
    account = account_of(portal)
    write(
        portal.house,
        "UPDATE digest SET wanted = 0, timezone = 'UTC', quiet_from = :start, quiet_until = :stop",
        start=hour,
        stop=(hour + 2) % 24,
    )
    found(portal.house, alert(portal.house, account), records(portal.house, 1))
    assert run_job(portal.house, "send-mail").done.kept["quiet hours"] == 1
    assert untold(portal) == 1
    portal.clock.advance(hours=2)
    run_job(portal.house, "send-mail")
    assert untold(portal) == 0


@ON_SQLITE
def test_without_an_address_news_stay_on_the_page_and_the_report_says_so(portal: Portal) -> None:
    english(portal)
    write(portal.house, "UPDATE account SET email = NULL")
    found(portal.house, alert(portal.house, account_of(portal)), records(portal.house, 1))
    assert run_job(portal.house, "send-mail").done.kept["alerts without an e-mail address"] == 1
    assert (untold(portal), len(digests(portal))) == (1, 0)


@ON_SQLITE
def test_daily_and_weekly_wait_for_their_time_and_paused_ones_tell_nothing(portal: Portal) -> None:
    english(portal)
    account, ids = account_of(portal), records(portal.house, 1)
    daily = alert(portal.house, account, "Daily", "daily")
    found(portal.house, daily, ids)
    found(portal.house, alert(portal.house, account, "Paused", paused_at=portal.clock()), ids)
    found(portal.house, alert(portal.house, account, "Feed", by_email=False), ids)
    assert run_job(portal.house, "send-mail").done.did["composed"] == 0
    portal.clock.advance(days=1)
    assert run_job(portal.house, "send-mail").done.did["told"] == 1
    [mail] = digests(portal)
    assert "Daily" in text_of(mail)
    assert "Paused" not in text_of(mail)


@ON_SQLITE
def test_a_mail_for_an_address_that_is_the_persons_no_more_is_not_sent_and_its_news_are_told_to_the_new_one(
    portal: Portal,
) -> None:
    english(portal)
    found(portal.house, alert(portal.house, account_of(portal)), records(portal.house, 1))
    assert AlertDigests(portal.house).compose(portal.clock(), 10, seconds=10).composed == 1
    write(portal.house, "UPDATE account SET email = 'new@example.org'")
    run_job(portal.house, "send-mail")
    [mail] = digests(portal)
    assert mail["To"] == "new@example.org"
    assert count(portal.house, OutboxMessage, state="withdrawn") == 1


@ON_SQLITE
def test_an_address_that_was_never_proved_gets_nothing(portal: Portal) -> None:
    english(portal)
    write(portal.house, "UPDATE account SET email_source = 'typed', email_verified_at = NULL")
    found(portal.house, alert(portal.house, account_of(portal)), records(portal.house, 1))
    run_job(portal.house, "send-mail")
    assert (digests(portal), untold(portal)) == ([], 1)


@ON_SQLITE
@pytest.mark.parametrize(("state", "again"), [("failed", 1), ("withdrawn", 1), ("unknown", 0)])
def test_what_was_not_sent_is_told_again_but_not_what_may_have_arrived(
    portal: Portal, state: str, again: int
) -> None:
    english(portal)
    found(portal.house, alert(portal.house, account_of(portal)), records(portal.house, 1))
    AlertDigests(portal.house).compose(portal.clock(), 10, seconds=10)
    write(portal.house, "UPDATE outbox_message SET state = :state, sealed = NULL", state=state)
    assert AlertDigests(portal.house).compose(portal.clock(), 10, seconds=10).composed == again


def test_a3_runs_side_by_side_write_one_mail_a_person(portal: Portal) -> None:
    many(portal, 40)
    reports = together(4, lambda _: AlertDigests(portal.house).compose(portal.clock(), 1000, seconds=60))
    last = AlertDigests(portal.house).compose(portal.clock(), 1000, seconds=60)
    assert sum(one.composed for one in reports) + last.composed == 40
    mails = rows(portal.house, OutboxMessage, kind="alerts")
    assert len({mail.account_id for mail in mails}) == len(mails) == 40
    assert untold(portal) == 0


def test_a3_digests_survive_a_killed_worker_without_a_duplicate_or_a_loss(portal: Portal) -> None:
    many(portal, 100)
    worker = start(portal, "compose")
    ends = time.monotonic() + 30
    while count(portal.house, OutboxMessage) == 0 and time.monotonic() < ends:
        time.sleep(0.005)
    worker.kill()
    worker.communicate(timeout=10)
    before = count(portal.house, OutboxMessage)
    assert before > 0
    assert before == 100 - untold(portal), "what is told stands in a mail, and the other way round"
    rest = AlertDigests(portal.house).compose(portal.clock(), 1000, seconds=60)
    assert before + rest.composed == 100
    assert len({mail.account_id for mail in rows(portal.house, OutboxMessage)}) == 100


@ON_SQLITE
def test_a4_names_and_titles_make_no_header_no_markup_and_no_line(portal: Portal) -> None:
    english(portal)
    evil = "Elsa\r\nBcc: thief@example.org\r\n\r\n<script>alert(1)</script><img src=x>"
    whales = alert(portal.house, account_of(portal), evil)
    found(portal.house, whales, records(portal.house, 1, "<b>Title</b>\r\nCc: thief@example.org"))
    run_job(portal.house, "send-mail")
    [mail] = digests(portal)
    assert (mail["Bcc"], mail["Cc"]) == (None, None)
    assert not [line for line in text_of(mail).splitlines() if line.startswith(("Bcc", "Cc"))]
    page = html(mail)
    assert not page.find_all(["script", "img", "b"])
    assert "<script>alert(1)</script>" in page.get_text()
