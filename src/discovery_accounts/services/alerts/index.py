"""The new records of a day, turned round: for each word the records that have it, as the bits of one Python integer.

A query is then a handful of ``&`` and ``|`` over such integers, whatever the number of records; only phrases are looked
up in the records that have all their words. Answers are exactly those of reading each record by itself.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from discovery_accounts.domain.alert_filters import FIELDS, values_of
from discovery_accounts.domain.folding import fold_all, plain_words, words_of_piece
from discovery_accounts.domain.new_record import NewRecord
from discovery_accounts.services.alerts.normal_form import (
    FILTER,
    LETTERS,
    OPEN_PHRASE,
    PHRASE,
    START,
    STEM,
    Compiled,
    Part,
)
from discovery_accounts.services.alerts.stems import stems

Places = Sequence[int]
"""Positions of records, in any order and perhaps repeated."""
ByWord = Mapping[str, Places]
ByTerm = dict[str, Places | int]
"""For each term the places it stands at, or, once it was asked for, their bits."""

_FEW, _MANY = 32, 100
"""Up to so many places or bits are gone through one by one, from so many on by bytes."""
_BITS_OF = [[bit for bit in range(8) if byte >> bit & 1] for byte in range(256)]
_ROOM = 4000
"""Bytes for each record that bits may take: queries have the same words again and again."""

_ANYWHERE = LETTERS[None]
_LETTERS = ("t", "a", "s")
_BETWEEN = " \n "
"""Between two texts of a field: no phrase reaches over it."""


class DayIndex:
    """Positions are those in ``records``. What a term finds is made out when a query with it first comes, the stems of
    a language with the first of them. Not safe between threads."""

    def __init__(self, records: Sequence[NewRecord]) -> None:
        self._given = [((record.title,), record.authors, record.subjects) for record in records]
        self._pieces = [_pieces(texts[at] for texts in self._given) for at in range(len(_LETTERS))]
        self._terms: ByTerm = {**_by_word(self._pieces, words_of_piece)}
        self._sorted = sorted(self._terms)
        self._terms.update(_filters(records))
        self._plain: ByTerm = {}
        self._stems: dict[str, Mapping[str, str | list[str]]] = {}
        self._looked_up: dict[str, str] | None = None
        self._texts: dict[tuple[int, int], str] = {}
        self._everything = (1 << len(records)) - 1
        self._room = _ROOM * len(records)

    def match(self, compiled: Compiled) -> list[int]:
        """The positions of the records that the query finds, ascending."""
        return positions(self.bits(compiled.parts))

    def bits(self, parts: Sequence[Part]) -> int:
        """Of a compiled query's parts: bit n is set for the record at position n."""
        found = -1
        for part in parts:
            if part.__class__ is str:
                one = self._stemmed(part) if part[0] == STEM else self._term(part)
            else:
                one = self._group(part)
            found = one if found == -1 else found & one
            if not found:
                return 0
        return found

    def _group(self, part: Any) -> int:
        if part[0] == "&":
            return self.bits(part[1:])
        if part[0] == "!":
            return self._everything & ~self.bits(part[1:])
        found = 0
        for one in part[1:]:
            found |= self._term(one) if one.__class__ is str else self._group(one)
        return found

    def _term(self, term: Any) -> int:
        sign = term[0]
        if sign == STEM:
            return self._stemmed(term)
        if sign in (PHRASE, OPEN_PHRASE):
            return self._phrase(term[1], term[2:].split(" "), is_start=sign == OPEN_PHRASE)
        if sign == START and term not in self._terms:
            return self._kept(self._terms, term, self._of_start(term[1:]))
        return self._word(self._terms, term)

    def _word(self, among: ByTerm, term: str) -> int:
        found = among.get(term, 0)
        return found if isinstance(found, int) else self._kept(among, term, _bits(found))

    def _kept(self, among: ByTerm, term: str, found: int) -> int:
        """Remembered while there is room: what many ask for comes early, and stays."""
        if self._room > 0:
            self._room -= found.bit_length() >> 3
            among[term] = found
        return found

    def _stemmed(self, term: str) -> int:
        """Records with a word, or with another of its stem."""
        word, _, stemmed = term[3:].partition(" ")  # the word has its letter before it
        try:
            others = self._stems[term[1:3]].get(stemmed)
        except KeyError:
            self._stems[term[1:3]] = self._stems_of(term[1:3])
            return self._stemmed(term)
        found = self._terms.get(word, 0)
        if found.__class__ is not int:
            found = self._word(self._terms, word)
        if others is None:
            return found
        if others.__class__ is str:
            if word.endswith(others, 1) and len(word) == len(others) + 1:
                return found
            return found | self._word(self._terms, word[0] + others)
        for one in others:
            exactly = word[0] + one
            found |= self._word(self._plain if exactly in self._plain else self._terms, exactly)
        return found

    def _stems_of(self, language: str) -> Mapping[str, str | list[str]]:
        """By their stem, the words as they are looked up; most stems have one, without places of its own."""
        if self._looked_up is None:
            self._looked_up = self._learn_marks()
        found: dict[str, str | list[str]] = {}
        stemmed_words = stems(language, list(self._looked_up))
        for stemmed, word in zip(stemmed_words, self._looked_up.values(), strict=True):
            others = found.get(stemmed)
            if others is None:
                found[stemmed] = [word] if _ANYWHERE + word in self._plain else word
            else:
                found[stemmed] = [others, word] if isinstance(others, str) else [*others, word]
        return found

    def _learn_marks(self) -> dict[str, str]:
        """Places of words with their marks, as far as they are other than those of the folded words. How each word is
        looked up: most are written in one way only, and are by what they fold to."""
        plain = _by_word(self._pieces, plain_words)
        self._pieces.clear()
        words = [term[1:] for term in plain if term[0] == _ANYWHERE]
        folded = dict(zip(words, fold_all(words), strict=True))
        ours = {
            word for word in words if self._terms.get(_ANYWHERE + folded[word]) != plain[_ANYWHERE + word]
        }
        self._plain = {term: places for term, places in plain.items() if term[1:] in ours}
        return {word: word if word in ours else folded[word] for word in words}

    def _of_start(self, beginning: str) -> int:
        """Records with a word that begins so; it has its letter before it."""
        found = 0
        for at in range(bisect_left(self._sorted, beginning), len(self._sorted)):
            term = self._sorted[at]
            if not term.startswith(beginning):
                break
            found |= self._word(self._terms, term)
        return found

    def _phrase(self, letter: str, words: list[str], *, is_start: bool) -> int:
        terms = [letter + word for word in words]
        if is_start:
            terms[-1] = START + terms[-1]
        having = self.bits(terms)
        if not having:
            return 0
        looked_for = f" {' '.join(words)}" if is_start else f" {' '.join(words)} "
        fields = range(len(_LETTERS)) if letter == _ANYWHERE else (_LETTERS.index(letter),)
        return _bits(
            [at for at in positions(having) if any(looked_for in self._text(at, field) for field in fields)]
        )

    def _text(self, place: int, field: int) -> str:
        """A field's folded texts."""
        found = self._texts.get((place, field))
        if found is None:
            found = self._texts[place, field] = _folded(self._given[place][field])
        return found


