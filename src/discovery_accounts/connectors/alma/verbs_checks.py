"""What Alma's self-test asks beside the patron's business: whether our key is taken for the area Users."""

from collections.abc import Sequence

from discovery_accounts.connectors.alma.client import AlmaClient
from discovery_accounts.connectors.alma.errors import read_fault
from discovery_accounts.connectors.api import UnexpectedAnswer


class CheckVerbs:
    """See ``ChecksItself``."""

    _client: AlmaClient

    async def check_credentials(self) -> str:
        """One call: Alma's own test of a key, which reads nobody."""
        answer = await self._client.get("/almaws/v1/users/operation/test", {})
        if answer.status != 200:
            raise read_fault(answer).as_error("testing the key")
        kind = answer.headers.get("content-type", "")
        if "json" in kind:
            answer.json()
        elif "xml" not in kind and answer.body:
            raise UnexpectedAnswer(f"expected JSON or XML, got {kind or 'no content type'} (HTTP 200)")
        return "the key was accepted for the area Users"

    async def check_rights(self) -> Sequence[str]:
        """No call: Alma tells the rights of a key only by refusing, and there is nothing to write harmlessly."""
        return ()
