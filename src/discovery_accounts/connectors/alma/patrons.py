"""Users of an Alma institution: whose PIN it is, and what the record says."""

from collections.abc import Callable
from datetime import UTC, date, datetime

from discovery_accounts.connectors.alma.client import AlmaClient
from discovery_accounts.connectors.alma.errors import NO_SUCH_USER, PIN_REFUSED, read_fault
from discovery_accounts.connectors.alma.identities import Identity, by_card, by_patron_id, same
from discovery_accounts.connectors.alma.reasons import keeps_no_pin
from discovery_accounts.connectors.alma.records import User
from discovery_accounts.connectors.alma.settings import PRIMARY_ID, AlmaSettings
from discovery_accounts.connectors.alma.swapping import Swapping
from discovery_accounts.connectors.api import (
    NoPinHere,
    NotAPatron,
    PatronRecord,
    PatronRef,
    Rejected,
    UnexpectedAnswer,
    Verification,
    Verified,
    WrongPatron,
)
from discovery_accounts.connectors.people import possible_card, possible_pin
from discovery_accounts.connectors.transport import HttpAnswer

# What only an answer about errors has in it.
_ENVELOPE = frozenset({"errorList", "web_service_result"})


class Patrons:
    """PIN checks and patron records. ``now`` gives the time, for what ends today."""

    def __init__(
        self,
        client: AlmaClient,
        settings: AlmaSettings,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._client = client
        self._settings = settings
        self._now = now
        self._swapping = Swapping(client, settings)

    async def verify(self, card_number: str, pin: str) -> Verification:
        """Two calls, whatever the answer: an unknown card takes as long as a wrong PIN.

        A card number that was replaced still finds its user, so it must be in force there.
        """
        who = by_card(self._settings, card_number)
        if not (possible_card(card_number) and who.possible and possible_pin(pin)):
            return Rejected()
        right = await self._authenticate(who, pin)
        user = await self._user(who)
        if user is None:
            if right:
                raise UnexpectedAnswer("no user is found for a PIN that was right")
            return Rejected()
        if not user.holds(who):
            return Rejected()
        if right:
            patron_id = user.permanent_id(self._settings.permanent_id)
            return Verified(patron_id, user.number(self._settings.number_type))
        return NoPinHere() if keeps_no_pin(user.account_type) else Rejected()

    async def check(self, patron: PatronRef, pin: str) -> Verification:
        """A stored PIN, by the permanent id; the user is read only when it is refused."""
        who = by_patron_id(self._settings, patron.patron_id)
        if not (who.possible and possible_pin(pin)):
            return Rejected()
        if await self._authenticate(who, pin):
            return Verified(patron.patron_id)
        user = await self._user(who)
        return NoPinHere() if user is not None and keeps_no_pin(user.account_type) else Rejected()

    async def read(self, patron_id: str) -> PatronRecord | NotAPatron:
        """The record with what is owed; an optional call, because loans matter more when a library is
        overloaded."""
        whole = await self._swapping.read(patron_id, "reading a user", expand="fees", optional=True)
        return whole if isinstance(whole, NotAPatron) else self.record(whole.user, patron_id)

    def record(self, user: User, patron_id: str | None = None) -> PatronRecord:
        """The patron whose record that is, by the permanent id they were asked for by, or their own."""
        settings = self._settings
        patron_id = patron_id or user.permanent_id(settings.permanent_id)
        return user.record(patron_id, settings.number_type, self._now(), settings.timezone, settings.currency)

    @property
    def today(self) -> date:
        """The day it is at the library."""
        return self._now().astimezone(self._settings.timezone).date()

    async def _authenticate(self, who: Identity, pin: str) -> bool:
        """Whether the PIN is right. Raises ``WrongPatron`` when the answer names somebody else."""
        answer = await self._client.post(who.path, who.params | {"op": "auth"}, pin)
        if answer.status == 204 or (answer.status == 200 and not answer.body):
            return True
        primary_id = _named_user(answer)
        if primary_id is not None:
            if who.id_type == PRIMARY_ID and not same(primary_id, who.value):
                raise WrongPatron("a PIN check answered for somebody else")
            return True
        fault = read_fault(answer)
        if fault.code in PIN_REFUSED:
            return False
        raise fault.as_error("checking a PIN")

    async def _user(self, who: Identity) -> User | None:
        """The user, who has the identifier asked for. Raises ``WrongPatron``."""
        answer = await self._client.get(who.path, who.params)
        if answer.status != 200:
            fault = read_fault(answer)
            if fault.code in NO_SUCH_USER:
                return None
            raise fault.as_error("reading a user")
        user = User(answer.json())
        if user.holds(who) is None:
            raise WrongPatron("a user record of somebody else")
        return user


def _named_user(answer: HttpAnswer) -> str | None:
    """The primary id in a user record that came with 200, which the table of the documentation has for a
    right PIN (in fact it is 204). ``None`` for everything else: neither an envelope with errors nor a
    page of some gateway may pass for a yes, whatever status it came with."""
    if answer.status != 200:
        return None
    try:
        body = answer.json()
    except UnexpectedAnswer:
        return None
    if not isinstance(body, dict) or body.get("errorsExist") not in (None, False) or _ENVELOPE & body.keys():
        return None
    primary_id = body.get("primary_id")
    return primary_id if isinstance(primary_id, str) and primary_id.strip() else None
