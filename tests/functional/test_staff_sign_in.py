"""Staff sign in by a password and a second factor; nobody learns who is staff, and no proof is good twice."""

import re
import statistics
import time
from collections.abc import Callable
from functools import partial

import pytest
from passlib.context import CryptContext

from discovery_accounts.models import Account, Identity, LoginStep, SignedInSession, StaffMember
from discovery_accounts.services import events
from discovery_accounts.services.problems import Problem
from discovery_accounts.services.rotation import Rotation
from discovery_accounts.services.second_factors import SecondFactors
from tests.factories.portal import Portal
from tests.factories.rows import count, dump, rows, write
from tests.factories.rows import events as events_of
from tests.factories.staff import LOGINS, PASSWORD, Colleague, add, colleague, give_code, link_for, secret_on
from tests.factories.together import run_all
from tests.fixtures.databases import ON_SQLITE


@pytest.fixture
def portal(make_portal: Callable[..., Portal]) -> Portal:
    return make_portal(**LOGINS)


@pytest.fixture
def ada(portal: Portal) -> Colleague:
    return colleague(portal)


def member(portal: Portal) -> StaffMember:
    (found,) = rows(portal.house, StaffMember)
    assert isinstance(found, StaffMember)
    return found


def test_from_the_mailed_link_to_the_pages_for_staff(portal: Portal) -> None:
    ada = colleague(portal)
    browser = ada.sign_in()
    page = browser.get("/admin")
    assert "Libraries" in page.text
    (identity,) = rows(portal.house, Identity)
    assert (identity.login, identity.issuer, identity.subject) == (
        "password",
        "local",
        str(member(portal).id),
    )
    assert member(portal).account_id == identity.account_id
    assert count(portal.house, Account) == 1
    (session,) = rows(portal.house, SignedInSession)
    assert (session.strength, session.login_name) == ("strong", "staff")
    assert len(events_of(portal.house, events.STAFF_SIGNED_IN)) == 2


@ON_SQLITE
def test_pages_of_the_account_work_for_staff_without_a_card(ada: Colleague) -> None:
    browser = ada.sign_in()
    for path in ("/", "/loans", "/cards", "/cards/link", "/account", "/privacy", "/admin/second-factors"):
        assert browser.get(path).status_int == 200, path


@ON_SQLITE
def test_the_password_alone_opens_nothing(ada: Colleague) -> None:
    browser = ada.portal.browser()
    answer = ada.give_password(browser)
    assert answer.headers["Location"].endswith("/sign-in/staff/second-factor")
    assert count(ada.portal.house, SignedInSession) == 0
    assert browser.get("/admin").headers["Location"].split("?")[0].endswith("/sign-in")
    assert "accounts_session" not in browser.app.cookies


@ON_SQLITE
def test_who_has_no_second_factor_may_only_set_one_up(portal: Portal) -> None:
    add(portal)
    browser, path = portal.browser(), link_for(portal, "ada@library.example")
    fields = [("csrf_token", browser.csrf(path)), ("password", PASSWORD), ("password", PASSWORD)]
    browser.app.post(path, fields)
    other = portal.browser()
    answer = other.post("/sign-in/staff", username="ada@library.example", password=PASSWORD)
    assert answer.headers["Location"].endswith("/second-factor/new")
    assert give_code(other, "123456").headers["Location"].endswith("/second-factor/new")
    assert other.post("/sign-in/staff/second-factor/new", action="app", code="123456").status_int == 422
    assert count(portal.house, SignedInSession) == 0
    secret = secret_on(other.get("/sign-in/staff/second-factor/new"))
    code = Colleague(portal, "ada@library.example", secret=secret).code_now()
    assert other.post("/sign-in/staff/second-factor/new", action="app", code=code).status_int == 303
    assert other.get("/admin").status_int == 200


