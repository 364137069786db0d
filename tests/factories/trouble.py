"""What a sign-in that fails must leave: right words for the person, the cause for IT, and nothing else."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from bs4 import BeautifulSoup
from sqlalchemy import func, select
from webtest import TestResponse

from discovery_accounts.login.checks import Level, Step
from discovery_accounts.models import Base
from discovery_accounts.services import events
from discovery_accounts.services.login_checks import check_logins
from discovery_accounts.web.problem_words import PROBLEMS
from tests.factories.portal import Browser, Portal
from tests.factories.rows import events as rows_of

_NOT_OF_THE_PERSON = {"throttle", "replay", "provider_entity", "provider_source"}
"""Counters of tries, ids of answers that are good once, and metadata that was read on the way."""


def is_told(answer: TestResponse, status: int, code: str, words: str | None = None) -> None:
    """The page has the status, the code for the help desk, and its title and text; ``words`` where a form
    has other words for the code."""
    main = BeautifulSoup(answer.text, "html.parser").main
    assert main is not None
    assert (answer.status_int, main.get("data-code")) == (status, code)
    seen = " ".join(main.get_text(" ").split())
    for told in PROBLEMS[words or code]:
        assert told in seen


def is_signed_out(browser: Browser) -> None:
    assert "/sign-in?" in browser.get("/account").headers["Location"]


@contextmanager
def refused_for(
    reason: str, portal: Portal, browser: Browser, *, word: str = events.SIGN_IN_REFUSED, begun: int = 0
) -> Iterator[None]:
    """Within, one sign-in fails for this reason: its line of audit is all that is left of it. ``begun`` of
    those that ended had begun before."""
    rows, known = _rows(portal), {each.id for each in rows_of(portal.house, word)}
    yield
    new = [each for each in rows_of(portal.house, word) if each.id not in known]
    assert [(each.detail, each.account_id) for each in new] == [({"login": "campus", "reason": reason}, None)]
    now = _rows(portal)
    rows["login_step"] -= begun
    assert {table: now[table] - count for table, count in rows.items() if now[table] != count} == {"event": 1}
    is_signed_out(browser)


def failed_for(reason: str, portal: Portal, browser: Browser, begun: int = 0) -> AbstractContextManager[None]:
    """As ``refused_for``, of a provider that could not be asked."""
    return refused_for(reason, portal, browser, word=events.PROVIDER_FAILED, begun=begun)


def steps_of(portal: Portal) -> dict[str, Step]:
    """What the self-test says of the login, by what was looked at."""
    (report,) = check_logins(portal.house, ["campus"])
    return {step.what: step for step in report.steps}


def advises(step: Step, level: Level, *words: str) -> None:
    """The step is of this level, and what to do names these."""
    assert step.level is level, step
    assert [word for word in words if word not in step.advice] == [], step.advice


def no_step_fails(portal: Portal) -> None:
    assert [step for step in steps_of(portal).values() if step.level is Level.FAILED] == []


def _rows(portal: Portal) -> dict[str, int]:
    with portal.house.database.reading() as session:
        return {
            name: session.scalar(select(func.count()).select_from(table)) or 0
            for name, table in Base.metadata.tables.items()
            if name not in _NOT_OF_THE_PERSON
        }
