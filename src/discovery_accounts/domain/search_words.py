"""Searching in short names: case, accents and the order of words don't matter.

What is searched in is prepared once as lines of folded words, each after a space:
``" helsingin yliopisto\\n university of helsinki"``.
"""

import re
from collections.abc import Iterable

from discovery_accounts.domain import folding

_BETWEEN = re.compile(r"(?:[^\w.]|_)+")
_MOST_WORDS, _LONGEST = 8, 100


def fold(text: str) -> str:
    """Small letters without marks, words parted by one space: ``Åbo Akademi (ÅA)`` is ``abo akademi aa``."""
    return _BETWEEN.sub(" ", folding.fold(text)).strip()


def prepare(names: Iterable[str]) -> str:
    """What ``rank`` searches in: a line for each different name."""
    return "\n".join(dict.fromkeys(f" {folded}" for name in names if (folded := fold(name))))


def wanted_words(typed: str) -> tuple[str, ...]:
    """The words of what was typed, folded. Of an e-mail address only the domain is looked at."""
    words = [word.rpartition("@")[2] for word in typed[:_LONGEST].split()]
    return tuple(dict.fromkeys(fold(" ".join(words)).split()))[:_MOST_WORDS]


def rank(words: Iterable[str], prepared: str) -> int | None:
    """How well it fits, the best 0; ``None`` when a word is not in it.

    A word at the beginning of a name is better than one at the beginning of a word of it, that is
    better than one within a word.
    """
    total = 0
    for word in words:
        place = prepared.find(f" {word}")
        if place < 0:
            if word not in prepared:
                return None
            total += 4
        elif place > 0 and f"\n {word}" not in prepared:
            total += 1
    return total
