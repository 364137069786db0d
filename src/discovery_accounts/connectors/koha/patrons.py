"""Patrons of a Koha library: whose PIN it is, and what the record says."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from discovery_accounts.connectors.api import (
    LoginBlocked,
    NotAPatron,
    PatronRecord,
    PatronRef,
    Rejected,
    UnexpectedAnswer,
    Verification,
    Verified,
    WrongPatron,
)
from discovery_accounts.connectors.koha.asking import ask_first
from discovery_accounts.connectors.koha.client import KohaClient
from discovery_accounts.connectors.koha.editions import PATRON, Choice, Listing
from discovery_accounts.connectors.koha.errors import read_fault
from discovery_accounts.connectors.koha.ids import is_id
from discovery_accounts.connectors.koha.reasons import refused_pin
from discovery_accounts.connectors.koha.records import Terms, read_patron, read_verified
from discovery_accounts.connectors.people import possible_card, possible_pin


class Patrons:
    """PIN checks and patron records. ``now`` gives the time, for memberships that end today."""

    def __init__(
        self,
        client: KohaClient,
        zone: ZoneInfo,
        now: Callable[[], datetime] | None = None,
        terms: Terms | None = None,
    ) -> None:
        self._client = client
        self._zone = zone
        self._terms = terms or Terms("EUR")
        self._ways = Choice[Listing](PATRON)
        self._now = now or (lambda: datetime.now(UTC))

    async def verify(self, card_number: str, pin: str) -> Verification:
        """One call, whatever the answer.

        Koha takes a user name as well as a card number and looks for the user name first. Where a
        user name is somebody else's card number, the answer is about the one whose PIN was right.
        """
        if not (possible_card(card_number) and possible_pin(pin)):
            return Rejected()
        body = {"identifier": card_number, "password": pin}
        answer = await self._client.post("/v1/auth/password/validation", json=body)
        if answer.status == 201:
            return read_verified(answer.json())
        if answer.status == 204:
            raise UnexpectedAnswer("this Koha is too old to tell whose password it checked (HTTP 204)")
        fault = read_fault(answer)
        said = refused_pin(fault)
        if said is None:
            raise fault.as_error("checking a PIN")
        return Rejected() if said == "rejected" else LoginBlocked(said)

    async def check(self, patron: PatronRef, pin: str) -> Verification:
        """A stored PIN, by the number it is stored with. Raises ``WrongPatron``."""
        verdict = await self.verify(patron.card_number, pin)
        if isinstance(verdict, Verified) and verdict.patron_id != patron.patron_id:
            raise WrongPatron("a PIN check answered for somebody else")
        return verdict

    @property
    def tells_owed(self) -> bool:
        """Until a Koha has been met that does not tell."""
        return any(way.embed for way in self._ways.candidates())

    async def read(self, patron_id: str) -> PatronRecord | NotAPatron:
        """The record; an optional call, because loans matter more when a library is overloaded."""
        if not is_id(patron_id):
            return NotAPatron()
        answered = await ask_first(self._client, self._ways, patron_id, "reading a patron", optional=True)
        if answered is None:
            return NotAPatron()
        value = answered.answer.json()
        if not answered.row.finds_patron:
            if not isinstance(value, list):
                raise UnexpectedAnswer("patrons is not a list")
            if not value:
                return NotAPatron()
            if len(value) > 1:
                raise WrongPatron("a question for one patron found several")
            value = value[0]
        return read_patron(value, patron_id, self.today, self._terms)

    def today(self) -> date:
        """The library's day."""
        return self._now().astimezone(self._zone).date()
