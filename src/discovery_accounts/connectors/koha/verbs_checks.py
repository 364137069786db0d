"""What Koha's self-test asks beside the patron's business: whether our key is taken, and what it may do."""

from collections.abc import Mapping, Sequence

from discovery_accounts.connectors.api import Capability, Refused
from discovery_accounts.connectors.koha.client import KohaClient
from discovery_accounts.connectors.koha.tokens import Tokens

_NOBODY = "0"  # Koha numbers its patrons from 1

# Koha looks at the rights of our key before it looks at anything else, so asking about nobody tells them.
_READINGS: Mapping[Capability, tuple[str, Mapping[str, str]]] = {
    Capability.READ_PATRON: (f"/v1/patrons/{_NOBODY}", {}),
    Capability.LIST_LOANS: ("/v1/checkouts", {"patron_id": _NOBODY, "_per_page": "1"}),
    Capability.LIST_HOLDS: ("/v1/holds", {"patron_id": _NOBODY, "_per_page": "1"}),
    Capability.LIST_FEES: (f"/v1/patrons/{_NOBODY}/account", {}),
}


class CheckVerbs:
    """See ``ChecksItself``."""

    _client: KohaClient
    _tokens: Tokens

    @property
    def capabilities(self) -> frozenset[Capability]:
        """Of the whole connector."""
        raise NotImplementedError

    async def check_credentials(self) -> str:
        """One call, for a token."""
        await self._tokens.current()
        return "the key was accepted and gave a token"

    async def check_rights(self) -> Sequence[str]:
        """One call for each right; nobody's data is read and no PIN is sent."""
        missing: list[str] = []
        for capability, (path, params) in _READINGS.items():
            if capability in self.capabilities:
                try:
                    await self._client.get(path, params)
                except Refused as refusal:
                    missing += refusal.rights or (str(capability),)
        if Capability.VERIFY_PATRON in self.capabilities:
            try:
                # without a name and a password there is nothing to check, only whether we may
                await self._client.post("/v1/auth/password/validation", {})
            except Refused as refusal:
                missing += refusal.rights or (str(Capability.VERIFY_PATRON),)
        return tuple(dict.fromkeys(missing))
