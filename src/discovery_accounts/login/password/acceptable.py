"""What a new password must be (NIST SP 800-63B, 3.1.1.2): long enough, and none that others would guess.

There are no rules about kinds of characters, and it never ends by itself.
"""

from collections.abc import Iterable

from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.login.password.guessable import is_guessable

MIN_LENGTH = 12  # characters
MAX_LENGTH = 256  # characters; people's password managers make at most 128


def check_new_password(password: str, about: Iterable[str] = ()) -> str:
    """The password unchanged. Raises ``BadShape``. ``about`` are words others would try for this person:
    names, parts of the address, the service."""
    if not password:
        raise BadShape("password", "missing")
    if len(password) < MIN_LENGTH:
        raise BadShape("password", "too_short")
    if len(password) > MAX_LENGTH:
        raise BadShape("password", "too_long")
    if any(ord(character) < 0x20 or 0xD800 <= ord(character) <= 0xDFFF for character in password):
        raise BadShape("password", "bad_characters")
    if is_guessable(password, about):
        raise BadShape("password", "too_common")
    return password
