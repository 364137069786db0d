"""People by PAIA: whose PIN it is, what the record says, what is owed, and another PIN."""

import time

from discovery_accounts.connectors.api import (
    Fee,
    LoginBlocked,
    NotAPatron,
    PatronProfile,
    PatronRecord,
    PatronRef,
    PinChange,
    PinChanged,
    PinFault,
    PinRules,
    PinUnfit,
    Refused,
    Rejected,
    UnexpectedAnswer,
    Verification,
    Verified,
    WrongPatron,
)
from discovery_accounts.connectors.paia.errors import read_fault
from discovery_accounts.connectors.paia.fields import PaiaFields
from discovery_accounts.connectors.paia.ids import is_patron_id
from discovery_accounts.connectors.paia.library import PaiaLibrary
from discovery_accounts.connectors.paia.records import read_fees, read_patron, read_profile
from discovery_accounts.connectors.paia.tokens import Token, read_token
from discovery_accounts.connectors.people import possible_card, possible_pin

_LONGEST_PIN = 255
_CHANGE = "change_password"


class PeopleVerbs(PaiaLibrary):
    """``VerifiesPatrons``, ``ReadsPatrons``, ``ReadsProfiles``, ``ListsFees`` and ``ChangesPins``."""

    checks_pin_by_number = True
    tells_owed = False

    async def verify_patron(self, card_number: str, pin: str) -> Verification:
        """See ``VerifiesPatrons``. One call, whatever the answer; the token that it gives may read a name, and
        is not kept."""
        token = await self._own_token(card_number, pin, "read_patron")
        return token if isinstance(token, Rejected) else Verified(token.patron or "")

    async def check_pin(self, patron: PatronRef, pin: str) -> Verification:
        """See ``VerifiesPatrons``. One call."""
        verdict = await self.verify_patron(patron.card_number, pin)
        if isinstance(verdict, Verified) and verdict.patron_id != patron.patron_id:
            raise WrongPatron("a PIN check answered for somebody else")
        return verdict

    async def read_patron(self, patron_id: str) -> PatronRecord | NotAPatron:
        """See ``ReadsPatrons``. One call."""
        fields = await self._client.read(patron_id, "", "read_patron", optional=True)
        if isinstance(fields, NotAPatron):
            return fields
        return read_patron(patron_id, fields, self._settings.timezone, self._today())

    async def read_profile(self, patron_id: str) -> PatronProfile | NotAPatron:
        """See ``ReadsProfiles``. One call."""
        fields = await self._client.read(patron_id, "", "read_patron")
        if isinstance(fields, NotAPatron):
            return fields
        return read_profile(patron_id, fields, self._settings.timezone)

    async def list_fees(self, patron_id: str) -> tuple[Fee, ...] | NotAPatron:
        """See ``ListsFees``. One call."""
        fields = await self._client.read(patron_id, "fees", "read_fees")
        if isinstance(fields, NotAPatron):
            return fields
        return read_fees(fields, self._settings.timezone)

    @property
    def pin_rules(self) -> PinRules:
        """PAIA tells none: what the settings say."""
        return PinRules(self._settings.pin_min_length, _LONGEST_PIN)

    async def change_pin(
        self, patron: PatronRef, old_pin: str, new_pin: str
    ) -> PinChange | Rejected | LoginBlocked:
        """See ``ChangesPins``. One call when the old PIN is wrong, two when it is right: a PIN is changed by
        the patron's own token."""
        if (unfit := _unfit(new_pin)) is not None:
            return unfit
        token = await self._own_token(patron.card_number, old_pin, _CHANGE)
        if isinstance(token, Rejected):
            return token
        if token.patron != patron.patron_id:
            raise WrongPatron("a PIN check answered for somebody else")
        if token.scopes and _CHANGE not in token.scopes:
            raise Refused(f"change: the server gives patrons no scope {_CHANGE}", rights=(_CHANGE,))
        answer = await self._client.change_password(
            token,
            {
                "patron": patron.patron_id,
                "username": patron.card_number,
                "old_password": old_pin,
                "new_password": new_pin,
            },
        )
        if answer.status != 200:
            fault = read_fault(answer)
            if fault.unfit:
                return PinUnfit(PinFault.LIBRARY_SAYS_NO)
            raise fault.as_error("change", _CHANGE)
        if PaiaFields(answer.json(), "change").needed("patron") != patron.patron_id:
            raise WrongPatron("a PIN was changed for somebody else")
        return PinChanged()

    async def _own_token(self, card_number: str, pin: str, scope: str) -> Token | Rejected:
        """The patron's own token, by the password grant: of one thing only, and never kept."""
        if not (possible_card(card_number) and possible_pin(pin)):
            return Rejected()
        form = {"grant_type": "password", "username": card_number, "password": pin, "scope": scope}
        answer = await self._tokens.login(form)
        if answer.status != 200:
            fault = read_fault(answer)
            if fault.wrong_pin:
                return Rejected()
            raise fault.as_error("login")
        token = read_token(answer, time.monotonic())
        if not is_patron_id(token.patron or ""):
            raise UnexpectedAnswer("login.patron is not a patron identifier that can be used")
        return token


def _unfit(new_pin: str) -> PinUnfit | None:
    """What no server takes, so that it need not be sent."""
    if not new_pin.strip() or new_pin != new_pin.strip():
        return PinUnfit(PinFault.BLANKS)
    if len(new_pin) > _LONGEST_PIN:
        return PinUnfit(PinFault.TOO_LONG)
    return None if possible_pin(new_pin) else PinUnfit(PinFault.LIBRARY_SAYS_NO)