@ON_SQLITE
def test_who_has_a_second_factor_can_not_set_up_another_by_the_password_alone(ada: Colleague) -> None:
    browser = ada.portal.browser()
    ada.give_password(browser)
    assert browser.get("/sign-in/staff/second-factor/new", expect_errors=True).status_int == 400
    answer = browser.post("/sign-in/staff/second-factor/new", action="app", code=ada.code())
    assert answer.status_int == 400
    assert count(ada.portal.house, SignedInSession) == 0


@ON_SQLITE
def test_b5_unknown_name_wrong_password_and_no_grant_get_one_same_answer(ada: Colleague) -> None:
    add(ada.portal, "bob@library.example", name="Bob")
    tries = {
        "unknown": ("nobody@library.example", PASSWORD),
        "wrong": (ada.email, "another password"),
        "not set up": ("bob@library.example", PASSWORD),
        "spelled otherwise": ("ADA@library.example", "another password"),
    }
    answers = {}
    for kind, (username, password) in tries.items():
        page = ada.portal.browser().post("/sign-in/staff", username=username, password=password)
        assert page.status_int == 401
        assert 'data-code="sign_in_refused"' in page.text
        answers[kind] = re.sub(r'(value|nonce)="[^"]*"', "", page.text)
    assert len(set(answers.values())) == 1
    reasons = {event.detail["reason"] for event in events_of(ada.portal.house, events.SIGN_IN_REFUSED)}
    assert reasons == {"unknown_name", "wrong_password"}
    assert ada.give_password(ada.portal.browser()).status_int == 303


@ON_SQLITE
def test_b5_unknown_names_take_as_long_as_wrong_passwords(make_portal: Callable[..., Portal]) -> None:
    portal = make_portal(**LOGINS, limits__card="100")
    ada = colleague(portal)
    times: dict[str, list[float]] = {ada.email: [], "nobody@library.example": []}
    browser = portal.browser()
    token = browser.csrf()
    for _ in range(9):
        for username, taken in times.items():
            started = time.perf_counter()
            browser.app.post(
                "/sign-in/staff",
                {"csrf_token": token, "username": username, "password": "another password"},
                expect_errors=True,
            )
            taken.append(time.perf_counter() - started)
    known, unknown = (statistics.median(taken) for taken in times.values())
    assert max(known, unknown) < 2.5 * min(known, unknown)


@ON_SQLITE
def test_the_user_name_may_be_typed_in_any_case(ada: Colleague) -> None:
    ada.email = ada.email.upper()
    ada.sign_in()


@ON_SQLITE
@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"username": "", "password": ""}, 422),
        ({"username": "ada@library.example", "password": ""}, 422),
        ({"username": "ada@library.example", "password": "with\x00nul and more"}, 422),
        ({"username": "ada@library.example", "password": "å" * 80}, 401),
        ({"username": "ada@library.example", "password": "x" * 2000}, 422),
    ],
)
def test_odd_passwords_are_refused_and_break_nothing(
    ada: Colleague, fields: dict[str, str], status: int
) -> None:
    assert ada.portal.browser().post("/sign-in/staff", **fields).status_int == status


def test_b1_the_password_is_stopped_after_five_tries_from_anywhere(ada: Colleague) -> None:
    for n in range(5):
        browser = ada.portal.browser(REMOTE_ADDR=f"198.51.100.{n}")
        answer = browser.post("/sign-in/staff", username=ada.email, password="another password")
        assert answer.status_int == 401
    stopped = ada.give_password(ada.portal.browser())
    assert stopped.status_int == 429
    assert int(stopped.headers["Retry-After"]) <= 60
    ada.portal.clock.advance(minutes=2)
    assert ada.give_password(ada.portal.browser()).status_int == 303


def test_codes_are_stopped_after_five_tries(ada: Colleague) -> None:
    browser = ada.portal.browser()
    ada.give_password(browser)
    wrong = "000000" if ada.code_now() != "000000" else "111111"
    assert [give_code(browser, wrong).status_int for _ in range(6)] == [422] * 5 + [429]
    assert give_code(browser, ada.code()).status_int == 429
    refusals = events_of(ada.portal.house, events.SIGN_IN_REFUSED)
    assert {event.detail["reason"] for event in refusals} == {"second_factor_app"}


