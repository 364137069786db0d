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

from discovery_accounts.testing.contract_acting import ActingContract
from discovery_accounts.testing.contract_fees import FeeContract
from discovery_accounts.testing.contract_finding import FindingContract
from discovery_accounts.testing.contract_history import HistoryContract
from discovery_accounts.testing.contract_holds import HoldContract
from discovery_accounts.testing.contract_keeping import KeepingContract
from discovery_accounts.testing.contract_loans import LoanContract
from discovery_accounts.testing.contract_membership import MembershipContract
from discovery_accounts.testing.contract_messaging import MessagingContract
from discovery_accounts.testing.contract_news import NewsContract
from discovery_accounts.testing.contract_patrons import PatronContract
from discovery_accounts.testing.contract_pins import PinContract
from discovery_accounts.testing.contract_privacy import PrivacyContract
from discovery_accounts.testing.contract_profile import ProfileContract
from discovery_accounts.testing.contract_reading import ReadingContract
from discovery_accounts.testing.contract_suggestions import SuggestionContract

__all__ = ["ConnectorContract"]


class ConnectorContract(
    PatronContract,
    LoanContract,
    FindingContract,
    KeepingContract,
    HoldContract,
    FeeContract,
    HistoryContract,
    ProfileContract,
    PinContract,
    MessagingContract,
    MembershipContract,
    SuggestionContract,
    NewsContract,
    ReadingContract,
    ActingContract,
    PrivacyContract,
):
    """The whole contract."""
