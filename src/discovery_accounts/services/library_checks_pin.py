"""The PIN of a test card is never what locks it: counted like any try, and once refused not sent again."""

from datetime import datetime

from sqlalchemy import select

from discovery_accounts.config.settings import LibrarySettings
from discovery_accounts.connectors.api import (
    CheckCause,
    LibraryError,
    NoPinHere,
    Rejected,
    TestCard,
    Verification,
    Verified,
)
from discovery_accounts.connectors.selftest.causes import Failure
from discovery_accounts.connectors.selftest.steps import Skipped
from discovery_accounts.models import LibraryCheck
from discovery_accounts.services.house import House
from discovery_accounts.services.problems import Problem
from discovery_accounts.services.schema import DatabaseUnavailable
from discovery_accounts.services.throttles import Attempt, Counted, Throttles

_BY = "library check"
"""What tries by self-tests are counted by, apart from those of people; the library's lock is one for all."""


class PinGuard:
    """For one test: ``begin`` before it, ``settle`` after it. ``refused`` is what to remember then."""

    def __init__(self, house: House, library: LibrarySettings, card: TestCard | None) -> None:
        self._house = house
        self._library = library
        self._card = card
        self._counted: Counted | None = None
        self.refused: str | None = None

    def begin(self) -> Failure | Skipped | None:
        """What to say instead of sending the PIN; ``None``: it may be sent."""
        if self._card is None or self._card.pin is None:
            return None
        try:
            refused_at = self._refused_at(self._mark(self._card))
            if refused_at is not None:
                self.refused = self._mark(self._card)
                when = f"{refused_at:%Y-%m-%d %H:%M} UTC"
                return Failure(CheckCause.TEST_CARD_REFUSED, f"refused on {when}, and not sent since")
            attempt = Attempt(self._library.name, self._card.card_number, browser=_BY)
            self._counted = Throttles(self._house).begin(attempt)
        except Problem:
            return Skipped("not sent: there were too many refused tries with this card lately")
        except DatabaseUnavailable:
            return Skipped("not sent: the database that remembers refused PINs can’t be used")
        return None

    def settle(self, outcome: Verification | LibraryError | None) -> None:
        """What the PIN came to; ``None`` when it was not sent."""
        if self._counted is None or self._card is None:
            return
        throttles = Throttles(self._house)
        match outcome:
            case None | NoPinHere():
                throttles.take_back(self._counted)
            case LibraryError() as error:
                throttles.unanswered(self._counted, error)
            case Verified():
                throttles.succeeded(self._counted)
            case Rejected():
                self.refused = self._mark(self._card)
            case _:
                pass  # blocked: it stays counted

    def _refused_at(self, mark: str) -> datetime | None:
        """When the same PIN of the same card was last known to be refused."""
        query = select(LibraryCheck.at).where(
            LibraryCheck.library == self._library.name, LibraryCheck.refused_pin == mark
        )
        with self._house.database.reading() as session:
            return session.scalars(query.order_by(LibraryCheck.at).limit(1)).first()

    def _mark(self, card: TestCard) -> str:
        return self._house.vault.keyed_hash(
            "refused test pin", self._library.name, card.card_number.casefold(), card.pin or ""
        )
