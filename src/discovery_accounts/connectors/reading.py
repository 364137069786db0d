"""All that is to be known about one card: its parts asked in parallel, each failing alone."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, TypeVar, cast

from discovery_accounts.connectors.api import (
    Capability,
    Connector,
    Fee,
    Hold,
    LibraryError,
    ListsFees,
    ListsHolds,
    ListsLoans,
    Loan,
    NotAPatron,
    PatronRecord,
    PatronRef,
    ReadsPatrons,
    Rejected,
    TimedOut,
    UnexpectedAnswer,
    Unsupported,
    Verification,
    Verified,
    VerifiesPatrons,
    WrongPatron,
)
from discovery_accounts.connectors.listing import MOST_ROWS
from discovery_accounts.connectors.watch import Watch, ask, ask_until

T = TypeVar("T")


class Want(StrEnum):
    """What to read of a card. ``OWED`` is only the sum of what is open: from the patron's record where that
    tells it, else from the list of fees."""

    PATRON = "patron"
    LOANS = "loans"
    HOLDS = "holds"
    FEES = "fees"
    OWED = "owed"


Listed = tuple[Loan, ...] | tuple[Hold, ...] | tuple[Fee, ...]
"""A whole list of one kind."""

ListAnswer = Listed | NotAPatron | LibraryError
Ask = Callable[[Any, str], Awaitable[Any]]

_LISTS: Mapping[Want, tuple[Capability, Ask]] = MappingProxyType(
    {
        Want.LOANS: (
            Capability.LIST_LOANS,
            lambda one, patron_id: cast(ListsLoans, one).list_loans(patron_id),
        ),
        Want.HOLDS: (
            Capability.LIST_HOLDS,
            lambda one, patron_id: cast(ListsHolds, one).list_holds(patron_id),
        ),
        Want.FEES: (Capability.LIST_FEES, lambda one, patron_id: cast(ListsFees, one).list_fees(patron_id)),
    }
)


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
    """What came of a :class:`CardRequest`; ``None``, or no entry in ``lists``, where nothing was asked.

    ``patron`` may be filled though it was not wanted: the library told that there is no such
    patron, or the record was read to learn the card number valid now. A ``WrongPatron`` in any
    part means that nothing of this answer may be shown. ``seconds`` is how long it took.
    """

    key: Hashable
    pin: Verification | LibraryError | None = None
    patron: PatronRecord | NotAPatron | LibraryError | None = None
    lists: Mapping[Want, ListAnswer] = field(default_factory=dict, repr=False)
    seconds: float = 0.0

    @property
    def loans(self) -> ListAnswer | None:
        """The loans, or their failure."""
        return self.lists.get(Want.LOANS)

    @property
    def parts(self) -> tuple[object, ...]:
        """Everything that was answered."""
        return (self.pin, self.patron, *self.lists.values())


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
    want = _spelt_out(connector, request.want)
    patron = check = None
    # Readings first: behind an open breaker one of them becomes the background trial nobody waits for.
    lists = {
        one: asyncio.create_task(_list(connector, request.patron.patron_id, one, watch))
        for one in _LISTS
        if one in want
    }
    if Want.PATRON in want:
        patron = asyncio.create_task(patron_record(connector, request.patron.patron_id, watch))
    if request.pin is not None:
        check = asyncio.create_task(_settle_pin(connector, request, request.pin, patron, watch))
    try:
        await _wait((*lists.values(), patron, check), None if until is None else max(0.0, until - clock()))
    finally:
        for reading in (*lists.values(), patron):
            if reading is not None:
                reading.cancel()
        if check is not None and not check.done():
            if keep is None:
                check.cancel()
            else:
                keep(check)
    told = {one: cast(ListAnswer, _result(task)) for one, task in lists.items()}
    return _answer(request, _result(check), _result(patron), told, clock() - started)


def _spelt_out(connector: Connector, want: frozenset[Want]) -> frozenset[Want]:
    """``want`` with the sum of what is owed as the reading that tells it with the fewest calls."""
    if Want.OWED not in want or Want.FEES in want:
        return want - {Want.OWED}
    reads = Capability.READ_PATRON in connector.capabilities and cast(ReadsPatrons, connector).tells_owed
    return (want - {Want.OWED}) | {Want.PATRON if reads else Want.FEES}


def unread(request: CardRequest, error: LibraryError) -> CardAnswer:
    """The answer about a card whose library could not be asked at all."""
    return CardAnswer(
        request.key,
        error if request.pin is not None else None,
        error if request.want & {Want.PATRON, Want.OWED} else None,
        {one: error for one in _LISTS if one in request.want},
    )


def _answer(
    request: CardRequest,
    checked: Checked | LibraryError | None,
    patron: PatronRecord | NotAPatron | LibraryError | None,
    lists: Mapping[Want, ListAnswer],
    seconds: float,
) -> CardAnswer:
    verdict, record = checked if isinstance(checked, tuple) else (checked, None)
    if NotAPatron() in (record, *lists.values()):
        patron = NotAPatron()
    elif record is not None:
        patron = record
    return CardAnswer(request.key, verdict, patron, lists, seconds)


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


async def _list(connector: Connector, patron_id: str, want: Want, watch: Watch) -> ListAnswer:
    capability, call = _LISTS[want]
    if capability not in connector.capabilities:
        return Unsupported(capability, sent=False)
    answer: ListAnswer = await ask(watch, call, connector, patron_id)
    if isinstance(answer, tuple) and len(answer) > MOST_ROWS:
        return UnexpectedAnswer(f"a list of more than {MOST_ROWS} {want}")
    return answer


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
