"""What a library says of a patron, and why (rules 2, interface ``standing``)."""

from dataclasses import dataclass
from enum import StrEnum


class Standing(StrEnum):
    """``good``, ``blocked`` or ``expired``. Sign-in and reading work in all three; acts need ``good``."""

    GOOD = "good"
    BLOCKED = "blocked"
    EXPIRED = "expired"


class BlockCode(StrEnum):
    """The reasons we have words for in every language; anything else is ``LIBRARY_SAYS``."""

    CARD_EXPIRED = "card_expired"
    RESTRICTED = "restricted"
    CARD_LOST = "card_lost"
    ADDRESS_UNKNOWN = "address_unknown"
    FEES = "fees"
    OVERDUES = "overdues"
    INACTIVE = "inactive"
    LIBRARY_SAYS = "library_says"


@dataclass(frozen=True, slots=True)
class Block:
    """One reason. ``text`` is the library's own words, shown as they are when there are any."""

    code: BlockCode
    text: str | None = None
