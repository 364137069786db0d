"""Sign-in by a code or link to the address on file at the library (rules 4.3)."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from webtest import TestResponse

from discovery_accounts.jobs.runner import run_job
from discovery_accounts.models import Account, EmailSignIn, Event, Identity, Link, OutboxMessage
from discovery_accounts.simulator.server import SimulatedPatron
from tests.factories.codes import codes, links, other_than, post_office
from tests.factories.portal import Browser, Portal
from tests.factories.rows import count, dump, rows
from tests.fixtures.databases import ON_SQLITE

FORM, CODE = "/sign-in/email", "/sign-in/email/code"
FAMILY = "family@koha.example"


@pytest.fixture
def open_portal(make_portal: Callable[..., Portal]) -> Callable[..., Portal]:
    def make(**more: str) -> Portal:
        logins = {"logins": "card email", "login__card__kind": "card", "login__email__kind": "email"}
        return make_portal(**logins, **more)

    return make


@pytest.fixture
def portal(open_portal: Callable[..., Portal]) -> Portal:
    return open_portal()


def ask(browser: Browser, email: str, **more: str) -> TestResponse:
    answer = browser.post(FORM, email=email, **more)
    assert (answer.status_int, answer.location) == (303, f"http://localhost{CODE}")
    return answer


def give(browser: Browser, code: str) -> TestResponse:
    return browser.post(CODE, action="confirm", code=code)


def is_signed_in(browser: Browser) -> bool:
    return browser.get("/account", expect_errors=True).status_int == 200


def sharing(portal: Portal) -> list[SimulatedPatron]:
    return [patron for patron in portal.koha.patrons if patron.email == FAMILY]


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
def test_d1_it_is_written_down_how_many_asked_and_not_who(portal: Portal) -> None:
    for email in (portal.patron("lumme").email, "nobody@koha.example", FAMILY):
        ask(portal.browser(), email)
    run_job(portal.house, "send-mail")
    found = [event.detail["outcome"] for event in rows(portal.house, Event, word="sign_in.code_asked")]
    assert sorted(found) == ["nobody", "sent", "several"]


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
    assert asked == ["send-mail"]
    assert timedelta(0) < rows(portal.house, EmailSignIn)[0].expires_at - portal.clock()
