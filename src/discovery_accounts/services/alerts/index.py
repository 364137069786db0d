"""The new records of a day, turned round: for each word the records that have it, as the bits of one Python integer.

A query is then a handful of ``&`` and ``|`` over such integers, whatever the number of records; only phrases are looked
up in the records that have all their words. Answers are exactly those of reading each record by itself.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from discovery_accounts.domain.alert_filters import FIELDS, values_of
from discovery_accounts.domain.folding import plain_words, words_of_piece
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

_FEW = 32
_ROOM = 6000
"""Bytes for each record that remembered terms may take: queries have the same words again and again."""
_OF_A_TERM = 150
"""Bytes that a remembered term takes beside its bits."""

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
        self._terms = _by_word(self._pieces, words_of_piece)
        self._sorted = sorted(self._terms)
        self._terms.update(_filters(records))
        self._plain: dict[str, Places] = {}
        self._stems: dict[str, Mapping[str, list[str]]] = {}
        self._known: dict[str, int] = {}
        self._room = _ROOM * len(records)

    def match(self, compiled: Compiled) -> list[int]:
        """The positions of the records that the query finds, ascending."""
        return positions(self.bits(compiled.parts))

    def bits(self, parts: Sequence[Part]) -> int:
        """Of a compiled query's parts: bit n is set for the record at position n."""
        found = self._all_of(parts)
        return found if found >= 0 else found & ((1 << len(self._given)) - 1)

    def _all_of(self, parts: Iterable[Part]) -> int:
        found = -1
        get = self._known.get
        for part in parts:
            if part.__class__ is str:
                one = get(part)
                if one is None:
                    one = self._learn(part)
            else:
                one = self._group(part)
            found = one if found == -1 else found & one  # & with a negative number makes copies
            if not found:
                return 0
        return found

    def _group(self, part: Any) -> int:
        if part[0] == "&":
            return self._all_of(part[1:])
        if part[0] == "!":
            return ~self._all_of(part[1:])
        found = 0
        get = self._known.get
        for one in part[1:]:
            if one.__class__ is str:
                bits = get(one)
                found |= self._learn(one) if bits is None else bits
            else:
                found |= self._group(one)
        return found

    def _learn(self, term: Any) -> int:
        """What a term finds, remembered while there is room."""
        sign = term[0]
        if sign in (PHRASE, OPEN_PHRASE):
            return self._phrase(term[1], term[2:].split(" "), is_start=sign == OPEN_PHRASE)
        if sign == STEM:
            found = self._stemmed(term[1:3], *term[3:].split(" ", 1))
        elif sign == START:
            found = _bits(self._of_start(term[1:]))
        else:
            found = _bits(self._terms.get(term, ()))
        if self._room > 0:  # what many ask for comes early: that stays
            self._room -= _OF_A_TERM + (found.bit_length() >> 3)
            self._known[term] = found
        return found

    def _stemmed(self, language: str, word: str, stemmed: str) -> int:
        """Records with ``word``, which has its letter before it, or with another of the stem."""
        known = self._stems.get(language)
        if known is None:
            known = self._stems[language] = self._stems_of(language)
        found = 0
        if word in self._terms:
            found = self._known.get(word) or self._learn(word)
        others = known.get(stemmed)
        if others is not None and others != [word[1:]]:
            letter = word[0]
            found |= _bits([place for one in others for place in self._plain.get(letter + one, ())])
        return found

    def _stems_of(self, language: str) -> Mapping[str, list[str]]:
        """Words with their marks, by their stems."""
        if not self._plain:
            self._plain = _by_word(self._pieces, plain_words)
            self._pieces.clear()
        words = [term[1:] for term in self._plain if term[0] == _ANYWHERE]
        found: dict[str, list[str]] = {}
        for stemmed, word in zip(stems(language, words), words, strict=True):
            found.setdefault(stemmed, []).append(word)
        return found

    def _of_start(self, beginning: str) -> Places:
        """Records with a word that begins so; it has its letter before it."""
        places: list[int] = []
        for at in range(bisect_left(self._sorted, beginning), len(self._sorted)):
            term = self._sorted[at]
            if not term.startswith(beginning):
                break
            places += self._terms[term]
        return places

    def _phrase(self, letter: str, words: list[str], *, is_start: bool) -> int:
        terms = [letter + word for word in words]
        if is_start:
            terms[-1] = START + terms[-1]
        having = self._all_of(terms)
        if not having:
            return 0
        looked_for = f" {' '.join(words)}" if is_start else f" {' '.join(words)} "
        fields = range(len(_LETTERS)) if letter == _ANYWHERE else (_LETTERS.index(letter),)
        found = []
        for place in positions(having):
            texts = self._given[place]
            if any(looked_for in _folded(texts[at]) for at in fields):
                found.append(place)
        return _bits(found)


def positions(bits: int) -> list[int]:
    """The numbers of the set bits, ascending."""
    if bits.bit_count() <= _FEW:
        few = []
        while bits:
            last = bits.bit_length() - 1
            few.append(last)
            bits ^= 1 << last
        few.reverse()
        return few
    return list(_places_of_ones(bin(bits)[:1:-1]))


def _places_of_ones(digits: str) -> Iterator[int]:
    at = digits.find("1")
    while at >= 0:
        yield at
        at = digits.find("1", at + 1)


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
