"""The signs and words of an alert's query, and what can be wrong with one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, StrEnum, auto

from discovery_accounts.domain.folding import plain_words, words

FIELDS = ("author", "subject", "title")
"""What may stand before a colon."""
MOST_CHARACTERS = 2000
MOST_TERMS = 64
"""Words of a query, those of phrases included."""
MOST_NESTING = 16
"""Parentheses within each other."""
SHORTEST_START = 2
"""Letters that must stand before a ``*``."""


class Reason(StrEnum):
    """What is wrong with a query."""

    TOO_LONG = "too_long"
    BAD_CHARACTERS = "bad_characters"
    UNBALANCED_QUOTES = "unbalanced_quotes"
    UNBALANCED_PARENTHESES = "unbalanced_parentheses"
    NOTHING_INSIDE = "nothing_inside"
    NOTHING_LEFT = "nothing_left"
    NOTHING_BEFORE = "nothing_before"
    NOTHING_AFTER = "nothing_after"
    ONLY_NOT = "only_not"
    UNKNOWN_FIELD = "unknown_field"
    STAR_TOO_EARLY = "star_too_early"
    STAR_INSIDE = "star_inside"
    TOO_MANY_TERMS = "too_many_terms"
    TOO_DEEP = "too_deep"


_SENTENCES = {
    Reason.TOO_LONG: f"a query has at most {MOST_CHARACTERS:,} characters",
    Reason.BAD_CHARACTERS: "this character can't be searched for",
    Reason.UNBALANCED_QUOTES: "this quotation mark has no second one",
    Reason.UNBALANCED_PARENTHESES: "this parenthesis has no second one",
    Reason.NOTHING_INSIDE: "there is nothing in these parentheses",
    Reason.NOTHING_LEFT: "there is no word in the query",
    Reason.NOTHING_BEFORE: "AND and OR stand between two words",
    Reason.NOTHING_AFTER: "a word is missing after this one",
    Reason.ONLY_NOT: "a query can't only say what is not wanted, nor can a part of an OR",
    Reason.UNKNOWN_FIELD: f"before a colon stands one of {', '.join(FIELDS)}; other colons stand in quotation marks",
    Reason.STAR_TOO_EARLY: f"at least {SHORTEST_START} letters stand before a *",
    Reason.STAR_INSIDE: "a * stands only at the end of a word",
    Reason.TOO_MANY_TERMS: f"a query has at most {MOST_TERMS} words",
    Reason.TOO_DEEP: f"at most {MOST_NESTING} parentheses stand within each other",
}


class BadQuery(ValueError):
    """A query that can't be read: ``reason`` is a code, ``at`` the place in its text, from 0. Never holds the text."""

    def __init__(self, reason: Reason, at: int) -> None:
        super().__init__(f"{_SENTENCES[reason]} (at character {at + 1})")
        self.reason = reason
        self.at = at


class Kind(Enum):
    OPEN = auto()
    CLOSE = auto()
    AND = auto()
    OR = auto()
    NOT = auto()
    FIELD = auto()
    TERM = auto()


@dataclass(frozen=True, slots=True)
class Piece:
    """What one word or quotation asks for: folded ``words`` next to each other, of the last only the beginning where
    ``is_start``. ``plain`` is a single word with its marks."""

    words: tuple[str, ...] = field(repr=False)
    plain: str = field(repr=False)
    is_start: bool = False


NO_PIECE = Piece((), "")


@dataclass(frozen=True, slots=True)
class Token:
    kind: Kind
    at: int
    piece: Piece = NO_PIECE
    field: str | None = None


# all that keyboards and word processors make of a quotation mark; each may open and close
_QUOTES = '"“”„‟«»'
_QUOTE = re.compile(f"[{_QUOTES}]")
_CHUNK = re.compile(rf"[^\s(){_QUOTES}]+")
_PREFIX = re.compile(r"([^\W\d_]+):")
_UNWRITABLE = re.compile(r"[\x00\ud800-\udfff]")
_OPERATORS = {"AND": Kind.AND, "OR": Kind.OR, "NOT": Kind.NOT}
_PARENTHESES = {"(": Kind.OPEN, ")": Kind.CLOSE}
_AFTER_WORDS = ",.;:!?"


def tokens(text: str) -> Iterator[Token]:
    """Raises ``BadQuery``. What is neither a sign of the language nor holds a letter or digit is passed over."""
    unwritable = _UNWRITABLE.search(text)
    if unwritable:
        raise BadQuery(Reason.BAD_CHARACTERS, unwritable.start())
    at = 0
    while at < len(text):
        if text[at] in _PARENTHESES:
            yield Token(_PARENTHESES[text[at]], at)
            at += 1
        elif text[at] in _QUOTES:
            end = _QUOTE.search(text, at + 1)
            if end is None:
                raise BadQuery(Reason.UNBALANCED_QUOTES, at)
            yield from _term(text[at + 1 : end.start()], at, is_start=False)
            at = end.end()
        else:
            chunk = _CHUNK.match(text, at)
            if chunk is None:  # a blank
                at += 1
                continue
            at = chunk.end()
            yield from _chunk(chunk.group(), chunk.start(), opens=text[at : at + 1] in ("(", *_QUOTES))


def _chunk(rest: str, at: int, *, opens: bool) -> Iterator[Token]:
    """The tokens of a run without blanks; ``opens``: a parenthesis or a quotation begins right after it."""
    if rest in _OPERATORS:
        yield Token(_OPERATORS[rest], at)
        return
    while rest:
        name = _PREFIX.match(rest)
        if rest[0] == "-" and (opens if rest == "-" else rest[1] != "-"):
            yield Token(Kind.NOT, at)
            rest, at = rest[1:], at + 1
        elif name and name.group(1).lower() in FIELDS:
            yield Token(Kind.FIELD, at, field=name.group(1).lower())
            rest, at = rest[name.end() :], at + name.end()
        elif name and (opens or len(rest) > name.end()):
            raise BadQuery(Reason.UNKNOWN_FIELD, at)
        else:
            yield from _word(rest, at)
            return


def _word(written: str, at: int) -> Iterator[Token]:
    written = written.rstrip(_AFTER_WORDS)
    bare = written.rstrip("*")
    if "*" in bare:
        raise BadQuery(Reason.STAR_INSIDE, at + bare.index("*"))
    is_start = len(bare) < len(written)
    if is_start:
        found = words(bare)
        if not found or len(found[-1]) < SHORTEST_START:
            raise BadQuery(Reason.STAR_TOO_EARLY, at + len(bare))
    yield from _term(bare, at, is_start=is_start)


def _term(written: str, at: int, *, is_start: bool) -> Iterator[Token]:
    found = words(written)
    if found:
        yield Token(Kind.TERM, at, Piece(found, " ".join(plain_words(written)), is_start))
