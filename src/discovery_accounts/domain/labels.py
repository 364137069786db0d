"""The names a person gives: to a card, and to their account."""

import unicodedata

from discovery_accounts.domain.card_number import BadShape

MAX_LABEL = 60  # characters


def clean_label(typed: str, field: str = "label") -> str:
    """One line of at most 60 characters, blanks folded. Raises ``BadShape`` about ``field``."""
    text = " ".join(unicodedata.normalize("NFC", typed).split())
    if not text:
        raise BadShape(field, "missing")
    if len(text) > MAX_LABEL:
        raise BadShape(field, "too_long")
    if any(unicodedata.category(character) in {"Cc", "Cs", "Co", "Cn"} for character in text):
        raise BadShape(field, "bad_characters")
    return text
