"""Who a patron is, how they stand, and whether a PIN is theirs."""

from dataclasses import dataclass, field
from datetime import date
from typing import Protocol, runtime_checkable

from discovery_accounts.domain.money import Money
from discovery_accounts.domain.standing import Block, Standing


@dataclass(frozen=True, slots=True)
class PatronRef:
    """A patron as we know them: the permanent id, and the last card number we were told.

    No repr shows the id: where a library has no better one, it is the card number itself.
    """

    patron_id: str = field(repr=False)
    card_number: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PatronRecord:
    """What the library holds about a patron, as far as a portal needs it.

    ``card_number`` is the number valid now (it changes when a card is renewed), ``expires_on``
    the last day of the membership in the library's own zone, ``email`` and ``phone`` the contact
    on file, ``owed`` the sum of all open fees where the record itself tells it, ``born_on`` the date of birth.
    """

    patron_id: str = field(repr=False)
    card_number: str | None = field(repr=False)
    standing: Standing
    blocks: tuple[Block, ...] = ()
    expires_on: date | None = None
    email: str | None = field(default=None, repr=False)
    given_names: str | None = field(default=None, repr=False)
    family_name: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)
    owed: Money | None = field(default=None, repr=False)
    born_on: date | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class NotAPatron:
    """The library has no such patron (any more)."""


@dataclass(frozen=True, slots=True)
class Verified:
    """The card number and PIN belong together; ``patron_id`` says whose they are."""

    patron_id: str = field(repr=False)
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
    """``Capability.READ_PATRON``: one call.

    ``tells_owed`` says whether records tell ``owed``; then a page that shows only the sum need not ask for
    the fees.
    """

    @property
    def tells_owed(self) -> bool: ...

    async def read_patron(self, patron_id: str) -> PatronRecord | NotAPatron: ...


@runtime_checkable
class TellsPinNeed(Protocol):
    """A connector whose library may tell nothing about a patron without that patron's own PIN. Optional for
    connectors; without it none is needed. Where one is, a card is linked by its PIN only: a link by
    invitation or for a guarantor would never show anything.
    """

    @property
    def reads_without_pin(self) -> bool: ...
