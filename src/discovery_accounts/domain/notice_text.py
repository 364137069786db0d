"""What staff write for patrons to read: plain text of a few lines."""

import unicodedata

from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.labels import clean_label

MAX_NOTICE = 500  # characters


def clean_notice(typed: str, field: str) -> str | None:
    """The lines, each cleaned like a label; ``None`` where nothing was typed. Raises ``BadShape`` about ``field``."""
    text = unicodedata.normalize("NFC", typed).strip()
    if not text:
        return None
    lines = [clean_label(line, field, MAX_NOTICE) if line.strip() else "" for line in text.splitlines()]
    whole = "\n".join(lines)
    if len(whole) > MAX_NOTICE:
        raise BadShape(field, "too_long")
    return whole