@ON_SQLITE
def test_a_code_is_good_once(ada: Colleague) -> None:
    code = ada.code()
    first, second = ada.portal.browser(), ada.portal.browser()
    ada.give_password(first)
    ada.give_password(second)
    assert give_code(first, code).status_int == 303
    assert give_code(second, code).status_int == 422
    assert give_code(second, ada.code()).status_int == 303


def test_one_code_lets_one_of_many_in_that_come_at_once(ada: Colleague) -> None:
    factors, code = SecondFactors(ada.portal.house, member(ada.portal).id), ada.code()
    used: list[bool] = []
    run_all([lambda: used.append(factors.use_code(code)) for _ in range(4)])
    assert sorted(used) == [False, False, False, True]


@ON_SQLITE
def test_an_earlier_code_is_not_taken_after_a_later_one(ada: Colleague) -> None:
    earlier = ada.code()
    later = ada.code()
    factors = SecondFactors(ada.portal.house, member(ada.portal).id)
    assert factors.use_code(later)
    assert not factors.use_code(earlier)


@ON_SQLITE
def test_o1_a_sign_in_under_way_is_its_browsers_alone_and_over_after_ten_minutes(ada: Colleague) -> None:
    browser = ada.portal.browser()
    ada.give_password(browser)
    assert give_code(ada.portal.browser(), ada.code()).status_int == 400
    ada.portal.clock.advance(minutes=11)
    late = give_code(browser, ada.code())
    assert late.status_int == 400
    assert 'data-code="answer_not_expected"' in late.text


@ON_SQLITE
def test_w2_signing_in_gives_a_new_session_each_time(ada: Colleague) -> None:
    browser = ada.sign_in()
    before = browser.app.cookies["accounts_session"]
    ada.sign_in(browser)
    assert browser.app.cookies["accounts_session"] != before
    assert count(ada.portal.house, SignedInSession) == 1


@ON_SQLITE
def test_w5_one_comes_back_to_where_one_was_and_nowhere_else(ada: Colleague) -> None:
    for asked, leads in (("/account", "/account"), ("https://evil.example/", "/loans"), ("", "/admin")):
        browser = ada.portal.browser()
        ada.give_password(browser, return_to=asked)
        answer = give_code(browser, ada.code())
        assert answer.headers["Location"].endswith(leads)


@ON_SQLITE
def test_looking_changes_nothing(ada: Colleague) -> None:
    """Checklist W1."""
    browser = ada.portal.browser()
    ada.give_password(browser)
    before = dump(ada.portal.house)
    for path in ("/sign-in/staff", "/sign-in/staff/second-factor"):
        assert browser.get(path).status_int == 200
    assert dump(ada.portal.house) == before


@ON_SQLITE
def test_an_older_hash_is_renewed_when_its_owner_signs_in(ada: Colleague) -> None:
    old = CryptContext(["pbkdf2_sha256"], pbkdf2_sha256__rounds=1000).hash(PASSWORD)
    write(ada.portal.house, "UPDATE staff_member SET password_hash = :hash", hash=old)
    assert ada.give_password(ada.portal.browser()).status_int == 303
    renewed = member(ada.portal).password_hash
    assert renewed is not None
    assert renewed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    ada.sign_in()


def test_s2_the_secret_of_an_app_is_sealed_and_bound_to_its_owner(ada: Colleague) -> None:
    portal = ada.portal
    browser = portal.browser()
    ada.give_password(browser)
    stored = dump(portal.house)
    assert ada.secret.encode() not in stored
    assert PASSWORD.encode() not in stored
    bob = colleague(portal, "bob@library.example", name="Bob")
    write(
        portal.house,
        "UPDATE staff_member SET totp_sealed = (SELECT totp_sealed FROM staff_member WHERE email = :his), "
        "totp_last_step = NULL WHERE email = :hers",
        his=bob.email,
        hers=ada.email,
    )
    assert give_code(browser, bob.code()).status_int == 422


