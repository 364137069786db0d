"""What Alma's self-test asks beside the patron's business: whether our key is taken, and for which areas."""

from collections.abc import Sequence

from discovery_accounts.connectors.alma.client import AlmaClient
from discovery_accounts.connectors.alma.errors import read_fault
from discovery_accounts.connectors.alma.libraries import LIBRARIES
from discovery_accounts.connectors.api import Refused, UnexpectedAnswer

# Beside Users. Each is read by an address that tells nothing of a person.
_AREAS = {
    "Bibs, read-only (what can be requested)": "/almaws/v1/bibs/test",
    "Configuration, read-only (names of libraries)": LIBRARIES,
}
_LEFT = "x-exl-api-remaining"


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
        left = answer.headers.get(_LEFT, "")
        calls = f"; {left} calls left today" if left.isascii() and left.isdigit() else ""
        return f"the key was accepted for the area Users{calls}; whether it may write there, no reading shows"

    async def check_rights(self) -> Sequence[str]:
        """One call for each area that holds need beside Users: Alma tells the rights of a key only by refusing."""
        lacking = []
        for area, path in _AREAS.items():
            try:
                await self._client.get(path, {})
            except Refused:
                lacking.append(area)
        return tuple(lacking)
