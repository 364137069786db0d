"""The name a person gives to a card."""

import unicodedata

from discovery_accounts.domain.card_number import BadShape

MAX_LABEL = 60  # characters


def clean_label(typed: str) -> str:
    """One line of at most 60 characters, blanks folded. Raises ``BadShape``."""
    text = " ".join(unicodedata.normalize("NFC", typed).split())
    if not text:
        raise BadShape("label", "missing")
    if len(text) > MAX_LABEL:
        raise BadShape("label", "too_long")
    if any(unicodedata.category(character) in {"Cc", "Cs", "Co", "Cn"} for character in text):
        raise BadShape("label", "bad_characters")
    return text
