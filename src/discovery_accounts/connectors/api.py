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
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

from discovery_accounts.connectors.failures import BreakerOpen as BreakerOpen
from discovery_accounts.connectors.failures import LibraryError as LibraryError
from discovery_accounts.connectors.failures import NotMade as NotMade
from discovery_accounts.connectors.failures import Overloaded as Overloaded
from discovery_accounts.connectors.failures import RateLimited as RateLimited
from discovery_accounts.connectors.failures import Refused as Refused
from discovery_accounts.connectors.failures import ServerFailure as ServerFailure
from discovery_accounts.connectors.failures import TimedOut as TimedOut
from discovery_accounts.connectors.failures import UnexpectedAnswer as UnexpectedAnswer
from discovery_accounts.connectors.failures import Unreachable as Unreachable
from discovery_accounts.connectors.failures import Unsupported as Unsupported
from discovery_accounts.connectors.failures import WrongPatron as WrongPatron
from discovery_accounts.domain.standing import Block, Standing


class Capability(StrEnum):
    """What a connector may be able to do; what it can't is declared, never a surprise."""

    VERIFY_PATRON = "verify_patron"
    READ_PATRON = "read_patron"
    LIST_LOANS = "list_loans"
    ASK_RENEWABILITY = "ask_renewability"
    RENEW_LOANS = "renew_loans"
    FIND_PATRONS = "find_patrons"
    MAKE_PATRONS = "make_patrons"
    CHANGE_PATRONS = "change_patrons"
    REMOVE_PATRONS = "remove_patrons"


@dataclass(frozen=True, slots=True)
class PatronRef:
    """A patron as we know them: the permanent id, and the last card number we were told."""

    patron_id: str
    card_number: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PatronRecord:
    """What the library holds about a patron, as far as a portal needs it.

    ``card_number`` is the number valid now (it changes when a card is renewed), ``expires_on``
    the last day of the membership in the library's own zone, ``email`` and ``phone`` the contact
    on file.
    """

    patron_id: str
    card_number: str | None = field(repr=False)
    standing: Standing
    blocks: tuple[Block, ...] = ()
    expires_on: date | None = None
    email: str | None = field(default=None, repr=False)
    given_names: str | None = field(default=None, repr=False)
    family_name: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class NotAPatron:
    """The library has no such patron (any more)."""


@dataclass(frozen=True, slots=True, repr=False)
class PatronDetails:
    """What a library is told of a person; ``None`` is not told, and changes nothing.

    ``identity_code`` is the national one. ``shared_id`` is a field of ``FindsPatrons.match_fields``
    and the value that library and provider share. ``language`` is a code of ours (fi, sv, nb, en).
    """

    given_names: str | None = None
    family_name: str | None = None
    email: str | None = None
    phone: str | None = None
    user_name: str | None = None
    identity_code: str | None = None
    shared_id: tuple[str, str] | None = None
    language: str | None = None

    @property
    def told(self) -> tuple[str, ...]:
        """The names of the fields that are given."""
        return tuple(one.name for one in fields(self) if getattr(self, one.name) is not None)

    def __repr__(self) -> str:
        return f"PatronDetails(told={self.told})"


@dataclass(frozen=True, slots=True)
class ChangeRefused:
    """Nothing was changed: these fields, by their names in ``PatronDetails``, are not the portal's
    to change there (somebody else maintains them, or a value is taken)."""

    fields: tuple[str, ...]


class NotRemovable(StrEnum):
    """Why a patron can't be removed; ``LIBRARY_SAYS_NO`` when the vendor's reason is unknown."""

    OPEN_LOANS = "open_loans"
    UNPAID_FEES = "unpaid_fees"
    GUARANTOR = "guarantor"
    PROTECTED = "protected"
    LIBRARY_SAYS_NO = "library_says_no"


@dataclass(frozen=True, slots=True)
class Removed:
    """The library removed the record."""


@dataclass(frozen=True, slots=True)
class NotRemoved:
    """The library keeps the record; ``because`` is a code of :class:`NotRemovable`."""

    because: str


Removal = Removed | NotRemoved | NotAPatron
Change = PatronRecord | NotAPatron | ChangeRefused


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


MOST_FOUND = 3
"""More is never told: none, one and several is all that a caller needs to know."""


CARD_NUMBER = "card_number"
"""A field by which every library finds patrons: the number that a person types to sign in, in force."""


@runtime_checkable
class FindsPatrons(Protocol):
    """``Capability.FIND_PATRONS``: whole values only, whatever signs are in them; at most ``MOST_FOUND``.

    ``match_fields`` are the fields to find by, beside ``CARD_NUMBER``. A ``*`` in one stands for a code of
    the library's own.
    """

    @property
    def match_fields(self) -> tuple[str, ...]: ...

    async def find_patrons(self, field: str, value: str) -> tuple[PatronRecord, ...]:
        """Everybody with that value. Raises ``Unsupported`` for a field there is not."""
        ...

    async def find_by_email(self, email: str) -> tuple[PatronRecord, ...]:
        """Everybody with that address on file, however they stand; capital letters make no difference."""
        ...


@runtime_checkable
class MakesPatrons(Protocol):
    """``Capability.MAKE_PATRONS``."""

    async def make_patron(self, details: PatronDetails, once: str) -> PatronRecord:
        """A new patron, or the one made before with the same ``once``, a word that is nobody's name.

        Raises ``NotMade`` when the library will not. After any other failure that was ``sent`` the
        patron may have been made: ask again with the same word.
        """
        ...


@runtime_checkable
class ChangesPatrons(Protocol):
    """``Capability.CHANGE_PATRONS``: all of the fields told, or none of them."""

    async def change_patron(self, patron_id: str, changes: PatronDetails) -> Change: ...


@runtime_checkable
class RemovesPatrons(Protocol):
    """``Capability.REMOVE_PATRONS``: open loans, fees and guarantees keep a patron."""

    async def remove_patron(self, patron_id: str) -> Removal: ...
