"""A house of a database and a clock alone: favourites need no libraries, and these tests are many."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import pytest
from tests.factories.clock import MovableClock
from tests.factories.favourites import actor_of, make_account

from discovery_accounts.domain.actor import Actor
from discovery_accounts.models.database import Database, open_engine
from discovery_accounts.services.house import House


@dataclass(frozen=True)
class _Bare:
    database: Database
    now: MovableClock


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def house(database_url: str, clock: MovableClock) -> Iterator[House]:
    database = Database(open_engine(database_url))
    yield cast(House, _Bare(database, clock))
    database.close()


@pytest.fixture
def ada(house: House) -> Actor:
    return actor_of(house, make_account(house))
