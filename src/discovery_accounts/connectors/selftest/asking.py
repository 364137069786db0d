"""What is asked of a library itself: an answer, our key, its rights, the clock, and the test card."""

import time
from datetime import UTC, datetime
from typing import cast

from discovery_accounts.config.settings import LibrarySettings
from discovery_accounts.connectors.api import (
    CARD_NUMBER,
    Capability,
    CheckCause,
    ChecksItself,
    Connector,
    FindsPatrons,
    Incomplete,
    LibraryError,
    ListsLoans,
    Loan,
    LoginBlocked,
    NoPinHere,
    NotAPatron,
    PatronRecord,
    Refused,
    Rejected,
    TellsTime,
    TestCard,
    Verification,
    Verified,
    VerifiesPatrons,
)
from discovery_accounts.connectors.selftest.causes import Failure, why
from discovery_accounts.connectors.selftest.probe import Probe, Seen
from discovery_accounts.connectors.selftest.steps import Outcome, Passed, Skipped, Warned
from discovery_accounts.domain.standing import Standing

WARN_CLOCK = 60.0
"""Seconds that two clocks may differ."""
_NOBODY = "0"  # a number to look for where there is no test card
_NO_CARD = Skipped("no test card: set “.test_card”, or give one by --card")


class Asking:
    """Asks one library by its connector. ``pin_outcome`` is what the PIN came to, if it was sent."""

    def __init__(
        self,
        connector: Connector,
        library: LibrarySettings,
        probe: Probe | None,
        card: TestCard | None,
        instead_of_pin: Outcome | None = None,
        instead_of_card: Outcome | None = None,
    ) -> None:
        self._connector = connector
        self._library = library
        self._probe = probe
        self._card = card
        self._instead_of_pin = instead_of_pin
        self._instead_of_card = instead_of_card
        self._refusal: Refused | None = None
        self._accepted = ""
        self._patron_id: str | None = None
        self._loans: tuple[Loan, ...] | None = None
        self._shorter = ""
        self._from = 0
        self.pin_outcome: Verification | LibraryError | None = None

    async def answer(self) -> Outcome:
        """Whether it is this system that answers, and in time. What it says to our key is told by the next step."""
        started = time.monotonic()
        try:
            self._accepted = await self._first()
        except Refused as error:
            failure = why(error, self._last)
            if failure.cause is CheckCause.NOT_OUR_SYSTEM:
                return failure
            self._refusal = error
        except _NothingToAskError:
            return Skipped("this connector has nothing to ask without a test card")
        seconds = time.monotonic() - started
        last = self._last
        told = f"HTTP {last.status}, {last.kind or 'no content type'}" if last else "answered"
        if seconds > self._library.timeout / 2:
            return Warned(
                CheckCause.SLOW_ANSWER, f"{told}, after {seconds:.1f} of {self._library.timeout:g} s"
            )
        return Passed(told)

    async def credentials(self) -> Outcome:
        """Whether the first call was let through."""
        if self._refusal is not None:
            return why(self._refusal, None)
        return Passed(self._accepted) if self._accepted else Skipped("nothing was asked that needs a key")

    async def rights(self) -> Outcome:
        """Whether our key may do all that the connector declares."""
        if not isinstance(self._connector, ChecksItself):
            return Skipped("this connector can’t tell")
        missing = await self._connector.check_rights()
        if missing:
            return Failure(CheckCause.RIGHTS_MISSING, f"our key lacks: {', '.join(missing)}")
        return Passed("nothing is missing, as far as reading tells")

    async def clock(self) -> Outcome:
        """How far the library's clock and ours are apart."""
        differs = await self._difference()
        if differs is None:
            return Skipped("it tells no time")
        told = f"{abs(differs):.0f} s {'ahead of' if differs > 0 else 'behind'} ours"
        if abs(differs) > WARN_CLOCK:
            return Warned(CheckCause.CLOCK_DIFFERS, told)
        return Passed(told if abs(differs) >= 2 else "the same as ours")

    async def patron(self) -> Outcome:
        """Whether the test card is found by its number, and stands well."""
        if self._card is None:
            return self._instead_of_card or _NO_CARD
        if Capability.FIND_PATRONS not in self._connector.capabilities:
            return Skipped("this connector finds no patrons by number")
        number = self._card.card_number
        found = await cast(FindsPatrons, self._connector).find_patrons(CARD_NUMBER, number)
        if not found:
            return Failure(CheckCause.TEST_CARD_UNKNOWN, "nobody has the number of the test card")
        if len(found) > 1:
            return Failure(CheckCause.WRONG_PATRON, f"{len(found)} patrons have the number of the test card")
        return self._found(found[0], number)

    async def pin(self) -> Outcome:
        """Whether the PIN of the test card is accepted. Sent once at most."""
        if self._card is None:
            return _NO_CARD
        if Capability.VERIFY_PATRON not in self._connector.capabilities:
            return Skipped("this connector checks no PINs")
        if self._instead_of_pin is not None:
            return self._instead_of_pin
        if self._card.pin is None:
            return Skipped("no PIN: set “.test_pin”, or give one by --pin-stdin")
        check = cast(VerifiesPatrons, self._connector).verify_patron
        self.pin_outcome = LibraryError("cut short")  # unless it comes to a verdict
        try:
            self.pin_outcome = await check(self._card.card_number, self._card.pin)
        except LibraryError as error:
            self.pin_outcome = error
            raise
        return self._judged(self.pin_outcome)

    async def loans(self) -> Outcome:
        """Whether the loans of the test card are listed."""
        if self._card is None:
            return _NO_CARD
        if Capability.LIST_LOANS not in self._connector.capabilities:
            return Skipped("this connector lists no loans")
        if self._patron_id is None:
            return Skipped("who the test card belongs to is not known")
        self._from = len(self._probe.seen) if self._probe else 0
        try:
            loans = await cast(ListsLoans, self._connector).list_loans(self._patron_id)
        except Incomplete as error:
            self._shorter = error.detail
            return Passed("listed, but see below")
        if isinstance(loans, NotAPatron):
            return Failure(
                CheckCause.TEST_CARD_UNKNOWN, "the library has no such patron when asked for loans"
            )
        self._loans = loans
        return Passed(f"{len(loans)} listed")

    async def paging(self) -> Outcome:
        """Whether the list is as long as the library says."""
        if self._shorter:
            return Failure(CheckCause.LIST_INCOMPLETE, self._shorter)
        if self._loans is None:
            return Skipped("no list of loans to compare")
        told = (
            [seen.total for seen in self._probe.seen[self._from :] if seen.total is not None]
            if self._probe
            else []
        )
        if not told:
            return Skipped("it does not tell how many there are")
        if told[-1] != len(self._loans):
            return Failure(CheckCause.LIST_INCOMPLETE, f"{len(self._loans)} listed of {told[-1]} announced")
        calls = len(told)
        return Passed(f"{told[-1]} announced and listed, in {calls} {'part' if calls == 1 else 'parts'}")

    async def _first(self) -> str:
        if isinstance(self._connector, ChecksItself):
            return await self._connector.check_credentials()
        if Capability.FIND_PATRONS not in self._connector.capabilities:
            raise _NothingToAskError
        number = self._card.card_number if self._card else _NOBODY
        await cast(FindsPatrons, self._connector).find_patrons(CARD_NUMBER, number)
        return "looking for a patron was allowed"

    @property
    def _last(self) -> Seen | None:
        return self._probe.last if self._probe else None

    async def _difference(self) -> float | None:
        if isinstance(self._connector, TellsTime):
            return (await self._connector.read_clock() - datetime.now(UTC)).total_seconds()
        told = [seen.clock for seen in self._probe.seen if seen.clock is not None] if self._probe else []
        return told[-1] if told else None

    def _found(self, record: PatronRecord, number: str) -> Outcome:
        if record.card_number is not None and record.card_number.casefold() != number.casefold():
            return Failure(CheckCause.WRONG_PATRON, "somebody with another number was found")
        self._patron_id = record.patron_id
        if record.standing is not Standing.GOOD:
            codes = ", ".join(block.code for block in record.blocks)
            reasons = f" ({codes})" if codes else ""
            return Warned(CheckCause.TEST_CARD_BLOCKED, f"one patron, {record.standing}{reasons}")
        return Passed("one patron, in good standing")

    def _judged(self, verdict: Verification) -> Outcome:
        match verdict:
            case Verified(patron_id=patron_id):
                if self._patron_id not in (None, patron_id):
                    return Failure(CheckCause.WRONG_PATRON, "the PIN was accepted for somebody else")
                self._patron_id = patron_id
                return Passed("accepted")
            case Rejected():
                return Failure(CheckCause.TEST_CARD_REFUSED, "refused")
            case LoginBlocked(reason=reason):
                return Failure(CheckCause.TEST_CARD_BLOCKED, f"the library refuses any PIN now ({reason})")
            case NoPinHere():
                return Failure(CheckCause.NO_PINS_HERE, "the library keeps no PIN for it")


class _NothingToAskError(Exception):
    """The connector has no question that needs no card."""
