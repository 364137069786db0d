"""The one bridge from threads to the event loop: many cards, one deadline, a result for each."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from contextlib import suppress
from typing import TypeVar, cast

from discovery_accounts.connectors import acting, loop
from discovery_accounts.connectors.acting import RenewRequest, SignInAnswer, Verifying
from discovery_accounts.connectors.administering import Administration, run
from discovery_accounts.connectors.api import (
    AsksRenewability,
    Capability,
    LibraryError,
    Loan,
    NoSuchLoan,
    Renewal,
    TimedOut,
    Unsupported,
    Verification,
)
from discovery_accounts.connectors.health import Health, LibraryState, TellsHealth
from discovery_accounts.connectors.late import LateReports
from discovery_accounts.connectors.reading import (
    CardAnswer,
    CardRequest,
    Check,
    Checked,
    Want,
    read_card,
    unread,
)
from discovery_accounts.connectors.registry import Libraries
from discovery_accounts.connectors.watch import ask_until
from discovery_accounts.telemetry.recent import Span

__all__ = [
    "CardAnswer",
    "CardRequest",
    "Gateway",
    "LibraryState",
    "RenewRequest",
    "SignInAnswer",
    "Want",
]

R = TypeVar("R")
T = TypeVar("T")

SETTLING = 5.0  # seconds that PIN checks under way are given when the gateway closes

Verdict = Verification | LibraryError


class Gateway(Administration):
    """The libraries, for callers that wait in a thread.

    Every ``deadline`` is in seconds from the call, for all of it. A library that is configured but
    faulty is ``Unreachable``, a name nobody configured ``Unsupported``; both with ``sent`` false.
    """

    def __init__(self, libraries: Libraries) -> None:
        super().__init__(libraries)
        self._late = LateReports()

    def capabilities(self, library: str) -> frozenset[Capability]:
        """What ``library`` can do; nothing when it is faulty or unknown."""
        return self._libraries.capabilities(library)

    def states(self) -> Mapping[str, LibraryState]:
        """Every configured library by name, the faulty ones too."""
        faulty = self._libraries.faults.items()
        states = {name: LibraryState(name, available=False, faults=faults) for name, faults in faulty}
        for name, watch in self._watches.items():
            transport = self._libraries.transports.get(name)
            health = transport.health() if isinstance(transport, TellsHealth) else Health()
            states[name] = LibraryState(
                name,
                health.breaker == "closed",
                health.breaker,
                health.in_flight,
                watch.last_answer_at,
                watch.last_error,
            )
        return states

    def hour(self, library: str) -> tuple[Span, ...]:
        """How ``library`` answered this process in the last hour, minute by minute; empty for a faulty one."""
        watch = self._watches.get(library)
        return watch.recent.hour() if watch is not None else ()

    def sign_in(
        self,
        library: str,
        card_number: str,
        pin: str,
        *,
        deadline: float,
        late: Callable[[Verdict], None] | None = None,
    ) -> SignInAnswer:
        """Verify a typed PIN, then read the patron in the time left.

        Raises ``LibraryError`` when there is no verdict. With ``late``, a verification under way at
        the deadline goes on, and ``late`` is called with its outcome in a worker thread.
        """
        connector, watch = self._library(library)
        until = time.monotonic() + deadline
        keep = None if late is None else _keeper(self._late, late)
        return run(acting.sign_in(connector, card_number, pin, watch=watch, until=until, keep=keep), deadline)

    def read_cards(
        self,
        requests: Sequence[CardRequest],
        *,
        deadline: float,
        late: Callable[[Hashable, Verdict], None] | None = None,
    ) -> dict[Hashable, CardAnswer]:
        """Read all cards in parallel: an answer for each by its key, whatever a library does.

        A part that is not there at the deadline is ``TimedOut``. A PIN check under way then goes on,
        and ``late`` is called with its key and outcome in a worker thread.
        """
        until = time.monotonic() + deadline

        async def read(request: CardRequest) -> CardAnswer:
            try:
                connector, watch = self._library(request.library)
            except LibraryError as error:
                return unread(request, error)
            keep = _card_keeper(self._late, request.key, late)
            return await read_card(connector, request, watch=watch, until=until, keep=keep)

        try:
            answers = run(_all(read, requests), deadline)
        except TimedOut as error:
            answers = [unread(request, error) for request in requests]
        return {answer.key: answer for answer in answers}

    def read_loan(self, library: str, patron_id: str, loan_id: str, *, deadline: float) -> Loan | NoSuchLoan:
        """One loan, with its renewability asked now. Raises ``LibraryError``."""
        connector, watch = self._library(library)
        if Capability.ASK_RENEWABILITY not in connector.capabilities:
            raise Unsupported("ask_renewability", sent=False)
        read = cast(AsksRenewability, connector).read_loan
        until = time.monotonic() + deadline
        loan = run(ask_until(until, watch, read, patron_id, loan_id), deadline)
        if isinstance(loan, LibraryError):
            raise loan
        return loan

    def renew(
        self, requests: Sequence[RenewRequest], *, deadline: float
    ) -> dict[Hashable, tuple[Renewal, ...] | LibraryError]:
        """Renew at all cards in parallel: a result for every loan, or the failure of a card, by key.

        Loans whose renewal was not answered by the deadline are ``RenewalUnknown``; a card of which
        all loans were to be renewed is ``TimedOut``.
        """
        until = time.monotonic() + deadline

        async def renew(request: RenewRequest) -> tuple[Renewal, ...] | LibraryError:
            try:
                connector, watch = self._library(request.library)
            except LibraryError as error:
                return error
            return await acting.renew_card(connector, request, watch=watch, until=until)

        try:
            results = run(_all(renew, requests), deadline)
        except TimedOut as error:
            results = [acting.unanswered(request, error) for request in requests]
        return {request.key: result for request, result in zip(requests, results, strict=True)}

    def close(self) -> None:
        """Let PIN checks under way finish and be told, for a few seconds, then close the connectors."""

        async def close() -> None:
            await self._late.settle(SETTLING)
            await self._libraries.close()

        with suppress(TimeoutError):
            loop.run(close(), 2 * SETTLING)


async def _all(work: Callable[[R], Awaitable[T]], requests: Sequence[R]) -> list[T]:
    return await asyncio.gather(*[work(request) for request in requests])


def _stopped() -> TimedOut:
    return TimedOut("stopped before there was a verdict")


def _keeper(reports: LateReports, late: Callable[[Verdict], None]) -> Callable[[Verifying], None]:
    return lambda check: reports.keep(check, lambda verdict: late(verdict or _stopped()))


def _card_keeper(
    reports: LateReports, key: Hashable, late: Callable[[Hashable, Verdict], None] | None
) -> Callable[[Check], None]:
    def tell(checked: Checked | None) -> None:
        if late is not None:
            late(key, checked[0] if checked else _stopped())

    return lambda check: reports.keep(check, tell)
