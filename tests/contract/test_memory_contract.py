"""The pretend library keeps the whole contract, without any network."""

import pytest
from tests.contract.memory_world import MemoryWorld

from discovery_accounts.testing.connector_contract import ConnectorContract


class TestMemory(ConnectorContract):
    @pytest.fixture
    def world(self):
        return MemoryWorld()
