"""What the contract suites of this repository run against."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from typing import Any

import pytest
from tests.contract.simulated_world import SimulatedWorld

from discovery_accounts.simulator.server import SimulatedLibrary

MakeWorld = Callable[..., SimulatedWorld]


@pytest.fixture
def simulated() -> Iterator[MakeWorld]:
    """`simulated("koha", options={…}, generation="23.11", …)`: a running world, ended with the test."""
    with ExitStack() as running:

        def make(kind: Any, options: Mapping[str, str] | None = None, **manners: Any) -> SimulatedWorld:
            library = running.enter_context(SimulatedLibrary(kind, patrons=12, **manners))
            return SimulatedWorld(library, options or {})

        yield make
