"""Signing in by card number and PIN (rules 4.1)."""

from discovery_accounts.connectors.api import LibraryError
from discovery_accounts.domain.card_number import check_pin
from discovery_accounts.login.card import CardLogin
from discovery_accounts.login.claim import Claim, NoClaim
from discovery_accounts.services import events
from discovery_accounts.services.card_numbers import typed_number
from discovery_accounts.services.entering import Entering, SignedIn, Visitor
from discovery_accounts.services.house import House
from discovery_accounts.services.known_browsers import KnownBrowsers
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.throttles import Attempt, Throttles
from discovery_accounts.telemetry.metrics import metrics


class SignIn:
    def __init__(self, house: House) -> None:
        self._house = house
        self._throttles = Throttles(house)
        self._browsers = KnownBrowsers(house)

    def by_card(self, login: str, library: str, card_number: str, pin: str, visitor: Visitor) -> SignedIn:
        """Sign in by a card's number and PIN. Raises as ``prove``."""
        claim = self.prove(login, library, card_number, pin, visitor)
        return Entering(self._house).enter(claim, login, visitor)

    def prove(self, login: str, library: str, card_number: str, pin: str, visitor: Visitor) -> Claim:
        """Ask the library whether number and PIN belong together.

        Raises ``BadShape`` before any library is asked, and ``Problem``: one same
        ``sign_in_refused`` for an unknown card and a wrong PIN, ``too_many_attempts``,
        ``library_unavailable``, ``unknown_library``.
        """
        number, pin = typed_number(self._house, library, card_number), check_pin(pin)
        known = self._browsers.hash_if_known(visitor.known_token, library, number)
        counted = self._throttles.begin(Attempt(library, number, visitor.address, None, known))
        card_login = CardLogin(login, self._house.gateway, self._house.settings.act_deadline)
        try:
            claim = card_login.prove(library, number, pin)
        except LibraryError as error:
            self._throttles.unanswered(counted, error)
            metrics.sign_in(library, error.code)
            events.report_if_wrong_patron(self._house, error, library=library)
            raise Problem(Code.LIBRARY_UNAVAILABLE) from None
        if isinstance(claim, NoClaim):
            self._note_refusal(library, claim.reason)
            metrics.sign_in(library, claim.reason)
            raise Problem(Code.SIGN_IN_REFUSED)
        self._throttles.succeeded(counted)
        metrics.sign_in(library, "verified")
        return claim

    def _note_refusal(self, library: str, reason: str) -> None:
        with self._house.database.writing() as session:
            events.record(session, events.SIGN_IN_REFUSED, self._house.now(), library=library, reason=reason)
