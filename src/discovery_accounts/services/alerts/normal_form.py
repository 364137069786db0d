"""The normal form of a query with its filters and language: what the database keeps and the matching reads.

A JSON list of parts that must all be true. A part is

* a term, ``"wmoomin"``: a letter for where (``w`` anywhere, ``t`` title, ``a`` author, ``s`` subject) and the folded
  word; ``"=enwmoomins moomin"`` is a word or another of the stem behind it, a stem of that language;
  ``"format=book"`` is a filter;
* ``"*willustr"``, the beginning of a word; ``"\\"wthe moomins"``, a phrase, and ``"'wthe moom"`` one that may go on;
* ``["|", part…]``, any of them; ``["&", part…]``, all; ``["!", part]``, not.

Case, marks, blanks, order and repetition make no difference, nor does where a NOT stands: the same text comes of it.
"""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from discovery_accounts.domain.alert_filters import Filters
from discovery_accounts.domain.alert_query import And, Node, Not, Or, Phrase, Query, Start, Word
from discovery_accounts.services.alerts.stems import language_of, stem

BUCKETS = 32
"""Parts that all queries fall into by their ids."""
IDS = 2**60
"""How many ids there are for queries."""
IN_A_BUCKET = IDS // BUCKETS

LETTERS = {None: "w", "title": "t", "author": "a", "subject": "s"}

STEM, START, PHRASE, OPEN_PHRASE, FILTER = "=", "*", '"', "'", "="
"""Signs that no folded word holds. A stem has its sign first, a filter after its name."""

Part: TypeAlias = str | list[Any]


@dataclass(frozen=True, slots=True)
class Compiled:
    """A normal form, ready for an index: ``parts`` must all be true."""

    parts: list[Any] = field(repr=False)


def written(query: Query | None, filters: Filters, language: str | None) -> str:
    """The normal form, as text. Without a ``query`` the filters alone decide: there must be one then."""
    stems = language_of(language)
    parts: list[Part] = [] if query is None else _all_of([_part(query.root, stems, wanted=True)])
    for name, values in filters.folded().items():
        parts.append(_joined("|", [f"{name}{FILTER}{value}" for value in values]))
    parts = sorted(parts, key=_place)
    if not parts:
        raise ValueError("neither query nor filters")
    return _text(parts)


def hash_of(written: str) -> str:
    """64 hexadecimal digits."""
    return hashlib.sha256(written.encode()).hexdigest()


def id_of(hash_: str) -> int:
    """A query's id, of 60 bits: the same ones in every database, spread evenly."""
    return int(hash_[:15], 16)


def ids_of_bucket(bucket: int) -> range:
    return range(bucket * IN_A_BUCKET, (bucket + 1) * IN_A_BUCKET)


def compile(written: str) -> Compiled:  # noqa: A001 (what it does; called by its module's name)
    return Compiled(json.loads(written))


def compile_all(joined: str) -> list[tuple[int, list[Any]]]:
    """The ids and parts of many queries, of a text ``[id,written],[id,written]``: for much less than one by one."""
    compiled: list[tuple[int, list[Any]]] = json.loads(f"[{joined}]")
    return compiled


def _part(node: Node, stems: str | None, *, wanted: bool) -> Part:
    """A node without NOT above single terms. A word that is not wanted is no other word of its stem: stems only add."""
    if isinstance(node, Not):
        return _part(node.part, stems, wanted=not wanted)
    if isinstance(node, And | Or):
        parts = [_part(part, stems, wanted=wanted) for part in node.parts]
        return _joined("&" if isinstance(node, And) is wanted else "|", parts)
    if not wanted:
        return ["!", _term(node)]
    if isinstance(node, Word) and stems is not None:
        return f"{STEM}{stems}{_term(node)} {stem(stems, node.plain)}"
    return _term(node)


def _term(node: Word | Start | Phrase) -> str:
    letter = LETTERS[node.field]
    if isinstance(node, Word):
        return letter + node.text
    if isinstance(node, Start):
        return START + letter + node.text
    return (OPEN_PHRASE if node.is_start else PHRASE) + letter + " ".join(node.words)


def _joined(sign: str, parts: list[Any]) -> Part:
    """One part of several: nested ones of the same sign opened, each once, in one order."""
    flat: dict[str, Part] = {}
    for part in parts:
        inner = part[1:] if isinstance(part, list) and part[0] == sign else [part]
        flat.update({_text(one): one for one in inner})
    if len(flat) == 1:
        return next(iter(flat.values()))
    return [sign, *sorted(flat.values(), key=_place)]


def _all_of(parts: list[Any]) -> list[Part]:
    joined = _joined("&", parts)
    return joined[1:] if isinstance(joined, list) and joined[0] == "&" else [joined]


def _place(part: Part) -> tuple[int, str]:
    """The order of parts: what is rare and quickly looked up comes first."""
    text = _text(part)
    if isinstance(part, list):
        rank = {"|": 4 if FILTER in str(part[1])[1:] else 1, "&": 5, "!": 6}[part[0]]
    elif part[0] in (START, PHRASE, OPEN_PHRASE):
        rank = 2 if part[0] != START else 3
    else:
        rank = 4 if FILTER in part[1:] else 0
    return rank, text


def _text(part: Any) -> str:
    return json.dumps(part, ensure_ascii=False, separators=(",", ":"))
