"""Where a part of a long list begins."""

from discovery_accounts.domain.card_number import BadShape

FURTHEST = 1_000_000


def read_offset(text: str) -> int:
    """How many are passed by; nothing typed is none. Raises ``BadShape``."""
    if not text:
        return 0
    if not (text.isascii() and text.isdigit()) or len(text) > len(str(FURTHEST)):
        raise BadShape("offset", "bad_format")
    return min(int(text), FURTHEST)
