"""The shape of user names and passwords of organisations, checked before any directory is asked."""

from discovery_accounts.domain.card_number import BadShape

MAX_USER_NAME = 256  # characters
MAX_PASSWORD = 1024  # characters


def check_user_name(typed: str) -> str:
    """The name without blanks around it. Raises ``BadShape``."""
    name = typed.strip()
    if not name:
        raise BadShape("username", "missing")
    if len(name) > MAX_USER_NAME:
        raise BadShape("username", "too_long")
    if not name.isprintable():
        raise BadShape("username", "bad_characters")
    return name


def check_password(typed: str) -> str:
    """The password unchanged. Raises ``BadShape``: an empty one would be no password at all to a directory
    (RFC 4513, 5.1.2), so it is never asked about one."""
    if not typed.strip():
        raise BadShape("password", "missing")
    if len(typed) > MAX_PASSWORD:
        raise BadShape("password", "too_long")
    if any(ord(character) < 0x20 or 0xD800 <= ord(character) <= 0xDFFF for character in typed):
        raise BadShape("password", "bad_characters")
    return typed
