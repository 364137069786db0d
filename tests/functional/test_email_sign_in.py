"""Sign-in by a code or link to the address on file at the library (rules 4.3)."""

import re
import time
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest

from discovery_accounts.jobs.runner import run_job
from discovery_accounts.jobs.schedule import start_schedule
from discovery_accounts.models import Account, EmailSignIn, Identity, Link, OutboxMessage
from discovery_accounts.services.hurry import SEND_MAIL
from discovery_accounts.services.job_runs import JobRuns
from discovery_accounts.services.job_table import JOBS
from tests.factories.codes import codes, links, other_than, post_office
from tests.factories.email_sign_in import CODE, FAMILY, FORM, LOGINS, ask, give, is_signed_in
from tests.factories.portal import Portal
from tests.factories.rows import count, dump, rows
from tests.factories.together import together
from tests.fixtures.databases import ON_SQLITE


@pytest.fixture
def portal(make_portal: Callable[..., Portal]) -> Portal:
    return make_portal(**LOGINS)


@pytest.mark.parametrize("library", ["lumme", "helka"])
def test_the_code_signs_in_where_it_was_asked_for(portal: Portal, library: str) -> None:
    browser, patron = portal.browser(), portal.patron(library)
    ask(browser, patron.email)
    [code] = codes(portal)
    answer = give(browser, code)
    assert (answer.status_int, answer.location) == (303, "http://localhost/loans")
    assert is_signed_in(browser)
    assert [mail["To"] for mail in post_office(portal)] == [patron.email]


def test_it_opens_the_account_that_the_card_opens(portal: Portal) -> None:
    portal.signed_in_client()
    [account] = rows(portal.house, Account)
    browser = portal.browser()
    ask(browser, portal.patron("lumme").email.upper())
    give(browser, codes(portal)[-1])
    assert [row.id for row in rows(portal.house, Account)] == [account.id]
    [identity] = rows(portal.house, Identity)
    patron = portal.patron("lumme")
    assert (identity.login, identity.issuer, identity.subject) == ("card", "lumme", patron.patron_id)
    assert identity.login_name == "email"


@ON_SQLITE
def test_the_first_sign_in_makes_the_account_its_card_and_a_holder(portal: Portal) -> None:
    browser = portal.browser()
    ask(browser, portal.patron("lumme").email)
    give(browser, codes(portal)[-1])
    [link] = rows(portal.house, Link)
    assert (link.holder, link.proof) == (True, "email")
    page = browser.get("/loans").text
    assert page.count('class="accounts-loan') > 0 or "accounts-loan" in page
    portal.signed_in_client()
    assert count(portal.house, Account) == 1


def test_the_link_works_on_another_device_and_looking_signs_nobody_in(portal: Portal) -> None:
    asking, phone = portal.browser(), portal.browser(REMOTE_ADDR="198.51.100.4")
    ask(asking, portal.patron("lumme").email)
    [link] = links(portal)
    page = phone.get(link)
    assert page.status_int == 200
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert portal.patron("lumme").email not in page.text
    assert not is_signed_in(phone)
    assert phone.post(link).status_int == 303
    assert is_signed_in(phone)
    assert not is_signed_in(asking)
    assert phone.get(link, expect_errors=True).status_int == 404, "good once"
    assert give(asking, codes(portal)[-1]).status_int == 400, "the code went with the link"


@ON_SQLITE
def test_the_code_is_of_no_use_in_another_browser(portal: Portal) -> None:
    ask(portal.browser(), portal.patron("lumme").email)
    [code] = codes(portal)
    stranger = portal.browser()
    assert give(stranger, code).status_int == 400
    ask(stranger, "nobody@koha.example")
    assert give(stranger, code).status_int == 422


def test_a_code_is_good_once_and_for_ten_minutes(portal: Portal) -> None:
    browser = portal.browser()
    ask(browser, portal.patron("lumme").email)
    [code] = codes(portal)
    [link] = links(portal)
    portal.clock.advance(minutes=10, seconds=1)
    assert give(browser, code).status_int == 400
    assert browser.get(link, expect_errors=True).status_int == 404
    assert run_job(portal.house, "purge-sessions").done.did["email_sign_ins"] == 1
    assert count(portal.house, EmailSignIn) == 0


def test_five_wrong_codes_end_the_sign_in_and_its_link(portal: Portal) -> None:
    browser = portal.browser()
    ask(browser, portal.patron("lumme").email)
    [code] = codes(portal)
    [link] = links(portal)
    assert [give(browser, other_than(code)).status_int for _ in range(5)] == [422] * 5
    assert give(browser, code).status_int == 400
    assert browser.get(link, expect_errors=True).status_int == 404
    assert not is_signed_in(browser)


