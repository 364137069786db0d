"""How sure a way of signing in makes us of who it is (rules 4.6)."""

from enum import StrEnum


class Strength(StrEnum):
    """Weak: somebody reads the mail or the phone of the person. Normal: a PIN, a password. Strong: the
    person was identified by the state or by a second factor."""

    WEAK = "weak"
    NORMAL = "normal"
    STRONG = "strong"

    def at_least(self, other: "Strength") -> bool:
        return _ORDER.index(self) >= _ORDER.index(other)


_ORDER = (Strength.WEAK, Strength.NORMAL, Strength.STRONG)
