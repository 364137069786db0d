"""A year over some tens of accounts, by a moved clock: the right ends, nobody unwarned (rules 1.4)."""

import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, insert, text

from discovery_accounts.domain.account_ending import GRACE, NOTICE, ends_at
from discovery_accounts.models import Account, AccountWarning, Base, OutboxMessage
from discovery_accounts.services.endings import candidates, expiring
from discovery_accounts.services.endings.expiring import expire_accounts
from discovery_accounts.services.endings.restoring import restore
from discovery_accounts.services.house import House
from tests.factories.portal import Portal
from tests.factories.rows import rows
from tests.fixtures.databases import ON_SQLITE

BEGUN = datetime(2026, 1, 31, 8, tzinfo=UTC)
FIRST, LAST, STEP = 320, 425, 3
PEOPLE = 24


class Killed(BaseException):
    pass


@dataclass(frozen=True, slots=True)
class Person:
    """``mail``: whether warnings arrive (``yes``), wait for so long, come back, or there is no address (``none``).
    ``signs_in``: the day of another sign-in, if there is one."""

    mail: str
    signs_in: int | None


people = st.lists(
    st.builds(
        Person,
        st.sampled_from(["yes", "yes", "late", "bounces", "none"]),
        st.none() | st.integers(FIRST, LAST - 20),
    ),
    min_size=PEOPLE,
    max_size=PEOPLE,
)
kills = st.lists(st.integers(1, 40), max_size=12)


@contextmanager
def killed_after(house: House, statements: int) -> Iterator[None]:
    left = [statements]

    def count_down(*_given: object) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise Killed

    event.listen(house.database.engine, "before_cursor_execute", count_down)
    try:
        yield
    except Killed:
        pass
    finally:
        event.remove(house.database.engine, "before_cursor_execute", count_down)


class Year:
    """What happened in it: mails written to each, the days of ends and erasures."""

    def __init__(self, house: House, crowd: list[Person]) -> None:
        self.house = house
        self.crowd = {uuid.UUID(int=number + 1): person for number, person in enumerate(crowd)}
        self.warned: Counter[uuid.UUID] = Counter()
        self.ended: dict[uuid.UUID, int] = {}
        self.erased: dict[uuid.UUID, int] = {}
        self.delivered: dict[uuid.UUID, datetime] = {}
        self.signed_in = dict.fromkeys(self.crowd, BEGUN)
        with house.database.writing() as session:
            for table in reversed(Base.metadata.sorted_tables):
                session.execute(table.delete())
            session.execute(insert(Account), [self._row(one) for one in self.crowd])

    def _row(self, one: uuid.UUID) -> dict[str, object]:
        email = None if self.crowd[one].mail == "none" else f"r{one.int}@library.example"
        made = {"id": one, "created_at": BEGUN, "last_sign_in_at": BEGUN}
        return made | {"email": email, "email_source": "library"}

    def go(self, deaths: list[int]) -> "Year":
        left = list(deaths)
        for day in range(FIRST, LAST, STEP):
            now = BEGUN + timedelta(days=day)
            self._sign_in(day, now)
            if left:
                with killed_after(self.house, left.pop()):
                    expire_accounts(self.house, now, 1000)
            expire_accounts(self.house, now, 1000)
            self._deliver(now)
            self._look(day, now)
        return self

    def _sign_in(self, day: int, now: datetime) -> None:
        for one, person in self.crowd.items():
            if person.signs_in is None or not day - STEP < person.signs_in <= day or one in self.erased:
                continue
            with self.house.database.writing() as session:
                account = session.get_one(Account, one)
                assert restore(session, account, now) is (one in self.ended)
                account.last_sign_in_at = self.signed_in[one] = now
            self.ended.pop(one, None)

    def _deliver(self, now: datetime) -> None:
        """The mail server takes what it takes; a bounce pauses the address, as ``services.bounces`` does."""
        for message in rows(self.house, OutboxMessage, state="waiting"):
            mail = self.crowd[message.account_id].mail
            if mail == "late" and now - message.created_at < timedelta(days=12):
                continue
            sets, values = "state = 'sent', sealed = NULL, sent_at = :now", {"now": now.replace(tzinfo=None)}
            if mail == "bounces":
                sets += ", bounced_at = :now"
                self._run(
                    "UPDATE account SET email_paused_at = created_at WHERE id = :id", message.account_id
                )
            else:
                self.delivered[message.account_id] = now
            self._run(f"UPDATE outbox_message SET {sets} WHERE id = :id", message.id, **values)
            self.warned[message.account_id] += 1

    def _run(self, statement: str, row_id: uuid.UUID, **values: object) -> None:
        with self.house.database.writing() as session:
            session.execute(text(statement), {"id": row_id.hex, **values})

    def _look(self, day: int, now: datetime) -> None:
        there = {row.id: row for row in rows(self.house, Account)}
        for one, person in self.crowd.items():
            if one not in there:
                if one not in self.erased:
                    self.erased[one] = day
                    assert now - (BEGUN + timedelta(days=self.ended[one])) >= GRACE
            elif there[one].ended_at is not None and one not in self.ended:
                self.ended[one] = day
                assert now >= ends_at(self.signed_in[one], 12)
                if person.mail in {"yes", "late"}:
                    assert now - self.delivered[one] >= NOTICE

    def outcome(self) -> object:
        kept = {row.account_id: (row.days, row.state) for row in rows(self.house, AccountWarning)}
        return self.warned, self.ended, self.erased, kept


@ON_SQLITE
@given(crowd=people, deaths=kills)
@settings(
    max_examples=4,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_a_year_ends_the_same_however_often_the_job_is_killed(
    portal: Portal, crowd: list[Person], deaths: list[int]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for module in (candidates, expiring):
            patch.setattr(module, "batch_of", lambda _house: 7)
        quiet = Year(portal.house, crowd).go([])
        asked = quiet.outcome()
        assert Year(portal.house, crowd).go(deaths).outcome() == asked
    gone = {one for one, person in quiet.crowd.items() if person.signs_in is None}
    assert gone <= set(quiet.erased) | {one for one in gone if quiet.crowd[one].mail == "late"}
    back = {
        one for one, person in quiet.crowd.items() if person.signs_in is not None and one not in quiet.erased
    }
    assert not back & set(quiet.ended)
