"""Sign-in by library card and PIN, against the library's own system (rules 4.1)."""

from discovery_accounts.connectors.api import (
    Capability,
    LoginBlocked,
    NoPinHere,
    PatronRecord,
    Rejected,
    Unsupported,
    WrongPatron,
)
from discovery_accounts.connectors.gateway import Gateway
from discovery_accounts.login.claim import Claim, NoClaim, ProvedCard
from discovery_accounts.login.kinds import LoginKind


class CardLogin:
    """Asks the library once, within ``deadline`` seconds."""

    def __init__(self, name: str, gateway: Gateway, deadline: float) -> None:
        self.name = name
        self._gateway = gateway
        self._deadline = deadline

    def prove(self, library: str, card_number: str, pin: str) -> Claim | NoClaim:
        """A claim bound to the patron record, so a renewed card gives the same one.

        Raises ``LibraryError`` when the library could not be asked: that is no refusal.
        """
        if Capability.VERIFY_PATRON not in self._gateway.capabilities(library):
            raise Unsupported(library, sent=False)
        answer = self._gateway.sign_in(library, card_number, pin, deadline=self._deadline)
        match answer.verification:
            case Rejected():
                return NoClaim("rejected")
            case LoginBlocked(reason=reason):
                return NoClaim(reason)
            case NoPinHere():
                return NoClaim("no_pin_here")
            case verified:
                if isinstance(answer.patron, WrongPatron):
                    raise answer.patron
                record = answer.patron if isinstance(answer.patron, PatronRecord) else None
                number = verified.card_number or card_number
                card = ProvedCard(library, verified.patron_id, number, pin, record)
                return Claim(KIND.name, library, verified.patron_id, card)


KIND = LoginKind("card", keys=())
