"""A year of hundreds of accounts by a moved clock: what becomes of each is what the rules say, nobody ends unwarned,
and it is the same however often the job is killed (rules 1.4)."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from discovery_accounts.domain.bounce import BounceKind
from discovery_accounts.services.endings import candidates, expiring
from discovery_accounts.services.house import House
from tests.factories.ending_world import World
from tests.factories.kills import COMMIT, STATEMENT
from tests.factories.portal import Portal

BEGUN = datetime(2027, 6, 1, 8, tzinfo=UTC)
PEOPLE, WEEKS = 320, 60


def signed_in(number: int) -> datetime:
    """Before the year began, on days all over the year before it."""
    return BEGUN - timedelta(days=number, minutes=7 * number)


class Year:
    """A year that chance writes: the same one for the same number. ``kills``: every other week the job is killed
    somewhere, two times."""

    def __init__(self, house: House, *, kills: bool) -> None:
        self.world = World(house, PEOPLE, BEGUN, signed_in)
        self.chance = random.Random(1404)
        self.kills = random.Random(99) if kills else None

    def go(self) -> World:
        for week in range(WEEKS):
            self.world.now = BEGUN + timedelta(weeks=week)
            self._people()
            self.world.server.away = week in range(20, 23)
            if self.kills is not None and week % 2:
                self._kill(self.kills)
            self.world.jobs()
            self.world.now += timedelta(hours=1)
            self.world.mail()
            self.world.now += timedelta(hours=1)
            for number in self._some(3):
                self.world.bounce(number, self.chance.choice(list(BounceKind)))
        return self.world

    def _kill(self, kills: random.Random) -> None:
        for where in (STATEMENT, COMMIT):
            self.world.killed_job(where, kills.randrange(40 if where == STATEMENT else 8))

    def _people(self) -> None:
        in_grace = [number for number, one in self.world.readers.items() if one.ended is not None]
        for number in {*self._some(4), *self.chance.sample(in_grace, min(1, len(in_grace)))}:
            self.world.sign_in(number)
        self.world.server.unknown = set(self._some(5))
        for number in self._some(3):
            reader = self.world.readers[number]
            if not reader.gone:
                has_none = reader.address is None
                self.world.address(number, self.chance.randrange(1, 999) if has_none else None)
        for number in self._some(1):
            if not self.world.readers[number].gone:
                self.world.protect(number, on=self.chance.random() < 0.7)

    def _some(self, most: int) -> list[int]:
        return self.chance.sample(range(PEOPLE), self.chance.randrange(most + 1))


def test_a_year_of_hundreds_ends_the_same_however_often_the_job_is_killed(portal: Portal) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for module in (candidates, expiring):
            patch.setattr(module, "batch_of", lambda _house: 5)
        quiet = Year(portal.house, kills=False).go()
        asked = quiet.outcome()
        assert Year(portal.house, kills=True).go().outcome() == asked
    told = Counter(act.split()[0] for acts in quiet.history.values() for act in acts)
    assert told["erased"] > 200
    assert min(told["warned"], told["no_address"], told["ended"], told["signed"]) > 40
    back = [before for acts in quiet.history.values() for before, act in pairwise(acts) if act == "signed in"]
    assert sum(act.startswith("ended") for act in back) > 10
    assert sum(act.startswith("erased") for act in back) > 10
