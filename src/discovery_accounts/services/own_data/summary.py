"""What is stored about a person, for one page: small parts with their rows, large ones by their number."""

from dataclasses import dataclass, field

from discovery_accounts.services.house import House
from discovery_accounts.services.own_data.parts import Part, Reader
from discovery_accounts.services.own_data.reading import NUMBER, Row, count_of, rows_of
from discovery_accounts.services.own_data.register import PARTS

MOST = 20
"""Rows of a part on a page; all are in the archive."""
COUNTED = frozenset(
    {
        "pins_given",
        "reminders",
        "alert_news",
        "list_items",
        "list_tags",
        "list_acts",
        "card_events",
        "events",
    }
)
"""Parts that a page tells only by their number: there may be very many, or nobody could make use of them."""
READING = frozenset({"alerts", "alert_news", "lists", "list_items", "list_tags", "reviews", "review_reports"})
"""What somebody reads and looks for. Staff are shown how many there are, no more."""


@dataclass(frozen=True, slots=True)
class Section:
    """One part. ``count`` are all rows there are, ``rows`` those to be shown."""

    part: Part
    count: int
    rows: tuple[Row, ...] = field(repr=False)


def sections(house: House, reader: Reader, *, counted: frozenset[str] = COUNTED) -> tuple[Section, ...]:
    """All parts that have something, those in ``counted`` without their rows."""
    found = []
    for part in PARTS:
        count = count_of(house, part, reader)
        if count:
            shown = () if part.name in counted else _rows(house, part, reader)
            found.append(Section(part, count, shown))
    return tuple(found)


def _rows(house: House, part: Part, reader: Reader) -> tuple[Row, ...]:
    """Without whole numbers of cards: a page shows the last four digits."""
    rows = rows_of(house, part, reader, most=MOST)
    return tuple({name: value for name, value in row.items() if name != NUMBER} for row in rows)
