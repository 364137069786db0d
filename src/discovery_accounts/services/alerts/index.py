"""The new records of a day, turned round: for each word the records that have it, as the bits of one Python integer.

A query is then a handful of ``&`` and ``|`` over such integers, whatever the number of records; only phrases are looked
up in the records that have all their words. Answers are exactly those of reading each record by itself.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
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
)
from discovery_accounts.services.alerts.stems import stem

Places = tuple[int, ...]
"""Positions of records, ascending: what is kept of a word that few records have."""

_FEW = 16
_MOST_REMEMBERED = 1024
"""Beginnings of words whose records are remembered: the short ones that many ask for cost most."""

_ANYWHERE = LETTERS[None]
_LETTERS = ("t", "a", "s")
_BETWEEN = " \n "
"""Between two texts of a field: no phrase reaches over it."""


class DayIndex:
    """Positions are those in ``records``. Stems of a language are looked up when a query of it first comes."""

    def __init__(self, records: Sequence[NewRecord]) -> None:
        self._texts: list[tuple[str, str, str]] = []
        self._pieces = _pieces(records, self._texts)
        self._terms: dict[str, Any] = {}  # to ``Places``, or to bits where many have the word
        for letter, pieces in self._pieces.items():
            for piece, places in pieces.items():
                for word in words_of_piece(piece):
                    _put(self._terms, letter + word, places)
                    _put(self._terms, _ANYWHERE + word, places)
        self._sorted = sorted(self._terms)
        _put_filters(self._terms, records)
        _widen(self._terms)
        self._languages: set[str] = {""}
        self._starts: dict[str, int] = {}

    def match(self, compiled: Compiled) -> list[int]:
        """The positions of the records that the query finds, ascending."""
        return positions(self.bits(compiled))

    def bits(self, compiled: Compiled) -> int:
        """The same with bit n set for the record at position n."""
        if compiled.language not in self._languages:
            self._add_stems(compiled.language)
        found = -1
        get = self._terms.get
        for part in compiled.parts:
            if part.__class__ is str:
                places = get(part)
                if places is None:
                    found = self._special(part, found) if part[0] in _SPECIAL else 0
                else:
                    found &= places if places.__class__ is int else _bits(places)
            elif part[0] == "|":
                found &= self._any_of(part, found)
            else:
                found &= self._group(part, found)
            if not found:
                return 0
        return found

    def _any_of(self, part: list[Any], within: int) -> int:
        found = 0
        get = self._terms.get
        for number in range(1, len(part)):
            one = part[number]
            if one.__class__ is not str:
                found |= self._group(one, within)
                continue
            places = get(one)
            if places is not None:
                found |= places if places.__class__ is int else _bits(places)
            elif one[0] in _SPECIAL:
                found |= self._special(one, within)
        return found

    def _group(self, part: list[Any], within: int) -> int:
        """Of the records ``within`` at least, those of which a nested part is true. It may have others beside."""
        sign = part[0]
        if sign == "!":
            return ~self._one(part[1], within)
        if sign == "|":
            return self._any_of(part, within)
        found = within
        for one in part[1:]:
            found &= self._one(one, found)
            if not found:
                return 0
        return found

    def _one(self, part: Any, within: int) -> int:
        if part.__class__ is not str:
            return self._group(part, within)
        places = self._terms.get(part)
        if places is not None:
            return places if places.__class__ is int else _bits(places)
        return self._special(part, within) if part[0] in _SPECIAL else 0

    def _special(self, part: str, within: int) -> int:
        if part[0] == START:
            return within & self._start(part[1:])
        return self._phrase(part[1], part[2:].split(" "), within, is_start=part[0] == OPEN_PHRASE)

    def _start(self, key: str) -> int:
        """Records with a word that begins so; ``key`` has its letter before it."""
        known = self._starts.get(key)
        if known is not None:
            return known
        found = 0
        for at in range(bisect_left(self._sorted, key), len(self._sorted)):
            term = self._sorted[at]
            if not term.startswith(key):
                break
            places = self._terms[term]
            found |= places if places.__class__ is int else _bits(places)
        if len(self._starts) >= _MOST_REMEMBERED:
            self._starts.clear()
        self._starts[key] = found
        return found

    def _phrase(self, letter: str, words: list[str], within: int, *, is_start: bool) -> int:
        whole = words[:-1] if is_start else words
        for word in whole:
            within &= self._one(letter + word, within)
            if not within:
                return 0
        if is_start:
            within &= self._start(letter + words[-1])
        looked_for = f" {' '.join(words)}" if is_start else f" {' '.join(words)} "
        in_fields = range(3) if letter == _ANYWHERE else (_LETTERS.index(letter),)
        found = 0
        for place in positions(within):
            texts = self._texts[place]
            if any(looked_for in texts[number] for number in in_fields):
                found |= 1 << place
        return found

    def _add_stems(self, language: str) -> None:
        added: dict[str, Any] = {}
        for letter, pieces in self._pieces.items():
            own, anywhere = f"{STEM}{language}{letter}", f"{STEM}{language}{_ANYWHERE}"
            for piece, places in pieces.items():
                for word in plain_words(piece):
                    stemmed = stem(language, word)
                    _put(added, own + stemmed, places)
                    _put(added, anywhere + stemmed, places)
        _widen(added)
        self._terms.update(added)
        self._languages.add(language)


_SPECIAL = (START, PHRASE, OPEN_PHRASE)


def positions(bits: int) -> list[int]:
    """The numbers of the set bits, ascending."""
    if bits.bit_count() <= _FEW:
        few = []
        while bits:
            low = bits & -bits
            few.append(low.bit_length() - 1)
            bits ^= low
        return few
    digits = bin(bits)[:1:-1]
    return list(_places_of_ones(digits))


def _places_of_ones(digits: str) -> Iterator[int]:
    at = digits.find("1")
    while at >= 0:
        yield at
        at = digits.find("1", at + 1)


def _pieces(records: Iterable[NewRecord], texts: list[tuple[str, str, str]]) -> dict[str, dict[str, Places]]:
    """For each field and each run without blanks in it the records that have it. Adds the records' folded texts
    to ``texts``."""
    found: dict[str, dict[str, list[int]]] = {letter: {} for letter in _LETTERS}
    for place, record in enumerate(records):
        folded = []
        for letter, given in zip(_LETTERS, ((record.title,), record.authors, record.subjects), strict=True):
            pieces = found[letter]
            lines = []
            for text in given:
                split = text.split()
                for piece in split:
                    places = pieces.setdefault(piece, [])
                    if not places or places[-1] != place:
                        places.append(place)
                lines.append(" ".join([word for piece in split for word in words_of_piece(piece)]))
            folded.append(f" {_BETWEEN.join(lines)} ")
        texts.append((folded[0], folded[1], folded[2]))
    return {letter: {piece: tuple(places) for piece, places in found[letter].items()} for letter in _LETTERS}


def _put_filters(terms: dict[str, Any], records: Iterable[NewRecord]) -> None:
    having: dict[str, list[int]] = {}
    for place, record in enumerate(records):
        for name in FIELDS:
            for value in set(values_of(record, name)):
                having.setdefault(f"{name}{FILTER}{value}", []).append(place)
    terms.update({key: tuple(places) for key, places in having.items()})


def _put(terms: dict[str, Any], key: str, places: Places) -> None:
    """Add records to those of a term. Most terms come of one piece only, and share what is kept of it."""
    has = terms.get(key)
    if has is None:
        terms[key] = places
    elif has is not places:
        terms[key] = (has if has.__class__ is int else _bits(has)) | _bits(places)


def _widen(terms: dict[str, Any]) -> None:
    """Of a term that many records have the bits themselves are kept, of others the positions: bits of one late record
    take as much room as those of all."""
    bits: Callable[[Places], int] = _bits
    shared: dict[int, int] = {}
    for key, places in terms.items():
        if places.__class__ is int:
            if places.bit_count() <= _FEW:
                terms[key] = tuple(positions(places))
        elif len(places) > _FEW:
            known = shared.get(id(places))
            if known is None:
                known = shared[id(places)] = bits(places)
            terms[key] = known


def _bits(places: Places) -> int:
    if len(places) == 1:
        return 1 << places[0]
    if len(places) <= _FEW:
        found = 0
        for place in places:
            found |= 1 << place
        return found
    row = bytearray((places[-1] >> 3) + 1)
    for place in places:
        row[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(row, "little")
