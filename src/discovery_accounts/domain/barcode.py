"""What a barcode on a card can hold, and how its number is read out to people."""

from enum import StrEnum

_CODE_39 = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%")
"""ISO/IEC 16388 without ``*``, which begins and ends the symbol; small letters are none of them."""
_CODE_128 = frozenset(map(chr, range(0x20, 0x7F)))
"""What can be typed on a keyboard, of what ISO/IEC 15417 can hold."""
_LONGEST = 24
"""Characters; more would be bars too thin for a telephone's screen."""
_GROUP = 4


class Symbology(StrEnum):
    """How the machines at a library's desks read its cards; ``NONE`` are numbers without bars."""

    CODE39 = "code39"
    CODE128 = "code128"
    NONE = "none"


def drawable(number: str, symbology: Symbology) -> Symbology:
    """The symbology in which ``number`` can be drawn: the library's own, or ``NONE``."""
    letters = {Symbology.CODE39: _CODE_39, Symbology.CODE128: _CODE_128}.get(symbology, frozenset())
    fits = 0 < len(number) <= _LONGEST and set(number) <= letters
    return symbology if fits else Symbology.NONE


def in_groups(number: str) -> tuple[str, ...]:
    """Pieces of four to read out or type over; nobody is left with a single one at the end."""
    pieces = [number[at : at + _GROUP] for at in range(0, len(number), _GROUP)]
    if len(pieces) > 1 and len(pieces[-1]) == 1:
        last = pieces.pop()
        pieces[-1] += last
    return tuple(pieces)
