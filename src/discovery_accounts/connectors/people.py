"""What holds for patrons of every library: what could be a card and a PIN at all, and how they stand."""

from collections.abc import Sequence

from discovery_accounts.domain.card_number import BadShape, check_pin, normalise_card_number
from discovery_accounts.domain.standing import Block, BlockCode, Standing


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


def standing_of(blocks: Sequence[Block], expired: bool) -> tuple[Standing, tuple[Block, ...]]:
    """How a patron stands, and every reason.

    A patron with a block is ``blocked`` even when the membership has ended too: renewing it would
    not be enough.
    """
    if not expired:
        return (Standing.BLOCKED if blocks else Standing.GOOD), tuple(blocks)
    standing = Standing.BLOCKED if blocks else Standing.EXPIRED
    return standing, (*blocks, Block(BlockCode.CARD_EXPIRED))
