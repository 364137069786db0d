"""The names a person gives, to a card and to their account; and a card's colour."""

import unicodedata

from discovery_accounts.domain.card_number import BadShape

MAX_LABEL = 60  # characters
COLOURS = 8
"""A card's colour is a number, 1 to this."""

_NO_TEXT = {"Cc", "Cf", "Cs", "Co", "Cn"}
_JOINERS = {"\u200c", "\u200d"}
"""They belong to words of some languages, and to pictures of several."""


def clean_label(typed: str, field: str = "label", most: int = MAX_LABEL) -> str:
    """One line of at most ``most`` characters, blanks folded, and nothing in it that can't be seen: such
    signs turn what stands beside them around. Raises ``BadShape`` about ``field``."""
    text = " ".join(unicodedata.normalize("NFC", typed).split())
    if not text:
        raise BadShape(field, "missing")
    if len(text) > most:
        raise BadShape(field, "too_long")
    kinds = {unicodedata.category(character) for character in text if character not in _JOINERS}
    if kinds & _NO_TEXT or not kinds:
        raise BadShape(field, "bad_characters")
    return text


def read_colour(typed: str) -> int | None:
    """The number of a colour; ``None`` where none was chosen. Raises ``BadShape`` about ``colour``."""
    if not typed:
        return None
    if typed not in {str(number) for number in range(1, COLOURS + 1)}:
        raise BadShape("colour", "unknown")
    return int(typed)
