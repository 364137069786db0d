"""Writing a user back. Alma replaces a user by what is sent, so the whole record is read and written.

What somebody else changes between the two is lost: Alma has no word for "unless it has changed".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from discovery_accounts.connectors.alma.client import AlmaClient
from discovery_accounts.connectors.alma.errors import NO_SUCH_USER, Fault, read_fault
from discovery_accounts.connectors.alma.identities import Identity, by_patron_id
from discovery_accounts.connectors.alma.records import User
from discovery_accounts.connectors.alma.settings import AlmaSettings
from discovery_accounts.connectors.api import NotAPatron, WrongPatron

# What is sent along with a user but is no part of the record, and the roles, which stay as they are
# when none are sent.
_NOT_WRITTEN = frozenset({"link", "full_name", "requests", "loans", "fees", "password", "user_role"})


@dataclass(frozen=True, slots=True)
class Whole:
    """A user as read: who was asked for, the JSON, and the record of it."""

    who: Identity
    json: dict[str, Any] = field(repr=False)
    user: User = field(repr=False)

    def body(self) -> dict[str, Any]:
        """What to change and send back."""
        return {name: value for name, value in self.json.items() if name not in _NOT_WRITTEN}


class Swapping:
    """Reads whole users and replaces them; every writing is sent once."""

    def __init__(self, client: AlmaClient, settings: AlmaSettings) -> None:
        self._client = client
        self._settings = settings

    async def read(
        self, patron_id: str, doing: str, expand: str | None = None, optional: bool = False
    ) -> Whole | NotAPatron:
        """The user. Raises ``WrongPatron``."""
        who = by_patron_id(self._settings, patron_id)
        if not who.possible:
            return NotAPatron()
        params = who.params | ({} if expand is None else {"expand": expand})
        answer = await self._client.get(who.path, params, optional)
        if answer.status != 200:
            return nobody(read_fault(answer), doing)
        return _theirs(answer.json(), who)

    async def write(
        self, whole: Whole, body: Mapping[str, Any], override: tuple[str, ...] = ()
    ) -> Whole | Fault:
        """The user as it is then, or what Alma has against it. ``override`` are fields that Alma otherwise
        keeps for users of the university. Raises ``WrongPatron``."""
        params = whole.who.params | ({"override": ",".join(override)} if override else {})
        answer = await self._client.act("PUT", whole.who.path, params, dict(body))
        return _theirs(answer.json(), whole.who) if answer.status == 200 else read_fault(answer)


def nobody(fault: Fault, doing: str) -> NotAPatron:
    """That there is no such user, where the fault says so; else it is raised."""
    if fault.code in NO_SUCH_USER:
        return NotAPatron()
    raise fault.as_error(doing)


def _theirs(value: Any, who: Identity) -> Whole:
    user = User(value)
    if user.holds(who) is None:
        raise WrongPatron("a user record of somebody else")
    return Whole(who, value, user)
