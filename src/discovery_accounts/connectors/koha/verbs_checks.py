"""What Koha's self-test asks beside the patron's business: whether our key is taken, and what it may do."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from secrets import token_hex

from discovery_accounts.connectors.api import Capability, Refused
from discovery_accounts.connectors.koha.client import KohaClient
from discovery_accounts.connectors.koha.settings import KohaSettings
from discovery_accounts.connectors.koha.tokens import Tokens

_NOBODY = "0"  # Koha numbers its patrons from 1
_PLUGIN = "/v1/contrib/kohasuomi/patrons"
# Without the rule a filter finds every number that has a 0 in it.
_FILTER = {"patron_id": _NOBODY, "_match": "exact", "_per_page": "1"}


@dataclass(frozen=True, slots=True)
class Reading:
    """A question about nobody that takes the rights which any of these capabilities takes."""

    path: str
    capabilities: frozenset[Capability]
    params: Mapping[str, str] = field(default_factory=dict)
    by_plugin: bool = False


def _for(*capabilities: Capability) -> frozenset[Capability]:
    return frozenset(capabilities)


# Koha looks at the rights of our key before it looks at anything else, so asking about nobody tells them.
# What only an act would show is not asked: placing holds takes all of `reserveforothers`, writing patron
# records all of `borrowers`.
_READINGS = (
    Reading("/v1/patrons", _for(Capability.READ_PATRON, Capability.FIND_PATRONS), _FILTER),
    Reading("/v1/checkouts", _for(Capability.LIST_LOANS, Capability.LIST_HISTORY), _FILTER),
    Reading("/v1/holds", _for(Capability.LIST_HOLDS, Capability.CANCEL_HOLDS), _FILTER),
    Reading(f"/v1/patrons/{_NOBODY}/account", _for(Capability.LIST_FEES, Capability.LIST_PAYMENTS)),
    Reading(
        f"/v1/patrons/{_NOBODY}/extended_attributes",
        _for(Capability.CHANGE_PATRONS, Capability.READ_PROFILE, Capability.CHANGE_CONTACT),
    ),
    Reading(
        "/v1/items",
        _for(Capability.LIST_FEES, Capability.PLACE_HOLDS),
        {"q": json.dumps({"me.item_id": [int(_NOBODY)]}), "_per_page": "1"},
    ),
    Reading(
        "/v1/suggestions",
        _for(Capability.SUGGEST_PURCHASES),
        {"q": json.dumps({"suggested_by": int(_NOBODY)}), "_per_page": "1"},
    ),
    Reading(
        f"{_PLUGIN}/{_NOBODY}/checkouts", _for(Capability.LIST_LOANS), {"_per_page": "1"}, by_plugin=True
    ),
)


class CheckVerbs:
    """See ``ChecksItself``."""

    _client: KohaClient
    _tokens: Tokens
    _settings: KohaSettings

    @property
    def capabilities(self) -> frozenset[Capability]:
        """Of the whole connector."""
        raise NotImplementedError

    async def check_credentials(self) -> str:
        """One call, for a token of its own: an older one says nothing of the key as it is now."""
        await self._tokens.anew()
        return "the key was accepted and gave a token"

    async def check_rights(self) -> Sequence[str]:
        """One call for each right; nobody's data is read and no PIN is sent."""
        missing: list[str] = []
        for reading in _READINGS:
            if reading.capabilities & self.capabilities and self._settings.di_plugin >= reading.by_plugin:
                try:
                    await self._client.get(reading.path, reading.params)
                except Refused as refusal:
                    missing += refusal.rights or sorted(map(str, reading.capabilities))
        if Capability.VERIFY_PATRON in self.capabilities:
            try:
                # of a name that nobody has, so that nobody's failures are counted
                nobody = {"identifier": token_hex(20), "password": token_hex(20)}
                await self._client.post("/v1/auth/password/validation", nobody)
            except Refused as refusal:
                missing += refusal.rights or (str(Capability.VERIFY_PATRON),)
        return tuple(dict.fromkeys(missing))
