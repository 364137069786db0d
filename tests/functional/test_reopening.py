"""A card that was stopped after too many wrong PINs is opened by its holder, by staff, or by time."""

import re
from collections.abc import Callable
from functools import partial

import pytest
from click.testing import CliRunner

from discovery_accounts.cli import main
from discovery_accounts.models import CardReopening, OutboxMessage
from discovery_accounts.services.outbox_sending import Outbox
from discovery_accounts.services.problems import Problem
from discovery_accounts.services.reopening import Reopening
from tests.factories.codes import codes, other_than
from tests.factories.portal import Browser, Portal
from tests.factories.rows import count, statements
from tests.factories.together import run_all

PATH = "/sign-in/card/reopen"


@pytest.fixture
def stopped(make_portal: Callable[..., Portal]) -> Portal:
    """A portal where a stranger has used up the tries at the first patron's card."""
    portal = make_portal(library__lumme__lock_after="6")
    portal.signed_in_client()
    stranger = portal.browser(REMOTE_ADDR="198.51.100.9")
    for _ in range(5):
        answer = stranger.post("/sign-in/card", **fields(portal, pin="0000"))
        assert answer.status_int == 401
    assert stranger.post("/sign-in/card", **fields(portal)).status_int == 429
    return portal


def fields(portal: Portal, **more: str) -> dict[str, str]:
    patron = portal.patron("lumme")
    return {"library": "lumme", "card_number": patron.card_number, "pin": patron.pin, **more}


def ask(browser: Browser, portal: Portal, **more: str) -> str:
    answer = browser.post(PATH, action="ask", **{**fields(portal), **more})
    assert answer.status_int == 200
    return str(answer.text)


def test_the_holder_opens_the_card_with_a_code(stopped: Portal) -> None:
    browser = stopped.browser()
    ask(browser, stopped)
    (code,) = codes(stopped)
    answer = browser.post(PATH, action="confirm", code=code, **fields(stopped))
    assert answer.status_int == 303
    browser.sign_in("lumme", stopped.patron("lumme"))


def test_the_answer_is_the_same_for_a_card_nobody_knows(stopped: Portal) -> None:
    known, unknown = (
        re.sub(r'(value|nonce)="[^"]*"', "", ask(stopped.browser(), stopped, card_number=number))
        for number in (stopped.patron("lumme").card_number, "99999999999")
    )
    assert known == unknown
    assert len(codes(stopped)) == 1


def test_b6_a_card_nobody_knows_costs_as_much_work_as_a_known_one(stopped: Portal) -> None:
    reopening = Reopening(stopped.house)
    known, unknown = stopped.patron("lumme").card_number, "99999999999"
    asked, confirmed = (
        [
            statements(stopped.house, partial(act, "lumme", number, *more, "192.0.2.1"))
            for number in (known, unknown)
        ]
        for act, more in ((reopening.ask, ()), (partial(refused, reopening), ("000000",)))
    )
    assert asked[0]["write"] > 0
    for one, other in (asked, confirmed):
        assert abs(one["write"] - other["write"]) <= 1
        assert abs(one["read"] - other["read"]) <= 2


def refused(reopening: Reopening, *given: str) -> None:
    with pytest.raises(Problem, match="code_wrong"):
        reopening.confirm(*given)


def test_what_is_done_for_nobody_leaves_nothing_but_a_count(stopped: Portal) -> None:
    before = [count(stopped.house, table) for table in (OutboxMessage, CardReopening)]
    ask(stopped.browser(), stopped, card_number="99999999999")
    assert [count(stopped.house, table) for table in (OutboxMessage, CardReopening)] == before


def test_two_who_ask_at_the_same_moment_get_one_code(stopped: Portal) -> None:
    number = stopped.patron("lumme").card_number
    run_all([partial(Reopening(stopped.house).ask, "lumme", number, f"192.0.2.{n}") for n in range(4)])
    assert len(codes(stopped)) == 1


def test_five_wrong_codes_end_the_code(stopped: Portal) -> None:
    browser = stopped.browser()
    ask(browser, stopped)
    (code,) = codes(stopped)
    for _ in range(5):
        assert (
            browser.post(PATH, action="confirm", code=other_than(code), **fields(stopped)).status_int == 422
        )
    assert browser.post(PATH, action="confirm", code=code, **fields(stopped)).status_int == 422


def test_a_code_is_good_once_and_for_ten_minutes(stopped: Portal) -> None:
    browser = stopped.browser()
    ask(browser, stopped)
    (code,) = codes(stopped)
    stopped.clock.advance(minutes=11)
    assert browser.post(PATH, action="confirm", code=code, **fields(stopped)).status_int == 422


def test_codes_are_not_sent_one_after_another(stopped: Portal) -> None:
    browser = stopped.browser()
    ask(browser, stopped)
    ask(browser, stopped)
    assert len(codes(stopped)) == 1


def test_asking_is_limited_by_address(stopped: Portal) -> None:
    browser = stopped.browser()
    answers = [browser.post(PATH, action="ask", **fields(stopped)).status_int for _ in range(11)]
    assert answers == [200] * 10 + [429]


def test_who_only_linked_the_card_gets_no_code(stopped: Portal) -> None:
    viewer = stopped.signed_in_client("helka")
    child = stopped.patron("lumme", "child")
    viewer.link("lumme", child, label="Elsa")
    Outbox(stopped.house).send(stopped.house.now(), 50)
    ask(stopped.browser(), stopped, card_number=child.card_number)
    assert codes(stopped) == []


def test_staff_open_a_card_from_the_command_line(stopped: Portal) -> None:
    number = stopped.patron("lumme").card_number
    ran = CliRunner().invoke(
        main, ["--config", stopped.ini(), "cards", "reopen", "lumme"], input=f"{number}\n"
    )
    assert ran.exit_code == 0, ran.output
    assert number not in ran.output
    stopped.browser().sign_in("lumme", stopped.patron("lumme"))


def test_staff_are_told_of_a_library_that_is_none(stopped: Portal) -> None:
    with pytest.raises(Exception, match="unknown_library"):
        Reopening(stopped.house).by_staff("nowhere", "123456")
