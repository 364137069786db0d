"""Makes the people of a simulated library: the same ones every time for the same kind and seed."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from random import Random

from discovery_accounts.simulator.catalogue import works
from discovery_accounts.simulator.loans import LoanMaker
from discovery_accounts.simulator.records import Attribute, Biblio, Identifier, LibraryKind, Loan, Patron

#: An identifier of the third Alma patron that looks like a card number but is none: it opens the record
#: when any identifier is accepted and must not when card numbers are asked for.
STUDENT_NUMBER_LIKE_A_CARD = "HK19999"
#: Two patrons who share an address and, in Koha, the user name at a university that is an attribute.
SHARING = (11, 12)
#: The type of that attribute.
UNIVERSITY_NAME = "EPPN"
#: The card number that the `old_barcode` patron of Alma had before; it is kept, inactive.
INACTIVE_BARCODE = "HK09008"


@dataclass(frozen=True, slots=True)
class Named:
    """A patron with a fixed card number, PIN and story, present in every population of that size."""

    kind: str
    pin: str
    given_name: str
    family_name: str
    loans: int


_SHARED = (
    ("good", "1234", 6),
    ("child", "2345", 4),
    ("no_loans", "3456", 0),
    ("many_loans", "4567", 230),
    ("blocked", "5678", 3),
    ("expired", "6789", 2),
)
_ALMA_ONLY = (("external", "7890", 2), ("old_barcode", "8901", 3))
_GIVEN: dict[str, tuple[str, ...]] = {
    "koha": ("Aino", "Eero", "Helmi", "Onni", "Liisa", "Matti", "Kaisa", "Juhani", "Elsa", "Väinö"),
    "alma": ("Ingrid", "Olav", "Astrid", "Lars", "Solveig", "Håkon", "Kari", "Nils", "Åse", "Jon"),
}
_FAMILY: dict[str, tuple[str, ...]] = {
    "koha": ("Olavi", "Olavi", "Tuomas", "Mikael", "Antti", "Kalle", "Henrik", "Oskari"),
    "alma": ("Martin", "Martin", "Simon", "Anton", "Henrik", "Oskar", "Petter", "Tobias"),
}


def named(kind: LibraryKind) -> tuple[Named, ...]:
    """The fixed patrons of a kind, in the order in which they come first in every population."""
    stories = _SHARED + (_ALMA_ONLY if kind == "alma" else ())
    return tuple(
        Named(story, pin, _GIVEN[kind][n], _FAMILY[kind][n], loans)
        for n, (story, pin, loans) in enumerate(stories)
    )


def card_number(kind: LibraryKind, position: int) -> str:
    """The card number of the patron at a position, counted from 1."""
    return f"2127{position:07d}" if kind == "koha" else f"HK{10000 + position}"


@dataclass(frozen=True, slots=True)
class Population:
    """Everything a new library knows: catalogue, people and what they have borrowed."""

    biblios: tuple[Biblio, ...]
    patrons: tuple[Patron, ...]
    identifiers: tuple[Identifier, ...]
    loans: tuple[Loan, ...]
    attributes: tuple[Attribute, ...] = ()


def populate(kind: LibraryKind, seed: int = 1, patrons: int = 40, now: datetime | None = None) -> Population:
    """People and loans of a library with that many patrons; due dates count from `now`.

    A smaller population is the beginning of a larger one, ids included.
    """
    moment = now or datetime.now(UTC)
    biblios = works()
    maker = LoanMaker(kind, biblios)
    people = tuple(_people(kind, seed, patrons, moment.date()))
    loans: list[Loan] = []
    for patron, count in people:
        loans += maker.starting_loans(patron, count, Random(f"{kind}-{seed}-{patron.patron_id}"), moment)
    known = tuple(patron for patron, _ in people)
    attributes = tuple(_attributes(known)) if kind == "koha" else ()
    return Population(biblios, known, tuple(_identifiers(kind, known)), tuple(loans), attributes)


def _people(kind: LibraryKind, seed: int, patrons: int, today: date) -> Iterator[tuple[Patron, int]]:
    fixed = named(kind)
    for position in range(1, patrons + 1):
        if position <= len(fixed):
            story = fixed[position - 1]
        else:
            chance = Random(f"{kind}-{seed}-person-{position}")
            story = Named(
                "good",
                f"{chance.randrange(10000):04d}",
                chance.choice(_GIVEN[kind]),
                chance.choice(_FAMILY[kind]),
                chance.randint(1, 12),
            )
        yield _patron(kind, position, story, today), story.loans


def _patron(kind: LibraryKind, position: int, story: Named, today: date) -> Patron:
    age = 10 if story.kind == "child" else 20 + position % 60
    patron = Patron(
        patron_id=str(100 + position) if kind == "koha" else f"u{1000 + position}",
        card_number=card_number(kind, position),
        pin=story.pin,
        userid=f"reader{position}",
        given_name=story.given_name,
        family_name=story.family_name,
        email=f"{_own_name(position)}@{kind}.example",
        birth_date=date(today.year - age, 1 + position % 12, 1 + position % 28).isoformat(),
        enrolled_on=(today - timedelta(days=400)).isoformat(),
        expires_on=(today + timedelta(days=700)).isoformat(),
        kind=story.kind,
        child=story.kind == "child",
    )
    if story.kind == "expired":
        return replace(patron, expires_on=(today - timedelta(days=45)).isoformat())
    return replace(patron, restricted=story.kind == "blocked", external=story.kind == "external")


def _own_name(position: int) -> str:
    return "family" if position in SHARING else f"reader{position}"


def _attributes(patrons: tuple[Patron, ...]) -> Iterator[Attribute]:
    for position, patron in enumerate(patrons, 1):
        name = f"{_own_name(position)}@university.example"
        yield Attribute(position, patron.patron_id, UNIVERSITY_NAME, name)


def _identifiers(kind: LibraryKind, patrons: tuple[Patron, ...]) -> Iterator[Identifier]:
    if kind != "alma":
        return
    for patron in patrons:
        if patron.kind == "no_loans":
            yield Identifier(patron.patron_id, "INST_ID", STUDENT_NUMBER_LIKE_A_CARD)
        if patron.kind == "old_barcode":
            yield Identifier(patron.patron_id, "BARCODE", INACTIVE_BARCODE, active=False)
