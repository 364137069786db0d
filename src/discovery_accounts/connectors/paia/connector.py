"""The voice of one PAIA library: its verbs by subject, what PAIA has no method for, and the self-test."""

from collections.abc import Mapping, Sequence
from secrets import token_hex

from discovery_accounts.connectors.api import Capability, NotAPatron
from discovery_accounts.connectors.paia.tokens import SCOPES
from discovery_accounts.connectors.paia.verbs_holds import HoldVerbs
from discovery_accounts.connectors.paia.verbs_loans import LoanVerbs
from discovery_accounts.connectors.paia.verbs_people import PeopleVerbs

_NO_METHOD = "PAIA has no method for it"
_ABSENT: Mapping[Capability, str] = {
    Capability.ASK_RENEWABILITY: "PAIA can't be asked for one loan; its list tells what the server knows",
    Capability.FIND_PATRONS: "PAIA knows patrons by their identifier only",
    Capability.MAKE_PATRONS: _NO_METHOD,
    Capability.CHANGE_PATRONS: _NO_METHOD,
    Capability.REMOVE_PATRONS: _NO_METHOD,
    Capability.CHANGE_PICKUP: _NO_METHOD,
    Capability.SUSPEND_HOLDS: _NO_METHOD,
    Capability.LIST_PAYMENTS: "PAIA lists current fees only",
    Capability.LIST_HISTORY: "PAIA lists what is on loan now, and nothing of what was returned",
    Capability.SWITCH_HISTORY: _NO_METHOD,
    Capability.DELETE_HISTORY: _NO_METHOD,
    Capability.CHANGE_CONTACT: "the method for it came with PAIA 1.4 and is the server's choice",
    Capability.RECOVER_PIN: "PAIA changes a password by the old one only",
    Capability.KEEP_MESSAGING: _NO_METHOD,
    Capability.LIST_NOTICES: "the method for it came with PAIA 1.4, and messages have no subject",
    Capability.READ_FAMILY: _NO_METHOD,
    Capability.RENEW_CARD: _NO_METHOD,
    Capability.SUGGEST_PURCHASES: _NO_METHOD,
    Capability.HEAR_NEWS: "PAIA servers tell nothing unasked",
}
_NO_PLACES = "pickup_locations is not set, nor is asks_pickup: nobody knows where holds could be fetched"


class PaiaConnector(PeopleVerbs, LoanVerbs, HoldVerbs):
    """The permanent id is PAIA's patron identifier; a loan or hold is known by its item, else its edition."""

    @property
    def capabilities(self) -> frozenset[Capability]:
        """All that ``absent`` does not name."""
        return frozenset(Capability) - self.absent.keys()

    @property
    def absent(self) -> Mapping[Capability, str]:
        """What PAIA has no method for, and placing holds where it is not known where they can be fetched."""
        return _ABSENT if self._settings.places_holds else {**_ABSENT, Capability.PLACE_HOLDS: _NO_PLACES}

    async def check_credentials(self) -> str:
        """See ``ChecksItself``: whether our client gets a token; of nobody, where it must name a patron."""
        token = await self._tokens.anew(token_hex(20))
        if isinstance(token, NotAPatron):
            return "PAIA auth takes our key, and says that there is nobody of a made-up name"
        return f"PAIA auth gave a token with the scopes {' '.join(token.scopes) or '(not told)'}"

    async def check_rights(self) -> Sequence[str]:
        """See ``ChecksItself``: the scopes that a token for everybody lacks. A token for one patron is not
        asked for without a patron; what it lacks is told when it is used."""
        token = await self._tokens.anew(token_hex(20))
        if isinstance(token, NotAPatron) or not token.scopes:
            return ()
        return tuple(scope for scope in SCOPES if scope not in token.scopes)
