"""Words as every search of ours compares them: small letters, no marks, nothing between them.

Folded once here, so that each database and engine gives the same answer: ``Ångström`` and ``ANGSTROM`` are one word,
and ``Øyvind`` is ``oyvind``.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

_LETTERS = str.maketrans(
    {
        "ø": "o",
        "æ": "ae",
        "œ": "oe",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ł": "l",
        "ı": "i",
        "ŋ": "ng",
        "ŧ": "t",
        "ħ": "h",
        "ə": "e",
        # what libraries write for letters that the Latin alphabet lacks: “Gogolʹ”, “Qurʼān”
        "\u02b9": None,
        "\u02ba": None,
        "\u02bb": None,
        "\u02bc": None,
        "\u02be": None,
        "\u02bf": None,
    }
)
"""Letters that Unicode takes for letters of their own; after casefolding, so in small letters only."""

_WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """In small letters and without marks; everything else stays where it is."""
    if text.isascii():
        return text.lower()
    return _bare(_bare(text).casefold()).translate(_LETTERS)


def fold_all(words: Sequence[str]) -> list[str]:
    """Each of many words folded, for much less than one by one. None of them has a line break in it."""
    return fold("\n".join(words)).split("\n") if words else []


def words(text: str) -> tuple[str, ...]:
    """The folded words of a text in their order: runs of letters and digits. What stands between them parts
    them, hyphens and apostrophes too: ``e-kirja`` is two words."""
    found: list[str] = []
    for piece in text.split():
        found += words_of_piece(piece)
    return tuple(found)


@lru_cache(maxsize=1 << 15)
def words_of_piece(piece: str) -> tuple[str, ...]:
    """``words`` of a text without blanks, remembered: the same come again and again."""
    return tuple(_WORD.findall(fold(piece)))


def plain_words(text: str) -> tuple[str, ...]:
    """The words of a text in small letters with their marks, as stemmers know them."""
    return tuple(_WORD.findall(unicodedata.normalize("NFKC", text).lower()))


def _bare(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text)
    return "".join([each for each in parts if not unicodedata.combining(each)])
