"""Renewing the time of a card, which Koha lets patrons do with their own card number and PIN only.

These are the only calls that do not carry the portal's own token.
"""

from base64 import b64encode
from zoneinfo import ZoneInfo

from discovery_accounts.connectors.api import (
    CardNotRenewed,
    CardRenewed,
    CardTerms,
    NotAPatron,
    NotCardRenewable,
    PatronRef,
    Refused,
    Rejected,
    WrongPatron,
)
from discovery_accounts.connectors.koha.errors import Fault, rate_limited, read_fault
from discovery_accounts.connectors.koha.fields import KohaFields
from discovery_accounts.connectors.koha.ids import is_id
from discovery_accounts.connectors.people import possible_card, possible_pin
from discovery_accounts.connectors.transport import HttpAnswer, HttpRequest, Transport

# What Koha says, always with a 403. Why somebody is not eligible it does not say.
_NOT_ELIGIBLE = "you are not eligible for self-renewal"
_NOT_THE_OWNER = "authorization failure"
_NOT_THAT_PIN = ("invalid password", "password has expired", "account is locked")
_NO = NotCardRenewable.LIBRARY_SAYS_NO


class CardRenewal:
    """Asks for the terms and renews, each with one call that carries the PIN and is never repeated."""

    def __init__(self, transport: Transport, zone: ZoneInfo) -> None:
        self._transport = transport
        self._zone = zone

    async def terms(self, patron: PatronRef, pin: str | None) -> CardTerms | NotAPatron | Rejected:
        """See ``RenewsCards``. One call."""
        answer = await self._send("GET", patron, pin)
        if not isinstance(answer, HttpAnswer):
            return answer
        if answer.status != 200:
            said = _refusal(read_fault(answer))
            return CardTerms(False, said) if isinstance(said, NotCardRenewable) else said
        told = KohaFields(answer.json(), "self_renewal").inner("self_renewal_settings")
        names = ("self_renewal_information_messages", "self_renewal_information_message")
        words = next((found for name in names if (found := told.words(name))), ())
        return CardTerms(True, message="\n".join(words) or None)

    async def renew(
        self, patron: PatronRef, pin: str | None
    ) -> CardRenewed | CardNotRenewed | NotAPatron | Rejected:
        """See ``RenewsCards``. One call."""
        answer = await self._send("POST", patron, pin)
        if not isinstance(answer, HttpAnswer):
            return answer
        if answer.status == 201:
            until = KohaFields(answer.json(), "self_renewal").moment("expiry_date", self._zone)
            return CardRenewed(None if until is None else until.date())
        said = _refusal(read_fault(answer))
        return CardNotRenewed(said) if isinstance(said, NotCardRenewable) else said

    async def _send(
        self, method: str, patron: PatronRef, pin: str | None
    ) -> HttpAnswer | NotAPatron | Rejected:
        if not is_id(patron.patron_id):
            return NotAPatron()
        if pin is None or not (possible_card(patron.card_number) and possible_pin(pin)):
            return Rejected()
        login = b64encode(f"{patron.card_number}:{pin}".encode()).decode()
        request = HttpRequest(
            method,
            f"/v1/public/patrons/{patron.patron_id}/self_renewal",
            headers={"Accept": "application/json", "Authorization": f"Basic {login}"},
            json={} if method == "POST" else None,
        )
        answer = await self._transport.send(request)
        if answer.status == 429:
            raise rate_limited(answer)
        return answer


def _refusal(fault: Fault) -> NotCardRenewable | Rejected | NotAPatron:
    """What a refusal means; raises when it is about the library and not about the patron."""
    text = fault.text.lower()
    if fault.status == 403 and text == _NOT_ELIGIBLE:
        return _NO
    if fault.status == 403 and text.startswith(_NOT_THAT_PIN):
        return Rejected()
    if fault.status == 403 and text.startswith(_NOT_THE_OWNER):
        raise WrongPatron("the card number and PIN are somebody else's")
    if fault.status == 401:
        raise Refused("renewing a card: RESTBasicAuth is switched off there")
    if fault.about_a_thing:
        return NotAPatron()
    raise fault.as_error("renewing a card (card_self_renewal)")
