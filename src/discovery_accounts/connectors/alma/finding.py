"""Finding users of an Alma institution by a whole value of one field.

A user read by an identifier is one, also where two have it; Alma's search finds words, and with them
too many. So an identifier is both read and searched for, and every user found is compared here.
"""

import re
from collections.abc import Callable

from discovery_accounts.connectors.alma.client import AlmaClient
from discovery_accounts.connectors.alma.errors import NO_SUCH_USER, read_fault
from discovery_accounts.connectors.alma.fields import AlmaFields
from discovery_accounts.connectors.alma.identities import Identity
from discovery_accounts.connectors.alma.records import User
from discovery_accounts.connectors.alma.settings import ANY_IDENTIFIER, PRIMARY_ID
from discovery_accounts.connectors.api import UnexpectedAnswer, Unsupported, WrongPatron
from discovery_accounts.connectors.people import possible_value, same_address

MATCH_FIELDS = (PRIMARY_ID, "*")

_TYPE = re.compile(r"[A-Za-z0-9_]{1,50}", re.ASCII)
_LIMIT = 100  # the most Alma gives at a time
_MOST_PAGES = 4
_BLANKS = re.compile(r"\s+")


class Finder:
    """Searches for users."""

    def __init__(self, client: AlmaClient) -> None:
        self._client = client

    async def by_field(self, name: str, value: str) -> list[User]:
        """Everybody with that primary id, or with that identifier in force.

        Primary ids take no notice of capital letters in Alma; identifiers may, so they are compared
        letter by letter. Raises ``WrongPatron`` and ``Unsupported``.
        """
        if name == ANY_IDENTIFIER or not _TYPE.fullmatch(name):
            raise Unsupported("Alma users are found by primary_id or a type of identifier", sent=False)
        who = Identity(value, name)
        if not (possible_value(value) and who.possible):
            return []
        read = await self.read(who)
        users = {} if read is None else {read.primary_id: read}
        if name == PRIMARY_ID:
            return [user for user in users.values() if same_address(user.primary_id, value)]
        found = {user.primary_id: user for user in await self._search("identifiers", value, _having(who))}
        return [user for user in (users | found).values() if _having(who)(user)]

    async def by_card(self, who: Identity) -> list[User]:
        """Everybody with that number in force on the card; where it may be an identifier of any type, the
        one whom Alma takes it for when they sign in."""
        if who.id_type != ANY_IDENTIFIER:
            return await self.by_field(who.id_type, who.value)
        read = await self.read(who) if possible_value(who.value) and who.possible else None
        return [read] if read is not None and read.holds(who) else []

    async def by_email(self, email: str) -> list[User]:
        """Everybody with that address, be it the preferred one or another."""
        if not possible_value(email):
            return []
        return await self._search(
            "email", email, lambda user: any(same_address(one, email) for one in user.addresses)
        )

    async def read(self, who: Identity) -> User | None:
        """The user with that identifier. Where it may be of any type, the user may be another than the
        one meant. Raises ``WrongPatron`` when they don't have it at all."""
        answer = await self._client.get(who.path, who.params)
        if answer.status != 200:
            fault = read_fault(answer)
            if fault.code in NO_SUCH_USER:
                return None
            raise fault.as_error("reading a user")
        user = User(answer.json())
        if user.holds(Identity(who.value, ANY_IDENTIFIER)) is None:
            raise WrongPatron("a user record of somebody else")
        return user

    async def _search(self, index: str, value: str, wanted: Callable[[User], bool]) -> list[User]:
        """All that are wanted, or at least two of them."""
        words = _BLANKS.sub("_", value)  # with blanks a value could be a question of several parts
        params = {"q": f"{index}~{words}", "limit": str(_LIMIT), "expand": "full"}
        users: dict[str, User] = {}
        for page in range(_MOST_PAGES):
            answer = await self._client.get("/almaws/v1/users", params | {"offset": str(page * _LIMIT)})
            if answer.status != 200:
                raise read_fault(answer).as_error("searching for users")
            listed = AlmaFields(answer.json(), "users")
            for row in listed.values("user"):
                user = User(row)
                if not user.whole:
                    raise UnexpectedAnswer("the list of users does not tell their identifiers")
                if wanted(user):
                    users[user.primary_id] = user
            if len(users) > 1 or (page + 1) * _LIMIT >= listed.count("total_record_count"):
                return list(users.values())
        raise UnexpectedAnswer("a search found more users than can be told apart")


def _having(who: Identity) -> Callable[[User], bool]:
    return lambda user: who.value in user.numbers(who.id_type)