def test_parallel_codes_are_counted_one_by_one(portal: Portal) -> None:
    browser = portal.browser()
    ask(browser, portal.patron("lumme").email)
    wrong, csrf = other_than(codes(portal)[0]), browser.csrf()
    fields = {"action": "confirm", "code": wrong, "csrf_token": csrf}
    cookies = dict(browser.app.cookies)

    def try_one(_number: int) -> int:
        one = portal.browser()
        for name, value in cookies.items():
            one.app.set_cookie(name, value)
        return int(one.app.post(CODE, fields, expect_errors=True).status_int)

    assert sorted(together(12, try_one)) == [400] * 7 + [422] * 5
    assert count(portal.house, EmailSignIn) == 0


def answers_for(portal: Portal, email: str, **more: str) -> list[tuple[int, str]]:
    """What a stranger sees who asks for an address and tries codes, without what is random or was typed."""
    browser = portal.browser()
    seen = [ask(browser, email, **more)]
    run_job(portal.house, "send-mail")
    seen += [browser.get(CODE), *[give(browser, f"{turn:06d}") for turn in range(6)]]
    told = [re.sub(r'(value|nonce)="[^"]*"', "", answer.text) for answer in seen]
    return [(answer.status_int, text) for answer, text in zip(seen, told, strict=True)]


def test_b5_b6_the_answers_are_the_same_whether_nobody_one_or_several_have_the_address(
    portal: Portal,
) -> None:
    portal.koha.set_email(portal.patron("lumme").patron_id, "fanny@koha.example")
    one = answers_for(portal, "fanny@koha.example")
    assert len(codes(portal)) == 1
    assert answers_for(portal, "franz@koha.example") == one
    assert answers_for(portal, FAMILY) == one
    assert len(codes(portal)) == 1


@ON_SQLITE
def test_b6_no_library_is_asked_before_the_answer_so_its_time_tells_nothing(portal: Portal) -> None:
    for email in (portal.patron("lumme").email, "nobody@koha.example", FAMILY):
        before = (portal.koha.count(), portal.alma.count())
        ask(portal.browser(), email)
        assert (portal.koha.count(), portal.alma.count()) == before
    assert count(portal.house, EmailSignIn, state="waiting") == 3
    assert count(portal.house, OutboxMessage) == 0


@ON_SQLITE
def test_asking_is_limited_by_address_and_by_asker_for_unknown_addresses_too(portal: Portal) -> None:
    for email in (portal.patron("lumme").email, "nobody@koha.example"):
        answers = [
            portal.browser(REMOTE_ADDR=f"198.51.100.{turn}").post(FORM, email=email) for turn in range(6)
        ]
        assert [answer.status_int for answer in answers] == [303] * 5 + [429]
        assert int(answers[-1].headers["Retry-After"]) > 0
    busy = portal.browser(REMOTE_ADDR="203.0.113.9")
    answers = [busy.post(FORM, email=f"reader{turn}@nowhere.example") for turn in range(31)]
    assert [answer.status_int for answer in answers] == [303] * 30 + [429]
    assert len(codes(portal)) == 5


@ON_SQLITE
def test_codes_of_one_address_can_be_guessed_thirty_times_a_day_then_only_the_link_works(
    portal: Portal,
) -> None:
    email = portal.patron("lumme").email
    for _ in range(6):
        stranger = portal.browser(REMOTE_ADDR="198.51.100.66")
        ask(stranger, email)
        for turn in range(5):
            assert give(stranger, f"{turn:06d}").status_int == 422
        portal.clock.advance(minutes=15)
    portal.clock.advance(hours=1)
    holder = portal.browser()
    ask(holder, email)
    assert give(holder, codes(portal)[-1]).status_int == 422
    assert holder.post(links(portal)[-1]).status_int == 303


@ON_SQLITE
@pytest.mark.parametrize(
    "typed", ["", "nobody", "a@b", "a@b.fi, c@d.fi", "a@b.fi\r\nBcc: c@d.fi", "*@koha.example"]
)
def test_what_is_no_address_is_told_at_the_field(portal: Portal, typed: str) -> None:
    answer = portal.browser().post(FORM, email=typed)
    if typed.startswith("*"):
        assert answer.status_int == 303
        assert codes(portal) == [], "no pattern, an address"
        return
    assert answer.status_int == 422
    assert "accounts-email-error" in answer.text
    assert count(portal.house, EmailSignIn) == 0


