"""Queries of alerts, as people write them: ``author:jansson (moomin OR "sculptor's daughter") -colouring illustr*``.

Words that stand beside each other must all be there. ``OR``, ``AND`` and ``NOT`` are words of the language in capitals
only; ``OR`` binds less than standing beside each other. ``docs/alerts.md`` says it for people.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import TypeAlias

from discovery_accounts.domain.alert_tokens import (
    MOST_CHARACTERS,
    MOST_NESTING,
    MOST_TERMS,
    BadQuery,
    Kind,
    Piece,
    Reason,
    Token,
    tokens,
)

__all__ = [
    "MOST_CHARACTERS",
    "MOST_NESTING",
    "MOST_TERMS",
    "And",
    "BadQuery",
    "Node",
    "Not",
    "Or",
    "Phrase",
    "Query",
    "Reason",
    "Start",
    "Word",
    "read_query",
]


@dataclass(frozen=True, slots=True)
class Word:
    """``text`` is folded, ``plain`` in small letters with its marks; ``field`` is ``author``, ``subject``, ``title`` or
    ``None`` for any of them."""

    field: str | None
    text: str = attribute(repr=False)
    plain: str = attribute(repr=False)


@dataclass(frozen=True, slots=True)
class Start:
    """Words that begin with the folded ``text``."""

    field: str | None
    text: str = attribute(repr=False)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Folded words next to each other in one text: a title, one author, one subject. ``is_start``: of the last one
    only the beginning is given."""

    field: str | None
    words: tuple[str, ...] = attribute(repr=False)
    is_start: bool = False


@dataclass(frozen=True, slots=True)
class And:
    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: "Node"


Node: TypeAlias = Word | Start | Phrase | And | Or | Not


@dataclass(frozen=True, slots=True)
class Query:
    root: Node


def read_query(text: str) -> Query:
    """Raises ``BadQuery``, which says what is wrong and where. Takes time in proportion to the text."""
    if len(text) > MOST_CHARACTERS:
        raise BadQuery(Reason.TOO_LONG, MOST_CHARACTERS)
    found = tuple(tokens(text))
    if not any(token.kind is Kind.TERM for token in found):
        raise BadQuery(Reason.NOTHING_LEFT, 0 if not found else found[0].at)
    root = _Reader(found, len(text)).read()
    if not _asks_for_something(root, wanted=True):
        at = next((token.at for token in found if token.kind is Kind.NOT), 0)
        raise BadQuery(Reason.ONLY_NOT, at)
    return Query(root)


class _Reader:
    """Goes through the tokens once, one method a rule of the language."""

    def __init__(self, found: Sequence[Token], end: int) -> None:
        self._tokens = found
        self._end = end
        self._next = 0
        self._terms = 0

    def read(self) -> Node:
        node = self._either(None, 0)
        if self._next < len(self._tokens):  # only a closing parenthesis ends the reading early
            raise BadQuery(Reason.UNBALANCED_PARENTHESES, self._tokens[self._next].at)
        return node

    def _either(self, within: str | None, depth: int) -> Node:
        parts = [self._all(within, depth)]
        while self._kind() is Kind.OR:
            self._next += 1
            parts.append(self._all(within, depth))
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _all(self, within: str | None, depth: int) -> Node:
        parts = [self._one(within, depth)]
        while self._kind() not in (None, Kind.OR, Kind.CLOSE):
            if self._kind() is Kind.AND:
                self._next += 1
            parts.append(self._one(within, depth))
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _one(self, within: str | None, depth: int) -> Node:
        wanted = True
        while self._kind() in (Kind.NOT, Kind.FIELD):
            token = self._take()
            if token.kind is Kind.NOT:
                wanted = not wanted
            else:
                within = token.field
        if self._kind() is Kind.OPEN:
            node = self._group(within, depth + 1)
        elif self._kind() is Kind.TERM:
            node = self._term(within)
        else:
            raise self._missing()
        return node if wanted else Not(node)

    def _group(self, within: str | None, depth: int) -> Node:
        opened = self._take()
        if depth > MOST_NESTING:
            raise BadQuery(Reason.TOO_DEEP, opened.at)
        if self._kind() is Kind.CLOSE:
            raise BadQuery(Reason.NOTHING_INSIDE, opened.at)
        node = self._either(within, depth)
        if self._kind() is not Kind.CLOSE:
            raise BadQuery(Reason.UNBALANCED_PARENTHESES, opened.at)
        self._next += 1
        return node

    def _term(self, within: str | None) -> Node:
        token = self._take()
        piece: Piece = token.piece
        self._terms += len(piece.words)
        if self._terms > MOST_TERMS:
            raise BadQuery(Reason.TOO_MANY_TERMS, token.at)
        if len(piece.words) > 1:
            return Phrase(within, piece.words, piece.is_start)
        if piece.is_start:
            return Start(within, piece.words[0])
        return Word(within, piece.words[0], piece.plain)

    def _kind(self) -> Kind | None:
        return self._tokens[self._next].kind if self._next < len(self._tokens) else None

    def _take(self) -> Token:
        self._next += 1
        return self._tokens[self._next - 1]

    def _missing(self) -> BadQuery:
        """Something should stand here: told of at the word before that asks for it, or else here."""
        here = self._tokens[self._next] if self._next < len(self._tokens) else None
        before = self._tokens[self._next - 1] if self._next else None
        if here is not None and here.kind is Kind.CLOSE and before is None:
            return BadQuery(Reason.UNBALANCED_PARENTHESES, here.at)
        if before is not None and before.kind in (Kind.AND, Kind.OR, Kind.NOT, Kind.FIELD):
            return BadQuery(Reason.NOTHING_AFTER, before.at)
        if before is not None and before.kind is Kind.OPEN and here is None:
            return BadQuery(Reason.UNBALANCED_PARENTHESES, before.at)
        return BadQuery(Reason.NOTHING_BEFORE, self._end if here is None else here.at)


def _asks_for_something(node: Node, *, wanted: bool) -> bool:
    """Whether a record must have something of the query: one that only says what it must not have is met by nearly
    everything, and so is an ``OR`` with such a part."""
    if isinstance(node, Not):
        return _asks_for_something(node.part, wanted=not wanted)
    if isinstance(node, And | Or):
        needs_one = isinstance(node, And) is wanted
        each = [_asks_for_something(part, wanted=wanted) for part in node.parts]
        return any(each) if needs_one else all(each)
    return wanted
