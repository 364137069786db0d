"""Made-up catalogues and saved queries, the same each time: words as frequent as words are, authors with two names,
queries about things that exist, and a few queries that very many people share."""

import random
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from _full_text import anywhere, in_field, one_of

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
    """A query as a person wrote it, and the same for SQLite's full-text index (``_full_text``)."""

    text: str
    filters: dict[str, list[str]]
    language: str
    fts5: str


def saved_queries(count: int, pool: Sequence[Made], seed: int = 5) -> list[Saved]:
    """As many different ones: 38 % words, 10 % a title, 27 % an author, 16 % a subject, 6 % OR, 3 % NOT."""
    dice = random.Random(seed)
    common = {word(number, "") for number in range(_COMMON)}
    found: dict[tuple[str, str], Saved] = {}
    while len(found) < count:
        query = _query(dice, pool, common)
        if query is not None:
            found.setdefault((query.text, str(query.filters)), query)
    return list(found.values())


def _query(dice: random.Random, pool: Sequence[Made], common: set[str]) -> Saved | None:
    about, beside = dice.choice(pool), dice.choice(pool)
    kind, language = dice.random(), dice.choice(PEOPLE_SPEAK)
    rare = [one for one in about.title if one not in common]
    # whoever writes bare words means authors and subjects, too
    bare = rare + [surname.lower() for surname, _first in about.authors[:1]] + _topic_words(about)[:2]
    others = [one for one in beside.title if one not in common]
    if kind < 0.48:
        texts = _words(dice, bare, language) if kind < 0.38 else _title(dice, about.title)
    elif kind < 0.75:
        texts = _author(dice, about, language)
    elif kind < 0.91:
        texts = _subject(dice, about, language)
    elif bare and others:
        one, other = dice.choice(bare), dice.choice(others)
        texts = (f"{one} OR {other}", f"({anywhere(one, language)} OR {anywhere(other, language)})")
        if kind >= 0.97:
            texts = (f"{one} -{other}", f"({anywhere(one, language)} NOT {anywhere(other)})")
    else:
        texts = None
    if texts is None:
        return None
    filters = _filters(dice, about)
    fts5 = [texts[1], *(one_of(name, values) for name, values in filters.items())]
    return Saved(texts[0], filters, language, " AND ".join(fts5))


def _topic_words(about: Made) -> list[str]:
    return [one for heading in about.headings for one in heading.split()]


def _words(dice: random.Random, known: list[str], language: str) -> tuple[str, str] | None:
    if not known:
        return None
    chosen = dice.sample(known, min(len(known), dice.choice((1, 1, 2, 2, 2, 3))))
    if len(chosen) == 1 and len(chosen[0]) > 5 and dice.random() < 0.1:
        return f"{chosen[0][:-1]}*", f"{anywhere(chosen[0][:-1])}*"
    return " ".join(chosen), " AND ".join(anywhere(one, language) for one in chosen)


def _title(dice: random.Random, title: list[str]) -> tuple[str, str] | None:
    if len(title) < 3:
        return None
    length = dice.randint(2, min(4, len(title)))
    start = dice.randint(0, len(title) - length)
    phrase = " ".join(title[start : start + length])
    return f'title:"{phrase}"', f'title : "{phrase}"'


def _author(dice: random.Random, about: Made, language: str) -> tuple[str, str] | None:
    if not about.authors:
        return None
    names = dice.choice(about.authors)[::-1]
    asked = " AND ".join(in_field("authors", one.lower(), language) for one in names)
    return f"author:({' '.join(names)})", f"({asked})"


def _subject(dice: random.Random, about: Made, language: str) -> tuple[str, str] | None:
    if not about.headings:
        return None
    chosen = dice.choice(about.headings).split()
    asked = " AND ".join(in_field("subjects", one, language) for one in chosen)
    return f"subject:({' '.join(chosen)})", asked


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
