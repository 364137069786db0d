"""SQLite's full-text index over records, as saved searches are run elsewhere: words of each field, and in columns of
their own what a stemmer makes of them in each language, so that it gives the answers that ours gives."""

import sqlite3
from collections.abc import Iterable, Sequence
from functools import cache, partial

from discovery_accounts.domain.folding import plain_words
from discovery_accounts.domain.new_record import NewRecord
from discovery_accounts.services.alerts.stems import LANGUAGES, stem

FIELDS = ("title", "authors", "subjects")
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


def anywhere(word: str, language: str | None = None) -> str:
    """A word in any field; with a language also another of its stem."""
    return _either(FIELDS, word, language)


def in_field(field: str, word: str, language: str | None = None) -> str:
    return _either((field,), word, language)


def one_of(column: str, values: Sequence[str]) -> str:
    return "(" + " OR ".join(f'{column} : "{value}"' for value in values) + ")"


def _either(fields: Sequence[str], word: str, language: str | None) -> str:
    exactly = f"{{{' '.join(fields)}}} : {word}"
    if language is None:
        return exactly
    stemmed = " ".join(f"{field}_{language}" for field in fields)
    return f"({exactly} OR {{{stemmed}}} : {stem(language, word)})"


def found(connection: sqlite3.Connection, query: str, newer_than: int = 0) -> list[int]:
    rows = connection.execute(
        "SELECT rowid FROM record WHERE record MATCH ? AND rowid > ?", (query, newer_than)
    )
    return [row[0] for row in rows.fetchall()]
