"""Days pass, people sign in, mail comes back, the job is killed anywhere: what becomes of accounts is what the rules
say, and the same as without any kill (rules 1.4)."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from discovery_accounts.domain.bounce import BounceKind
from discovery_accounts.models.database import Database, open_engine
from discovery_accounts.services.endings import candidates, expiring
from discovery_accounts.services.house import House
from tests.factories.ending_world import World
from tests.factories.kills import COMMIT, STATEMENT
from tests.factories.portal import Portal
from tests.fixtures.databases import ON_SQLITE

LEAP_DAY = datetime(2028, 2, 29, 12, tzinfo=UTC)
BEGUN = datetime(2029, 1, 10, 8, tzinfo=UTC)
"""Seven weeks before the first account may end."""
PEOPLE = 7
somebody = st.integers(0, PEOPLE - 1)


def signed_in(number: int) -> datetime:
    return LEAP_DAY + timedelta(days=3 * number - 3, hours=number)


class Days(RuleBasedStateMachine):
    """The same happens in two worlds; in the second one no job is ever killed."""

    def __init__(self, houses: tuple[House, House]) -> None:
        super().__init__()
        self.worlds = [World(house, PEOPLE, BEGUN, signed_in) for house in houses]
        self.addresses = 0

    def both(self, act: Callable[[World], object]) -> None:
        for world in self.worlds:
            act(world)

    def minute(self) -> None:
        for world in self.worlds:
            world.now += timedelta(minutes=1)  # no two things happen at one moment

    @rule(days=st.integers(1, 24), hours=st.integers(0, 23), mail=st.booleans())
    def days_pass(self, days: int, hours: int, mail: bool) -> None:
        if mail:
            self.both(World.mail)
        for world in self.worlds:
            world.now += timedelta(days=days, hours=hours)

    @rule(where=st.sampled_from([STATEMENT, STATEMENT, COMMIT]), after=st.integers(0, 45))
    def the_job_is_killed_and_started_again(self, where: str, after: int) -> None:
        self.minute()
        self.worlds[0].killed_job(where, after if where == STATEMENT else after // 8)
        self.both(World.jobs)

    @rule(limit=st.integers(1, 4))
    def the_job_has_a_budget(self, limit: int) -> None:
        self.minute()
        self.both(lambda world: world.job(limit))

    @rule(who=somebody)
    def signs_in(self, who: int) -> None:
        self.minute()
        self.both(lambda world: world.sign_in(who))

    @rule(who=somebody)
    def loses_the_address(self, who: int) -> None:
        if not self.worlds[0].readers[who].gone:
            self.both(lambda world: world.address(who, None))

    @rule(who=somebody)
    def has_another_address(self, who: int) -> None:
        self.addresses += 1
        if not self.worlds[0].readers[who].gone:
            self.both(lambda world: world.address(who, self.addresses))

    @rule(who=somebody, on=st.booleans())
    def is_protected(self, who: int, on: bool) -> None:
        if not self.worlds[0].readers[who].gone:
            self.both(lambda world: world.protect(who, on=on))

    @rule(who=somebody, kind=st.sampled_from(BounceKind))
    def mail_comes_back(self, who: int, kind: BounceKind) -> None:
        self.minute()
        self.both(lambda world: world.bounce(who, kind))

    @rule(away=st.booleans(), unknown=st.sets(somebody, max_size=2))
    def the_mail_server_is(self, away: bool, unknown: set[int]) -> None:
        for world in self.worlds:
            world.server.away, world.server.unknown = away, unknown
        self.both(World.mail)

    def teardown(self) -> None:
        one, other = (world.outcome() for world in self.worlds)
        assert one == other


@ON_SQLITE
@pytest.mark.parametrize("warn_days", ["30 7", "45 14 1"])
def test_whatever_happens_accounts_end_as_the_rules_say(
    make_portal: Callable[..., Portal], sqlite_template: Path, tmp_path: Path, warn_days: str
) -> None:
    house = make_portal(retention__warn_days=warn_days).house
    other = Database(open_engine(f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'other.db')}"))
    houses = house, replace(house, database=other)
    with pytest.MonkeyPatch.context() as patch:
        for module in (candidates, expiring):
            patch.setattr(module, "batch_of", lambda _house: 2)
        run_state_machine_as_test(
            lambda: Days(houses),
            settings=settings(
                max_examples=12,
                stateful_step_count=45,
                deadline=None,
                phases=[Phase.explicit, Phase.generate],
                suppress_health_check=list(HealthCheck),
            ),
        )
    other.close()
