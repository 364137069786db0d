"""What the house asks of a library system, in neutral words.

One :class:`Connector` speaks for one configured library. What it can do is a set of
:class:`Capability`; each capability is a Protocol below, with async methods only: a
connector knows nothing of threads, databases or pages. Records carry no vendor word.

A "no" is an answer (``Rejected``, ``NotAPatron``, ``NotRenewed``); a failure is an
exception (:class:`LibraryError` and its kinds). A network failure is therefore never
mistaken for a wrong PIN.

Three states of a field: a value; ``None`` when the library did not tell; an empty tuple
when it told us that there are none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

from discovery_accounts.domain.standing import Block, Standing


class Capability(StrEnum):
    """What a connector may be able to do; what it can't is declared, never a surprise."""

    VERIFY_PATRON = "verify_patron"
    READ_PATRON = "read_patron"
    LIST_LOANS = "list_loans"
    ASK_RENEWABILITY = "ask_renewability"
    RENEW_LOANS = "renew_loans"


@dataclass(frozen=True, slots=True)
class PatronRef:
    """A patron as we know them: the permanent id, and the last card number we were told."""

    patron_id: str
    card_number: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PatronRecord:
    """What the library holds about a patron, as far as a portal needs it.

    ``card_number`` is the number valid now (it changes when a card is renewed), ``expires_on``
    the last day of the membership in the library's own zone, ``email`` the contact on file.
    """

    patron_id: str
    card_number: str | None = field(repr=False)
    standing: Standing
    blocks: tuple[Block, ...] = ()
    expires_on: date | None = None
    email: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class NotAPatron:
    """The library has no such patron (any more)."""


@dataclass(frozen=True, slots=True)
class Verified:
    """The card number and PIN belong together; ``patron_id`` says whose they are."""

    patron_id: str
    card_number: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Rejected:
    """Unknown card or wrong PIN; the library does not say which, and neither do we."""


@dataclass(frozen=True, slots=True)
class LoginBlocked:
    """The library refuses any PIN for this card now: locked after failures, or the PIN expired."""

    reason: str


@dataclass(frozen=True, slots=True)
class NoPinHere:
    """The patron exists, but this library keeps no PIN of theirs that could be checked."""


Verification = Verified | Rejected | LoginBlocked | NoPinHere


@dataclass(frozen=True, slots=True)
class Loan:
    """One item on loan.

    ``loan_id`` is the library's own id of the loan, unique within the library. Dates are aware
    and carry the library's zone. ``renewable`` is ``None`` when the list does not tell; then
    :class:`AsksRenewability` may. ``not_renewable_because`` is a code of
    :data:`discovery_accounts.domain.renewal.REASONS`.
    """

    loan_id: str
    title: str | None
    due_at: datetime
    author: str | None = None
    barcode: str | None = None
    record_id: str | None = None
    checked_out_at: datetime | None = None
    renewals: int | None = None
    renewable: bool | None = None
    not_renewable_because: str | None = None


@dataclass(frozen=True, slots=True)
class Renewed:
    """The loan was renewed; the new due date."""

    loan_id: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class NotRenewed:
    """The library said no; ``because`` is a code of ``domain.renewal.REASONS``."""

    loan_id: str
    because: str


@dataclass(frozen=True, slots=True)
class NoSuchLoan:
    """The patron has no such loan: returned meanwhile, or somebody else's."""

    loan_id: str


@dataclass(frozen=True, slots=True)
class RenewalUnknown:
    """The library did not answer in time or failed; the loan may or may not be renewed."""

    loan_id: str


Renewal = Renewed | NotRenewed | NoSuchLoan | RenewalUnknown


class LibraryError(Exception):
    """A library system could not give an answer. The text is for IT and holds no personal data.

    ``code`` is stable and goes to logs and metrics, ``retryable`` says whether the same safe
    call may succeed soon, ``sent`` whether the request may have reached the library.
    """

    code = "library_error"
    retryable = False

    def __init__(self, detail: str = "", *, sent: bool = True, retry_after: float | None = None) -> None:
        super().__init__(detail or self.code)
        self.detail = detail
        self.sent = sent
        self.retry_after = retry_after  # seconds