@ON_SQLITE
def test_the_person_comes_back_to_where_they_were(portal: Portal) -> None:
    browser = portal.browser()
    ask(browser, portal.patron("lumme").email, return_to="/cards")
    assert give(browser, codes(portal)[-1]).location.endswith("/cards")
    browser = portal.browser()
    ask(browser, portal.patron("lumme").email, return_to="https://evil.example/")
    assert browser.post(links(portal)[-1]).location == "http://localhost/loans"


@ON_SQLITE
def test_w2_the_session_is_a_new_one_and_whoever_was_signed_in_is_signed_out(portal: Portal) -> None:
    browser = portal.signed_in_browser("helka")
    before = browser.app.cookies["accounts_session"]
    ask(browser, portal.patron("lumme").email)
    give(browser, codes(portal)[-1])
    assert browser.app.cookies["accounts_session"] != before
    assert count(portal.house, Account) == 2
    browser.app.set_cookie("accounts_session", before)
    assert not is_signed_in(browser)


@ON_SQLITE
def test_addresses_codes_and_links_are_nowhere_in_clear(portal: Portal) -> None:
    browser, patron = portal.browser(), portal.patron("lumme")
    ask(browser, patron.email, card_number=patron.card_number)
    waiting = dump(portal.house)
    word = browser.app.cookies["accounts_login"]
    [code] = codes(portal)
    token = links(portal)[-1].rpartition("/")[2]
    content = waiting + dump(portal.house)
    for secret in (patron.email, patron.card_number, token, word):
        assert secret.encode() not in content
    assert code.encode() not in re.findall(rb"(?<!\d)\d{6}(?!\d)", content)


@ON_SQLITE
def test_asking_anew_ends_the_earlier_code(portal: Portal) -> None:
    browser = portal.browser()
    ask(browser, portal.patron("lumme").email)
    [first] = codes(portal)
    [link] = links(portal)
    ask(browser, portal.patron("lumme").email)
    second = codes(portal)[-1]
    if first != second:
        assert give(browser, first).status_int == 422
    assert browser.get(link, expect_errors=True).status_int == 404
    assert give(browser, second).status_int == 303


@ON_SQLITE
def test_the_mail_and_pages_are_in_the_askers_language(portal: Portal) -> None:
    subjects = set()
    for language in ("fi", "sv", "en", "nb"):
        browser = portal.browser(HTTP_ACCEPT_LANGUAGE=language)
        ask(browser, portal.patron("lumme").email)
        subjects.add(post_office(portal)[-1]["Subject"])
        portal.clock.advance(minutes=20)
    assert subjects


@ON_SQLITE
def test_w1_every_form_asks_for_its_token(portal: Portal) -> None:
    browser = portal.browser()
    ask(browser, portal.patron("lumme").email)
    [link] = links(portal)
    for path, fields in ((FORM, {"email": "a@b.fi"}), (CODE, {"code": codes(portal)[0]}), (link, {})):
        assert browser.app.post(path, fields, expect_errors=True).status_int == 400
    assert not is_signed_in(browser)


def test_the_clock_of_the_process_is_asked_to_hurry(portal: Portal) -> None:
    asked: list[str] = []
    portal.house.hurry.listen(asked.append)
    ask(portal.browser(), "nobody@koha.example")
    assert asked == [SEND_MAIL]
    assert set(asked) <= set(JOBS)
    assert timedelta(0) < rows(portal.house, EmailSignIn)[0].expires_at - portal.clock()


@ON_SQLITE
def test_where_a_clock_runs_the_mail_comes_within_seconds(portal: Portal) -> None:
    clock = start_schedule(portal.house)
    try:
        ask(portal.browser(), portal.patron("lumme").email)
        ends = time.monotonic() + 10
        while not portal.mails() and time.monotonic() < ends:
            time.sleep(0.05)
    finally:
        clock.shutdown()
    assert len(portal.mails()) == 1


@ON_SQLITE
def test_a_mail_that_is_asked_for_while_the_job_runs_comes_after_that(portal: Portal) -> None:
    runs, holder = JobRuns(portal.house), uuid.uuid4()
    assert runs.take_lock(SEND_MAIL, holder, timedelta(minutes=5))
    clock = start_schedule(portal.house)
    try:
        ask(portal.browser(), portal.patron("lumme").email)
        time.sleep(1.5)
        assert portal.mails() == []
        runs.free_lock(SEND_MAIL, holder)
        ends = time.monotonic() + 15
        while not portal.mails() and time.monotonic() < ends:
            time.sleep(0.05)
    finally:
        clock.shutdown()
    assert len(portal.mails()) == 1
