"""The plain records a simulated library keeps, and the one shown to whoever steers it."""

from dataclasses import dataclass, field
from typing import Literal

LibraryKind = Literal["koha", "alma"]

#: How often a loan may be renewed in every simulated library.
MAX_RENEWALS = 5


@dataclass(frozen=True, slots=True)
class Biblio:
    """One work in the catalogue. `language` is an ISO 639-2 code, `year` the year of the printing."""

    biblio_id: int
    title: str
    subtitle: str | None
    author: str
    year: int
    language: str


@dataclass(frozen=True, slots=True)
class Loan:
    """One copy lent to one patron. Times are seconds since 1970 (UTC).

    `reserved` means that somebody waits for the copy; `returned_at` is set on past loans only.
    """

    loan_id: int
    patron_id: str
    item_id: int
    barcode: str
    biblio_id: int
    taken_at: int
    due_at: int
    renewals: int = 0
    renewed_at: int | None = None
    reserved: bool = False
    returned_at: int | None = None


@dataclass(frozen=True, slots=True)
class Patron:
    """One patron record. Dates are ISO 8601 (`2030-12-31`).

    `external` marks an Alma account whose password is kept somewhere else, so it can't be checked.
    """

    patron_id: str
    card_number: str = field(repr=False)
    pin: str = field(repr=False)
    userid: str = field(repr=False)
    given_name: str = field(repr=False)
    family_name: str = field(repr=False)
    email: str = field(repr=False)
    birth_date: str = field(repr=False)
    enrolled_on: str
    expires_on: str
    kind: str
    child: bool = False
    external: bool = False
    restricted: bool = False
    wrong_pins: int = 0

    @property
    def has_card(self) -> bool:
        """Whether there is a card number; one that can't be printed stands for none."""
        return self.card_number.isprintable()


@dataclass(frozen=True, slots=True)
class Identifier:
    """A further identifier of an Alma patron: an old card number, a student number."""

    patron_id: str
    id_type: str
    value: str = field(repr=False)
    active: bool = True


@dataclass(frozen=True, slots=True)
class Attribute:
    """An extended attribute of a Koha patron: a user name at a university, a personal identity code."""

    attribute_id: int
    patron_id: str
    type: str
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Obligations:
    """What a patron owes beside loans: fees in the currency of the library, and patrons looked after."""

    fees: float = 0.0
    guarantees: int = 0


@dataclass(frozen=True, slots=True)
class SimulatedPatron:
    """A patron as the tests and the demo see them: everything needed to sign in as that person.

    `kind` is one of `good`, `child`, `no_loans`, `many_loans`, `blocked`, `expired` and, in Alma,
    `external` and `old_barcode`. It tells how the record started; later changes do not alter it.
    """

    patron_id: str
    card_number: str = field(repr=False)
    pin: str = field(repr=False)
    given_name: str = field(repr=False)
    family_name: str = field(repr=False)
    email: str = field(repr=False)
    birth_date: str = field(repr=False)
    loans: int
    kind: str