class Unreachable(LibraryError):
    """No connection: name not found, refused, TLS failed, or the connection broke."""

    code = "unreachable"
    retryable = True


class TimedOut(LibraryError):
    """No whole answer within the time of one call."""

    code = "timed_out"
    retryable = True


class Overloaded(LibraryError):
    """Too many calls to this library are under way already; nothing was sent."""

    code = "overloaded"

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail, sent=False)


class BreakerOpen(LibraryError):
    """The library failed repeatedly and is left alone for a while; nothing was sent."""

    code = "breaker_open"

    def __init__(self, detail: str = "", *, retry_after: float | None = None) -> None:
        super().__init__(detail, sent=False, retry_after=retry_after)


class ServerFailure(LibraryError):
    """The library answered with a failure of its own (HTTP 5xx)."""

    code = "server_failure"
    retryable = True


class RateLimited(LibraryError):
    """The library asks us to wait; ``retry_after`` in seconds where it told."""

    code = "rate_limited"


class Refused(LibraryError):
    """The library refuses *us*: wrong key, missing right, capability switched off there."""

    code = "refused"


class UnexpectedAnswer(LibraryError):
    """An answer that the contract does not know: other format, missing field, broken JSON."""

    code = "unexpected_answer"


class WrongPatron(UnexpectedAnswer):
    """An answer about somebody else than the patron asked for; a security event."""

    code = "wrong_patron"


class Unsupported(LibraryError):
    """The connector lacks the capability; asking for it is a fault of the caller."""

    code = "unsupported"


@runtime_checkable
class Connector(Protocol):
    """The voice of one configured library.

    ``capabilities`` is what it can do, ``absent`` gives every other :class:`Capability` with a
    reason in plain words (English, for IT).
    """

    @property
    def capabilities(self) -> frozenset[Capability]: ...

    @property
    def absent(self) -> Mapping[Capability, str]: ...

    async def close(self) -> None: ...


@runtime_checkable
class VerifiesPatrons(Protocol):
    """``Capability.VERIFY_PATRON``.

    ``checks_pin_by_number`` says whom ``check_pin`` asks about: true for the card number of the
    ``PatronRef``, so that a refusal may only mean that the card was renewed, and is worth one more
    check with the number of today; false for the permanent id, where the number makes no difference
    and a second check would send a refused PIN twice (libraries count refusals and lock cards).
    """

    @property
    def checks_pin_by_number(self) -> bool: ...

    async def verify_patron(self, card_number: str, pin: str) -> Verification:
        """Check a number and PIN typed by a person. ``Verified.patron_id`` is the permanent id."""
        ...

    async def check_pin(self, patron: PatronRef, pin: str) -> Verification:
        """Check a stored PIN of a known patron, in one call. Raises ``WrongPatron`` when the
        library answers for somebody else."""
        ...


@runtime_checkable
class ReadsPatrons(Protocol):
    """``Capability.READ_PATRON``."""

    async def read_patron(self, patron_id: str) -> PatronRecord | NotAPatron: ...


@runtime_checkable
class ListsLoans(Protocol):
    """``Capability.LIST_LOANS``: all of them, whatever the library's page size."""

    async def list_loans(self, patron_id: str) -> tuple[Loan, ...] | NotAPatron: ...


@runtime_checkable
class AsksRenewability(Protocol):
    """``Capability.ASK_RENEWABILITY``: one loan, with ``renewable`` true or false."""

    async def read_loan(self, patron_id: str, loan_id: str) -> Loan | NoSuchLoan: ...


@runtime_checkable
class RenewsLoans(Protocol):
    """``Capability.RENEW_LOANS``."""

    async def renew_loans(self, patron_id: str, loan_ids: Sequence[str] | None) -> tuple[Renewal, ...]:
        """Renew the given loans, or all when ``None``; one result each, never all or nothing.

        A loan that is not this patron's is ``NoSuchLoan`` and no renewal of it is sent. Raises
        ``LibraryError`` only when nothing could be tried at all.
        """
        ...