def positions(bits: int) -> list[int]:
    """The numbers of the set bits, ascending."""
    if bits.bit_count() > _MANY:
        row = bits.to_bytes((bits.bit_length() + 7) >> 3, "little")
        return [8 * at + bit for at, byte in enumerate(row) if byte for bit in _BITS_OF[byte]]
    few = []
    while bits:
        last = bits.bit_length() - 1
        few.append(last)
        bits ^= 1 << last
    few.reverse()
    return few


def _pieces(of_records: Iterable[Sequence[str]]) -> ByWord:
    """For each run without blanks in a field the records that have it."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for place, texts in enumerate(of_records):
        for text in texts:
            for piece in text.split():
                found[piece].append(place)
    return found


def _by_word(pieces: Sequence[ByWord], words: Callable[[str], Iterable[str]]) -> dict[str, Places]:
    """The same for words, a letter for the field before each, and one for any field. Most words come of one piece
    only, and share what is kept of it."""
    found: dict[str, Places] = {}
    for letter, of_field in zip(_LETTERS, pieces, strict=True):
        for piece, places in of_field.items():
            for word in words(piece):
                for term in (letter + word, _ANYWHERE + word):
                    has = found.get(term)
                    found[term] = places if has is None else [*has, *places]
    return found


def _filters(records: Iterable[NewRecord]) -> ByWord:
    found: defaultdict[str, list[int]] = defaultdict(list)
    for place, record in enumerate(records):
        for name in FIELDS:
            for value in values_of(record, name):
                found[f"{name}{FILTER}{value}"].append(place)
    return dict(found)


def _folded(texts: Sequence[str]) -> str:
    """The words of a field's texts, a blank before and after each."""
    lines = (" ".join([word for piece in text.split() for word in words_of_piece(piece)]) for text in texts)
    return f" {_BETWEEN.join(lines)} "


def _bits(places: Places) -> int:
    if len(places) <= _FEW:
        found = 0
        for place in places:
            found |= 1 << place
        return found
    row = bytearray((max(places) >> 3) + 1)
    for place in places:
        row[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(row, "little")
