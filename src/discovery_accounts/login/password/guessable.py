"""Whether a password is one that everybody tries first.

Passwords of twelve characters and more that are found in leaks are nearly always made the same way: one or
two of some hundred words, written with 0 for o, a row of the keyboard, a year, an exclamation mark. So
instead of a list of passwords there is the list of words and the ways of making them: what a password
costs is about how many choices it took.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache

from discovery_accounts.login.password.common_words import WALKS, WORDS

LIMIT = 5
"""Two common words with a year cost this much, and are refused; twelve letters by chance cost about twelve."""

_WORD, _ABOUT, _WALK, _LETTER = 2, 1, 2, 1
_YEAR = re.compile(r"(?:19|20)\d\d")
_RUNS = re.compile(r"(?P<letters>[^\W\d_]+)|(?P<digits>\d+)|(?P<other>[\W_]+)")
_REPEATED = re.compile(r"(.{3,}?)\1+", re.DOTALL)
_WRITTEN_FOR_LETTERS = re.compile(r"(?:(?<=[^\W\d_])|^)[0-9@$!|€]{1,3}(?=[^\W\d_])")
_LETTERS_FOR = (
    str.maketrans("0123456789@$!|€", "oizeasbtbgasile"),
    str.maketrans("0123456789@$!|€", "olreasgtbpasile"),
)


def is_guessable(password: str, about: Iterable[str] = ()) -> bool:
    """Whether the password is made of so little that others come upon it. ``about`` are words that
    belong to the person or the service."""
    near = frozenset(part for word in about for part in re.findall(r"[^\W\d_]{3,}", _plain(word)))
    written = _plain(password)
    forms = {written, written[::-1], *_read_as_letters(written)}
    return any(_is_walk(form) or _cost(_said_once(form), near) <= LIMIT for form in forms)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _read_as_letters(text: str) -> Iterator[str]:
    for letters in _LETTERS_FOR:
        yield _WRITTEN_FOR_LETTERS.sub(lambda found, to=letters: found.group().translate(to), text)  # type: ignore[misc]


def _said_once(text: str) -> str:
    """The text without what it repeats, the beginning of one more time at the end included."""
    found = _REPEATED.search(text)
    if found is None:
        return text
    unit, rest = found[1], text[found.end() :]
    more = next((n for n in range(len(unit) - 1, 0, -1) if rest.startswith(unit[:n])), 0)
    return text[: found.start()] + unit + _said_once(rest[more:])


def _cost(text: str, near: frozenset[str]) -> int:
    total = 0
    for run in _RUNS.finditer(text):
        if run["letters"]:
            total += _letters(run["letters"], near)
        elif run["digits"]:
            total += _digits(run["digits"])
        else:
            total += _signs(run["other"])
    return total


def _signs(run: str) -> int:
    """Signs at the end, or between words, are what rules once asked for; pictures are chosen."""
    return min(len(set(run)) - 1, len(run) // 3) if run.isascii() else len(set(run))


def _letters(run: str, near: frozenset[str]) -> int:
    """The cheapest way of putting the run together from words, walks and single letters."""
    cheapest = [0] + [len(run) * _LETTER] * len(run)
    for end in range(1, len(run) + 1):
        cheapest[end] = cheapest[end - 1] + _LETTER
        for start in range(end - 2):
            piece = run[start:end]
            price = _price(piece, near)
            if price is not None:
                cheapest[end] = min(cheapest[end], cheapest[start] + price)
    return cheapest[-1]


def _price(piece: str, near: frozenset[str]) -> int | None:
    if piece in near:
        return _ABOUT
    if piece in WORDS:
        return _WORD
    return _WALK if _is_walk(piece) else None


def _digits(run: str) -> int:
    if _YEAR.fullmatch(run) or len(run) == 1 or _is_walk(run):
        return 1
    if len(run) <= 4 or (len(run) <= 8 and (_YEAR.match(run) or _YEAR.fullmatch(run[-4:]))):
        return 2  # a few digits, or a date
    return len(run) - 2


@cache
def _walks() -> str:
    both = [way for walk in WALKS for way in (walk, walk[::-1])]
    return " ".join(both)


def _is_walk(piece: str) -> bool:
    """Signs that follow each other on a keyboard, in the alphabet, in counting; or one sign again and again."""
    return len(piece) >= 3 and (len(set(piece)) == 1 or piece in _walks())
