"""The job that ends accounts, killed anywhere or run by two at once: nobody is told or erased twice (rules 1.4)."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from discovery_accounts.jobs.runner import AlreadyRunning, run_job
from discovery_accounts.models import Account, AccountWarning, Erasure, Event, FavouriteList, OutboxMessage
from discovery_accounts.services import events
from discovery_accounts.services.endings import candidates, expiring
from discovery_accounts.services.endings.expiring import expire_accounts
from tests.factories.ending import expire, many, send
from tests.factories.kills import killed
from tests.factories.portal import Portal
from tests.factories.rows import count, rows
from tests.factories.together import together
from tests.fixtures.databases import ON_SQLITE

PEOPLE = 23


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (candidates, expiring):
        monkeypatch.setattr(module, "batch_of", lambda _house: 4)


def expire_with_kills(portal: Portal, every: int) -> Counter[str]:
    """Killed after so many statements, and started again with a little more, until it is through."""
    for statements in range(every, 400, every):
        with killed(portal.house, statements):
            expire_accounts(portal.house, portal.clock(), 1000)
    return Counter(expire(portal).did)


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize("every", [3, 7])
@ON_SQLITE
def test_a_killed_run_loses_nothing_and_does_nothing_twice(portal: Portal, every: int) -> None:
    many(portal, PEOPLE, days_ago=359)
    assert not any(expire_with_kills(portal, every).values())
    assert count(portal.house, AccountWarning) == count(portal.house, OutboxMessage) == PEOPLE
    send(portal)
    assert len(portal.mails()) == PEOPLE
    portal.clock.advance(days=8)
    assert not any(expire_with_kills(portal, every).values())
    assert count(portal.house, Event, word=events.ACCOUNT_ENDED) == PEOPLE
    assert all(one.ended_at is not None for one in rows(portal.house, Account))
    portal.clock.advance(days=15)
    expire_with_kills(portal, every)
    assert count(portal.house, Account) == count(portal.house, FavouriteList) == 0
    assert sum(row.counts["accounts"] for row in rows(portal.house, Erasure)) == PEOPLE


@pytest.mark.usefixtures("small_batches")
def test_two_workers_share_the_work_and_do_nothing_twice(portal: Portal) -> None:
    many(portal, PEOPLE, days_ago=359)

    def work(_number: int) -> Counter[str]:
        return Counter(expire_accounts(portal.house, portal.clock(), 1000).did)

    def both() -> Counter[str]:
        return sum(together(2, work), Counter[str]()) + work(0)

    assert both() == {"warned": PEOPLE}
    assert count(portal.house, OutboxMessage) == PEOPLE
    send(portal)
    portal.clock.advance(days=8)
    assert both() == {"ended": PEOPLE}
    assert count(portal.house, Event, word=events.ACCOUNT_ENDED) == PEOPLE
    portal.clock.advance(days=15)
    assert both() == {"erased": PEOPLE}
    assert sum(row.counts["accounts"] for row in rows(portal.house, Erasure)) == PEOPLE


@ON_SQLITE
def test_the_job_runs_once_at_a_time(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def again(*_given: object, **_more: object) -> object:
        with pytest.raises(AlreadyRunning):
            run_job(portal.house, "expire-accounts")
        seen.append("refused")
        return expiring.ExpiryReport({}, 0)

    monkeypatch.setattr("discovery_accounts.services.job_table.expire_accounts", again)
    run_job(portal.house, "expire-accounts")
    assert seen == ["refused"]


@pytest.mark.usefixtures("small_batches")
@ON_SQLITE
def test_who_signs_in_while_the_job_runs_is_left_alone(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, *_others = many(portal, 3, days_ago=359)
    page = candidates.Candidates.page
    asked: list[bool] = []

    def meanwhile(
        self: candidates.Candidates, session: Session, after: candidates.Place | None, *, lock: bool = False
    ) -> Sequence[candidates.Candidate]:
        if not asked:
            back = update(Account).where(Account.id == first)
            session.execute(back.values(last_sign_in_at=portal.clock() + timedelta(seconds=1)))
        asked.append(lock)
        return page(self, session, after, lock=lock)

    monkeypatch.setattr(candidates.Candidates, "page", meanwhile)
    assert expire(portal).did["warned"] == 2
    assert first not in {row.account_id for row in rows(portal.house, AccountWarning)}
    assert all(asked)  # what is judged is what is locked
