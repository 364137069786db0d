"""The contract suite: what every connector must do, whoever wrote it and whatever it speaks to.

Subclass it in a test module, give it a fixture ``world`` (a
:class:`~discovery_accounts.testing.connector_world.ConnectorWorld`, new for every test), and pytest
runs the whole contract::

    class TestOurSystem(ConnectorContract):
        @pytest.fixture
        def world(self):
            with OurWorld() as world:
                yield world

What the connector declares absent, and what the world can't do, is skipped by its reason.
"""

from discovery_accounts.testing.contract_finding import FindingContract
from discovery_accounts.testing.contract_keeping import KeepingContract
from discovery_accounts.testing.contract_loans import LoanContract
from discovery_accounts.testing.contract_patrons import PatronContract
from discovery_accounts.testing.contract_privacy import PrivacyContract

__all__ = ["ConnectorContract"]


class ConnectorContract(PatronContract, LoanContract, FindingContract, KeepingContract, PrivacyContract):
    """The whole contract."""
