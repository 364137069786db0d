"""Made-up catalogues and saved queries, the same each time: words as frequent as words are, authors with two names,
queries about things that exist, and a few queries that very many people share."""

import random
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from discovery_accounts.domain.new_record import NewRecord

TITLE_WORDS, AUTHORS, SURNAMES, FIRST_NAMES, HEADINGS, SUBJECT_WORDS = (
    150_000,
    100_000,
    40_000,
    4_000,
    30_000,
    20_000,
)
FORMATS = (
    "book",
    "ebook",
    "audiobook",
    "journal",
    "dvd",
    "score",
    "map",
    "game",
    "cd",
    "article",
    "thesis",
    "image",
)
LANGUAGES = (
    "fin",
    "swe",
    "eng",
    "nob",
    "nno",
    "ger",
    "fre",
    "rus",
    "est",
    "sme",
    "spa",
    "ita",
    "dan",
    "ara",
    "som",
)
BRANCHES = tuple(f"branch {number}" for number in range(80))
PEOPLE_SPEAK = ("fi", "fi", "fi", "sv", "nb", "nb", "en")
_COMMON = 60
"""Title words that nobody searches for."""
_CONSONANTS, _VOWELS = "dghjklmnprstv", "eiuyäö"


def word(number: int, salt: str) -> str:
    """A word that can be spoken, another one for each number."""
    parts = [salt]
    number += len(_CONSONANTS) * len(_VOWELS)
    while number:
        number, rest = divmod(number, len(_CONSONANTS) * len(_VOWELS))
        parts.append(_CONSONANTS[rest // len(_VOWELS)] + _VOWELS[rest % len(_VOWELS)])
    return "".join(parts)


class Zipf:
    """Numbers below ``count``, the small ones far more often."""

    def __init__(self, count: int, steep: float, flat: int) -> None:
        self._sums = list(accumulate(1 / (number + flat) ** steep for number in range(count)))

    def draw(self, dice: random.Random) -> int:
        return bisect(self._sums, dice.random() * self._sums[-1])


@dataclass(frozen=True, slots=True)
class Made:
    """A record with its parts, from which queries are made."""

    title: list[str]
    authors: list[tuple[str, str]]
    headings: list[str]
    format: str
    language: str
    branches: tuple[str, ...]

    def record(self, number: int) -> NewRecord:
        authors = tuple(f"{surname}, {first}" for surname, first in self.authors)
        return NewRecord(
            record_id=str(number),
            source="made",
            title=" ".join(self.title).capitalize(),
            authors=authors,
            subjects=tuple(self.headings),
            format=self.format,
            languages=(self.language,),
            branches=self.branches,
        )


class Catalogue:
    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)
        names = random.Random(7)
        self._authors = [
            (
                word(names.randrange(SURNAMES), "a").capitalize(),
                word(int(names.random() ** 2 * FIRST_NAMES), "o").capitalize(),
            )
            for _ in range(AUTHORS)
        ]
        self._headings = [
            " ".join(word(int(names.random() ** 2 * SUBJECT_WORDS), "e") for _ in range(names.randint(1, 3)))
            for _ in range(HEADINGS)
        ]
        self._titles, self._names = Zipf(TITLE_WORDS, 1.0, 3), Zipf(AUTHORS, 0.85, 20)
        self._topics, self._places = Zipf(HEADINGS, 0.9, 10), Zipf(len(BRANCHES), 0.7, 3)
        self._formats, self._languages = Zipf(len(FORMATS), 1.0, 1), Zipf(len(LANGUAGES), 1.3, 1)

    def made(self, count: int) -> Iterator[Made]:
        dice = self._dice
        for _ in range(count):
            yield Made(
                [word(self._titles.draw(dice), "") for _ in range(dice.randint(2, 9))],
                [self._authors[self._names.draw(dice)] for _ in range(dice.choice((0, 1, 1, 1, 2)))],
                [self._headings[self._topics.draw(dice)] for _ in range(dice.randint(0, 5))],
                FORMATS[self._formats.draw(dice)],
                LANGUAGES[self._languages.draw(dice)],
                tuple({BRANCHES[self._places.draw(dice)]: None for _ in range(dice.randint(1, 6))}),
            )


@dataclass(frozen=True, slots=True)
class Saved:
    """A query as a person wrote it."""

    text: str
    filters: dict[str, list[str]]
    language: str


def saved_queries(count: int, pool: Sequence[Made], seed: int = 5) -> list[Saved]:
    """As many different ones: 38 % words, 10 % a title, 27 % an author, 16 % a subject, 6 % OR, 3 % NOT."""
    dice = random.Random(seed)
    common = {word(number, "") for number in range(_COMMON)}
    found: dict[tuple[str, str], Saved] = {}
    while len(found) < count:
        about, beside = dice.choice(pool), dice.choice(pool)
        text = _text(dice, about, beside, common)
        if text is not None:
            query = Saved(text, _filters(dice, about), dice.choice(PEOPLE_SPEAK))
            found.setdefault((query.text, str(query.filters)), query)
    return list(found.values())


def _text(dice: random.Random, about: Made, beside: Made, common: set[str]) -> str | None:
    kind = dice.random()
    rare = [one for one in about.title if one not in common]
    # whoever writes bare words means authors and subjects, too
    bare = rare + [surname.lower() for surname, _first in about.authors[:1]] + _topic_words(about)[:2]
    others = [one for one in beside.title if one not in common]
    if kind < 0.38:
        return _words(dice, bare)
    if kind < 0.48:
        return _title(dice, about.title)
    if kind < 0.75:
        return f"author:({' '.join(dice.choice(about.authors)[::-1])})" if about.authors else None
    if kind < 0.91:
        return f"subject:({dice.choice(about.headings)})" if about.headings else None
    if not bare or not others:
        return None
    return f"{dice.choice(bare)} {'OR ' if kind < 0.97 else '-'}{dice.choice(others)}"


def _topic_words(about: Made) -> list[str]:
    return [one for heading in about.headings for one in heading.split()]


def _words(dice: random.Random, known: list[str]) -> str | None:
    if not known:
        return None
    chosen = dice.sample(known, min(len(known), dice.choice((1, 1, 2, 2, 2, 3))))
    if len(chosen) == 1 and len(chosen[0]) > 5 and dice.random() < 0.1:
        return f"{chosen[0][:-1]}*"
    return " ".join(chosen)


def _title(dice: random.Random, title: list[str]) -> str | None:
    if len(title) < 3:
        return None
    length = dice.randint(2, min(4, len(title)))
    start = dice.randint(0, len(title) - length)
    return f'title:"{" ".join(title[start : start + length])}"'


def _filters(dice: random.Random, about: Made) -> dict[str, list[str]]:
    chosen: dict[str, list[str]] = {}
    if dice.random() < 0.3:
        chosen["format"] = [about.format]
    if dice.random() < 0.2:
        chosen["branches"] = list(about.branches[: dice.randint(1, 3)])
    if dice.random() < 0.1:
        chosen["languages"] = [about.language]
    return chosen


def sharers(distinct: int, alerts: int, seed: int = 9) -> list[int]:
    """How many alerts have each query: one at least, the top hundredth a third of all."""
    dice = random.Random(seed)
    counts = [1] * distinct
    sums = list(accumulate(1 / (number + 20) for number in range(distinct)))
    for _ in range(alerts - distinct):
        counts[bisect(sums, dice.random() * sums[-1])] += 1
    dice.shuffle(counts)
    return counts