@ON_SQLITE
def test_s3_the_secrets_of_apps_are_put_under_a_new_key(ada: Colleague) -> None:
    rotation = Rotation(ada.portal.house)
    ada.portal.house.vault._ring.rotate()
    assert rotation.reseal().unreadable == 0
    assert member(ada.portal).totp_key_id == ada.portal.house.vault.current_key_id
    ada.sign_in()


@ON_SQLITE
def test_a_login_that_is_none_by_password_has_no_such_pages(portal: Portal) -> None:
    for path in (
        "/sign-in/card/second-factor",
        "/sign-in/nowhere/second-factor/new",
        "/sign-in/card/invitation/x",
    ):
        assert portal.browser().get(path, expect_errors=True).status_int == 404


@ON_SQLITE
def test_forms_of_others_are_refused(ada: Colleague) -> None:
    """Checklist W1."""
    browser = ada.portal.browser()
    ada.give_password(browser)
    for path in ("/sign-in/staff", "/sign-in/staff/second-factor", "/sign-in/staff/second-factor/new"):
        answer = browser.app.post(path, {"csrf_token": "x", "code": ada.code_now()}, expect_errors=True)
        assert answer.status_int == 400
    assert count(ada.portal.house, LoginStep) == 1


@ON_SQLITE
def test_more_sign_ins_than_the_machine_can_do_are_told_to_wait_and_not_counted(
    ada: Colleague, monkeypatch: pytest.MonkeyPatch
) -> None:
    passwords = ada.portal.house.logins["staff"]
    monkeypatch.setattr(passwords, "_patience", 0.01)
    taken = 0
    while passwords._turns.acquire(blocking=False):  # type: ignore[attr-defined]
        taken += 1
    try:
        for _ in range(6):
            assert ada.give_password(ada.portal.browser()).status_int == 503
    finally:
        for _ in range(taken):
            passwords._turns.release()  # type: ignore[attr-defined]
    assert ada.give_password(ada.portal.browser()).status_int == 303


@ON_SQLITE
def test_second_factors_can_be_added_and_all_but_the_last_removed(ada: Colleague) -> None:
    browser = ada.sign_in()
    answer = browser.post("/admin/second-factors", action="remove", factor="app")
    assert answer.status_int == 409
    answer = browser.post("/admin/second-factors", action="add")
    assert answer.headers["Location"].endswith("/second-factor/new")
    old, ada.secret = ada.secret, secret_on(browser.get(answer.headers["Location"]))
    answer = browser.post("/sign-in/staff/second-factor/new", action="app", code=ada.code())
    assert answer.headers["Location"].endswith("/admin/second-factors")
    assert old != ada.secret
    ada.sign_in()
    factors = SecondFactors(ada.portal.house, member(ada.portal).id)
    with pytest.raises(Problem, match="last_sign_in_method"):
        factors.remove(None)


@ON_SQLITE
def test_l4_second_factors_are_changed_after_a_recent_sign_in_only(ada: Colleague) -> None:
    browser = ada.sign_in()
    browser.post("/admin/second-factors", action="add")
    ada.portal.clock.advance(minutes=6)
    for fields in ({"action": "add"}, {"action": "remove", "factor": "app"}):
        assert browser.post("/admin/second-factors", **fields).status_int == 403
    answer = browser.post("/sign-in/staff/second-factor/new", action="app", code="123456")
    assert answer.status_int == 403


@ON_SQLITE
def test_adding_a_second_factor_ends_with_the_session(ada: Colleague) -> None:
    browser = ada.sign_in()
    browser.post("/admin/second-factors", action="add")
    browser.post("/sign-out")
    post = partial(browser.post, "/sign-in/staff/second-factor/new", action="app")
    assert post(code=ada.code()).status_int == 400
    assert give_code(browser, ada.code()).headers["Location"].endswith("/second-factor/new")
    assert count(ada.portal.house, SignedInSession) == 0
