"""Ids of loans, holds and fees as the outside sees them: the card's id and the library's own, in one word."""

import base64
import binascii
import uuid


def write_native_id(card_id: uuid.UUID, native: str) -> str:
    """An id that is safe in a path, whatever characters the library uses in its own."""
    word = base64.urlsafe_b64encode(native.encode()).decode().rstrip("=")
    return f"{card_id.hex}-{word}"


def read_native_id(text: str) -> tuple[uuid.UUID, str] | None:
    """Card id and the library's own id; ``None`` when the text is no id of ours."""
    card, dash, word = text.partition("-")
    if not dash or not word or len(text) > 400:
        return None
    try:
        native = base64.b64decode(word + "=" * (-len(word) % 4), altchars=b"-_", validate=True).decode()
        return uuid.UUID(hex=card), native
    except (ValueError, binascii.Error):
        return None
