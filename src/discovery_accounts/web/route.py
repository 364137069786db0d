"""What an address of ours is made of: path, view by method, and what its door asks."""

from collections.abc import Callable
from dataclasses import dataclass, field

from pyramid.response import Response

from discovery_accounts.web.entrance import Door
from discovery_accounts.web.visit import Visit

View = Callable[[Visit], Response]

API = "/api/v1"

OPEN = Door(open_to_all=True)
PAGE = Door()
PLAIN = Door("plain", open_to_all=True)
# what a provider posts proves itself by its signature
FROM_PROVIDER = Door(open_to_all=True, csrf=False, max_body=768 * 1024)
BACK_CHANNEL = Door("plain", open_to_all=True, csrf=False)
# so does what a library tells by itself
FROM_LIBRARY = Door("plain", open_to_all=True, csrf=False)
# the secret in the address of a mail is the proof, and a mail program has no token (RFC 8058)
BY_MAIL = Door(open_to_all=True, csrf=False)


def call(operation: str, *, open_to_all: bool = False) -> Door:
    """The door of a call that the contract describes."""
    return Door("api", open_to_all=open_to_all, operation=operation)


@dataclass(frozen=True, slots=True)
class Route:
    """One path and its views by method."""

    name: str
    path: str
    views: dict[str, tuple[View, Door]] = field(default_factory=dict)

    @property
    def pattern(self) -> str:
        """``path`` for the router: the id that a catalogue gave a record may hold slashes."""
        return self.path.replace("{record_id}", "{record_id:.+}")
