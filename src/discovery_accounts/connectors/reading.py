"""All that is to be known about one card: its parts asked in parallel, each failing alone."""

import asyncio
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar, cast

from discovery_accounts.connectors.api import (
    Capability,
    Connector,
    LibraryError,
    ListsLoans,
    Loan,
    NotAPatron,
    PatronRecord,
    PatronRef,
    ReadsPatrons,
    Rejected,
    TimedOut,
    Unsupported,
    Verification,
    Verified,
    VerifiesPatrons,
    WrongPatron,
)
from discovery_accounts.connectors.watch import Watch, ask, ask_until

T = TypeVar("T")


class Want(StrEnum):
    """What to read of a card."""

    PATRON = "patron"
    LOANS = "loans"


@dataclass(frozen=True, slots=True)
class CardRequest:
    """One card to read. ``key`` is the caller's own; ``pin`` is given when its check is due."""

    key: Hashable
    library: str
    patron: PatronRef
    pin: str | None = field(default=None, repr=False)
    want: frozenset[Want] = frozenset({Want.PATRON, Want.LOANS})


@dataclass(frozen=True, slots=True)
class CardAnswer:
    """What came of a :class:`CardRequest`; ``None`` where nothing was asked.

    ``patron`` may be filled though it was not wanted: the library told that there is no such
    patron, or the record was read to learn the card number valid now. A ``WrongPatron`` in any
    part means that nothing of this answer may be shown. ``seconds`` is how long it took.
    """

    key: Hashable
    pin: Verification | LibraryError | None = None
    patron: PatronRecord | NotAPatron | LibraryError | None = None
    loans: tuple[Loan, ...] | NotAPatron | LibraryError | None = field(default=None, repr=False)
    seconds: float = 0.0


Checked = tuple[Verification | LibraryError, PatronRecord | NotAPatron | None]
"""The verdict on a PIN, and the record where it had to be read for it."""

Check = asyncio.Task[Checked]


async def read_card(
    connector: Connector,
    request: CardRequest,
    *,
    watch: Watch | None = None,
    until: float | None = None,
    keep: Callable[[Check], None] | None = None,
) -> CardAnswer:
    """Read what ``request`` wants, in parallel; never raises for a failure of the library.

    At ``until`` (the loop's clock, seconds) a part not there yet is ``TimedOut``. Readings are
    then cancelled; a PIN check is not, because the library may be counting a refusal: the
    running task is given to ``keep`` (and cancelled when there is none).
    """
    watch = watch or Watch(request.library)
    clock = asyncio.get_running_loop().time
    started = clock()
    loans = patron = check = None
    # Readings first: behind an open breaker one of them becomes the background trial nobody waits for.
    if Want.LOANS in request.want:
        loans = asyncio.create_task(_loans(connector, request, watch))
    if Want.PATRON in request.want:
        patron = asyncio.create_task(patron_record(connector, request.patron.patron_id, watch))
    if request.pin is not None:
        check = asyncio.create_task(_settle_pin(connector, request, request.pin, patron, watch))
    try:
        await _wait((loans, patron, check), None if until is None else max(0.0, until - clock()))
    finally:
        for reading in (loans, patron):
            if reading is not None:
                reading.cancel()
        if check is not None and not check.done():
            if keep is None:
                check.cancel()
            else:
                keep(check)
    return _answer(request, _result(check), _result(patron), _result(loans), clock() - started)


def unread(request: CardRequest, error: LibraryError) -> CardAnswer:
    """The answer about a card whose library could not be asked at all."""
    return CardAnswer(
        request.key,
        error if request.pin is not None else None,
        error if Want.PATRON in request.want else None,
        error if Want.LOANS in request.want else None,
    )


def _answer(
    request: CardRequest,
    checked: Checked | LibraryError | None,
    patron: PatronRecord | NotAPatron | LibraryError | None,
    loans: tuple[Loan, ...] | NotAPatron | LibraryError | None,
    seconds: float,
) -> CardAnswer:
    verdict, record = checked if isinstance(checked, tuple) else (checked, None)
    if NotAPatron() in (record, loans):
        patron = NotAPatron()
    elif record is not None:
        patron = record
    return CardAnswer(request.key, verdict, patron, loans, seconds)


async def _settle_pin(
    connector: Connector,
    request: CardRequest,
    pin: str,
    reading: asyncio.Task[PatronRecord | NotAPatron | LibraryError] | None,
    watch: Watch,
) -> Checked:
    """The verdict on a stored PIN. A refusal may only mean that the card was renewed, so it is
    checked once more when the library now knows the patron by another number, and is asked by it."""
    verdict = await _check(connector, request.patron, pin, watch)
    if not isinstance(verdict, Rejected):
        return verdict, None
    record: PatronRecord | NotAPatron | LibraryError | None = None
    if reading is not None:
        await asyncio.wait({reading})
        record = _result(reading)
    if record is None or isinstance(record, LibraryError):
        record = await patron_record(connector, request.patron.patron_id, watch)
    if isinstance(record, WrongPatron):
        return record, None
    if isinstance(record, LibraryError):
        return verdict, None
    if isinstance(record, NotAPatron) or record.card_number in (None, request.patron.card_number):
        return verdict, record
    if not cast(VerifiesPatrons, connector).checks_pin_by_number:
        return verdict, record
    renewed = PatronRef(request.patron.patron_id, str(record.card_number))
    return await _check(connector, renewed, pin, watch), record


async def _check(
    connector: Connector, patron: PatronRef, pin: str, watch: Watch
) -> Verification | LibraryError:
    if Capability.VERIFY_PATRON not in connector.capabilities:
        return Unsupported("verify_patron", sent=False)
    verdict = await ask(watch, cast(VerifiesPatrons, connector).check_pin, patron, pin)
    if isinstance(verdict, Verified) and verdict.patron_id != patron.patron_id:
        return WrongPatron("a PIN check answered for somebody else")
    return verdict


async def patron_record(
    connector: Connector, patron_id: str, watch: Watch, until: float | None = None
) -> PatronRecord | NotAPatron | LibraryError:
    """The record of ``patron_id`` and of nobody else, or the failure; see ``ask`` and ``ask_until``."""
    if Capability.READ_PATRON not in connector.capabilities:
        return Unsupported("read_patron", sent=False)
    read = cast(ReadsPatrons, connector).read_patron
    if until is None:
        record = await ask(watch, read, patron_id)
    else:
        record = await ask_until(until, watch, read, patron_id)
    if isinstance(record, PatronRecord) and record.patron_id != patron_id:
        return WrongPatron("a patron record of somebody else")
    return record


async def _loans(
    connector: Connector, request: CardRequest, watch: Watch
) -> tuple[Loan, ...] | NotAPatron | LibraryError:
    if Capability.LIST_LOANS not in connector.capabilities:
        return Unsupported("list_loans", sent=False)
    return await ask(watch, cast(ListsLoans, connector).list_loans, request.patron.patron_id)


async def _wait(tasks: tuple[asyncio.Task[Any] | None, ...], seconds: float | None) -> None:
    started = [task for task in tasks if task is not None]
    if started:
        await asyncio.wait(started, timeout=seconds)


def _result(task: asyncio.Task[T] | None) -> T | LibraryError | None:
    if task is None:
        return None
    if not task.done() or task.cancelled():
        return TimedOut("no answer within the time of the page")
    return task.result()
