"""Stems of words, by Snowball: ``kirjat`` and ``kirjan`` have one in common. They only add to what a query finds.

A stemmer knows words with their marks, so the stem is folded after it was taken.
"""

from collections.abc import Sequence
from functools import lru_cache

import Stemmer

from discovery_accounts.domain.folding import fold, fold_all

_ALGORITHMS = {"fi": "finnish", "sv": "swedish", "nb": "norwegian", "en": "english"}
_SAME = {"no": "nb", "nn": "nb"}

LANGUAGES = tuple(_ALGORITHMS)
"""Those that words have stems in."""


def language_of(code: str | None) -> str | None:
    """The one of ``LANGUAGES`` that a language's code stands for; ``None`` where there are no stems."""
    if code is None:
        return None
    known = _SAME.get(code.lower(), code.lower())
    return known if known in _ALGORITHMS else None


def stem(language: str, plain: str) -> str:
    """The folded stem of a word in small letters with its marks."""
    return fold(_stemmer(language).stemWord(plain))


def stems(language: str, plain: Sequence[str]) -> list[str]:
    """The same of many, in their order, for less."""
    return fold_all(_stemmer(language).stemWords(plain))


@lru_cache
def _stemmer(language: str) -> Stemmer.Stemmer:
    # no cache of its own: the index asks for each word once
    return Stemmer.Stemmer(_ALGORITHMS[language], 0)
