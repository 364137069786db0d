"""The voice of a pretend library. It can everything that a library can do for the house."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from discovery_accounts.connectors.api import Capability
from discovery_accounts.connectors.memory.fees import FeeVerbs
from discovery_accounts.connectors.memory.history import HistoryVerbs
from discovery_accounts.connectors.memory.holds import HoldVerbs
from discovery_accounts.connectors.memory.keeping import KeepingVerbs
from discovery_accounts.connectors.memory.loans import LoanVerbs
from discovery_accounts.connectors.memory.membership import MembershipVerbs
from discovery_accounts.connectors.memory.messaging import MessagingVerbs
from discovery_accounts.connectors.memory.news import NewsVerbs
from discovery_accounts.connectors.memory.pins import PinVerbs
from discovery_accounts.connectors.memory.profile import ProfileVerbs
from discovery_accounts.connectors.memory.suggestions import SuggestionVerbs


class MemoryConnector(
    KeepingVerbs,
    PinVerbs,
    LoanVerbs,
    HistoryVerbs,
    HoldVerbs,
    FeeVerbs,
    ProfileVerbs,
    MessagingVerbs,
    MembershipVerbs,
    SuggestionVerbs,
    NewsVerbs,
):
    """Each part brings the verbs of its subject; all share one library."""

    capabilities = frozenset(Capability)
    absent: Mapping[Capability, str] = MappingProxyType({})

    @property
    def reads_without_pin(self) -> bool:
        """See ``TellsPinNeed``: as the settings say, to see what the portal makes of it."""
        return self.library.settings.reads_without_pin

    async def check_credentials(self) -> str:
        """See ``ChecksItself``."""
        return "a pretend library inside this process; it asks for no key"

    async def check_rights(self) -> Sequence[str]:
        """See ``ChecksItself``."""
        return ()

    async def close(self) -> None:
        """Nothing is kept open."""
