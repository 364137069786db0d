"""What holds for patrons of every library: what could be a card and a PIN at all, and how they stand."""

from collections.abc import Sequence
from datetime import date
from hashlib import sha256

from discovery_accounts.domain.card_number import BadShape, check_pin, normalise_card_number
from discovery_accounts.domain.standing import Block, BlockCode, Standing

_LONGEST = 255  # characters
_OLDEST = 120  # years


def possible_card(card_number: str) -> bool:
    """Whether any library could know it. What it could not is no reason for a call or a counted try."""
    try:
        normalise_card_number(card_number)
    except BadShape:
        return False
    return True


def possible_pin(pin: str) -> bool:
    """Whether it could be anybody's PIN; see :func:`possible_card`."""
    try:
        check_pin(pin)
    except BadShape:
        return False
    return True


def possible_value(value: str) -> bool:
    """Whether any library could keep such a value of a field."""
    return value.isprintable() and 0 < len(value.strip()) <= _LONGEST


def birth_date(told: object, today: date) -> date | None:
    """The day on which somebody was born, from ISO 8601 or eight digits. Libraries fill the field with
    ``0000-00-00``, 1900 or a day to come where they do not know: what can't be true is not known."""
    try:
        day = told if isinstance(told, date) else date.fromisoformat(str(told).strip()[:10])
    except ValueError:
        return None
    return day if today.year - _OLDEST < day.year and day <= today else None


def same_address(one: str, other: str) -> bool:
    """Whether two e-mail addresses are the same. Only A to Z have capitals here: a sign of another
    alphabet that merely lower-cases to one of them makes another address."""
    return one.encode(errors="replace").lower() == other.encode(errors="replace").lower()


def made_mark(once: str) -> str:
    """What a patron made by us is marked with, so that the same ``once`` never makes a second."""
    return f"discovery-accounts-{sha256(once.encode()).hexdigest()[:32]}"


def standing_of(blocks: Sequence[Block], expired: bool) -> tuple[Standing, tuple[Block, ...]]:
    """How a patron stands, and every reason.

    A patron with a block is ``blocked`` even when the membership has ended too: renewing it would
    not be enough.
    """
    if not expired:
        return (Standing.BLOCKED if blocks else Standing.GOOD), tuple(blocks)
    standing = Standing.BLOCKED if blocks else Standing.EXPIRED
    return standing, (*blocks, Block(BlockCode.CARD_EXPIRED))
