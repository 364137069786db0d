"""The shape of card numbers and PINs, checked before any library is asked (checklist B8).

Cards are typed as they are printed, with spaces and dashes; libraries know them without.
A shape that no library could know is refused here, so that it costs no call and no try.
"""

import re

MAX_CARD_NUMBER = 64  # characters
MAX_PIN = 128  # characters

_SEPARATORS = re.compile(r"[\s\-\u2010-\u2015]+")
_CARD_NUMBER = re.compile(r"[0-9A-Za-z@._+/]{2,64}", re.ASCII)


class BadShape(Exception):
    """Something typed or chosen can't be right. Holds the field's name and a code, never the value; ``at`` is at
    which character of the field, counted from 0, where that is known."""

    def __init__(self, field: str, code: str, *, at: int | None = None) -> None:
        super().__init__(f"{field}: {code}")
        self.field = field
        self.code = code
        self.at = at


def normalise_card_number(typed: str) -> str:
    """The number as the library knows it: no spaces, no dashes. Raises ``BadShape``.

    Digits of other scripts are refused rather than guessed at: a keyboard that makes them does
    so unnoticed, and the message at the field says what to do.
    """
    if not typed.strip():
        raise BadShape("card_number", "missing")
    if len(typed) > 2 * MAX_CARD_NUMBER:
        raise BadShape("card_number", "too_long")
    if _has_controls(typed):
        raise BadShape("card_number", "bad_characters")
    number = _SEPARATORS.sub("", typed)
    if len(number) > MAX_CARD_NUMBER:
        raise BadShape("card_number", "too_long")
    if not _CARD_NUMBER.fullmatch(number) or set(number) <= {".", "/"}:
        raise BadShape("card_number", "bad_characters")
    return number


def check_pin(typed: str) -> str:
    """The PIN unchanged; raises ``BadShape``. Blanks inside or around it may belong to it."""
    if not typed.strip():
        raise BadShape("pin", "missing")
    if len(typed) > MAX_PIN:
        raise BadShape("pin", "too_long")
    if _has_controls(typed):
        raise BadShape("pin", "bad_characters")
    if any(0xD800 <= ord(character) <= 0xDFFF for character in typed):
        raise BadShape("pin", "bad_characters")
    if any(character.isdigit() and not character.isascii() for character in typed):
        raise BadShape("pin", "other_digits")
    return typed


def last_four(number: str) -> str:
    """The only part of a number that pages and messages show; of a number so short that this would
    be all of it, half."""
    return number[-4:] if len(number) > 5 else number[-max(1, len(number) // 2) :]


def _has_controls(text: str) -> bool:
    return any(ord(character) < 0x20 or 0x7F <= ord(character) < 0xA0 for character in text)
