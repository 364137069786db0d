"""For whom a record is: children, young people or adults."""

import re

CHILDREN, YOUNG, ADULTS = "children", "young", "adults"

# MARC 21, 008/22 of books, music and visual materials
_BY_CODE = {
    "a": CHILDREN,
    "b": CHILDREN,
    "c": CHILDREN,
    "j": CHILDREN,
    "d": YOUNG,
    "e": ADULTS,
    "f": ADULTS,
    "g": ADULTS,
}
_TYPES = "acdgijmt"
_AGE = re.compile(r"(?<!\d)\d{1,2}(?!\d)")


def audience_of_marc(leader: str, field_008: str, ages: tuple[str, ...]) -> str | None:
    """``ages`` are the texts of 521 with first indicator 1, interest age level."""
    if leader[6:7].lower() in _TYPES and (found := _BY_CODE.get(field_008[22:23])):
        return found
    for text in ages:
        if age := _AGE.search(text[:200]):
            years = int(age.group())
            return CHILDREN if years < 13 else YOUNG if years < 18 else ADULTS
    return None
