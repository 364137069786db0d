"""SQLite's full-text index over records, as saved searches are run elsewhere: words of each field, and in columns of
their own what a stemmer makes of them in each language, so that it gives the answers that ours gives."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, partial

from discovery_accounts.domain.alert_query import And, Node, Not, Or, Phrase, Query, Start, Word
from discovery_accounts.domain.folding import plain_words
from discovery_accounts.domain.new_record import NewRecord
from discovery_accounts.services.alerts.stems import LANGUAGES, stem

FIELDS = ("title", "authors", "subjects")
_COLUMNS = {"title": "title", "author": "authors", "subject": "subjects"}
_STEMS = [f"{field}_{language}" for language in LANGUAGES for field in FIELDS]
_OTHERS = ("format", "languages", "branches")
_BETWEEN = " | "
_STEMMED = {language: cache(partial(stem, language)) for language in LANGUAGES}


def full_text(records: Iterable[NewRecord]) -> sqlite3.Connection:
    """In memory, optimized; ``rowid`` counts the records from 1."""
    columns = [*FIELDS, *_OTHERS, *_STEMS]
    connection = sqlite3.connect(":memory:")
    connection.execute(
        f"CREATE VIRTUAL TABLE record USING fts5({', '.join(columns)}, content='',"
        ' tokenize="unicode61 remove_diacritics 2")'
    )
    places = ", ".join("?" for _ in columns)
    connection.executemany(
        f"INSERT INTO record ({', '.join(columns)}) VALUES ({places})", (_row(one) for one in records)
    )
    connection.execute("INSERT INTO record (record) VALUES ('optimize')")
    return connection


def _row(record: NewRecord) -> list[str]:
    texts = [(record.title,), record.authors, record.subjects]
    words = [[word for text in some for word in plain_words(text)] for some in texts]
    told = [_BETWEEN.join(some) for some in texts]
    others = [record.format or "", *map(_BETWEEN.join, (record.languages, record.branches))]
    return [*told, *others, *(_stems(language, some) for language in LANGUAGES for some in words)]


def _stems(language: str, words: Iterable[str]) -> str:
    return " ".join([_STEMMED[language](word) for word in words])


def expression(query: Query, filters: Mapping[str, Sequence[str]], language: str) -> str:
    """A person's query as FTS5 is asked it."""
    asked = [_part(query.root, language), *(_any_of(column, values) for column, values in filters.items())]
    return " AND ".join(asked)


def _part(node: Node, language: str) -> str:
    if isinstance(node, Or):
        return f"({' OR '.join(_part(one, language) for one in node.parts)})"
    if isinstance(node, And):
        wanted = " AND ".join(_part(one, language) for one in node.parts if not isinstance(one, Not))
        return f"({wanted}{''.join(_but_not(one) for one in node.parts if isinstance(one, Not))})"
    assert not isinstance(node, Not), "FTS5 has no NOT without something before it"
    return _term(node, language)


def _but_not(node: Not) -> str:
    assert isinstance(node.part, Word), "no more is asked here"
    return f" NOT {_term(node.part, None)}"


def _term(node: Word | Start | Phrase, language: str | None) -> str:
    fields = FIELDS if node.field is None else (_COLUMNS[node.field],)
    where = f"{{{' '.join(fields)}}} : "
    if isinstance(node, Phrase):
        return f'{where}"{" ".join(node.words)}"'
    if isinstance(node, Start):
        return f"{where}{node.text}*"
    if language is None:
        return where + node.text
    stemmed = " ".join(f"{field}_{language}" for field in fields)
    return f"({where}{node.text} OR {{{stemmed}}} : {stem(language, node.plain)})"


def _any_of(column: str, values: Sequence[str]) -> str:
    return "(" + " OR ".join(f'{column} : "{value}"' for value in values) + ")"


def found(connection: sqlite3.Connection, asked: str, newer_than: int = 0) -> list[int]:
    rows = connection.execute(
        "SELECT rowid FROM record WHERE record MATCH ? AND rowid > ?", (asked, newer_than)
    )
    return [row[0] for row in rows.fetchall()]
