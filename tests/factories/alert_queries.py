"""Random queries and records from a few words that meet often, and a reader that takes each record by itself."""

from collections.abc import Iterator, Mapping

from hypothesis import strategies as st

from discovery_accounts.domain.alert_filters import FIELDS, as_compared
from discovery_accounts.domain.alert_query import And, Node, Not, Or, Phrase, Query, Start, Word
from discovery_accounts.domain.folding import plain_words, words
from discovery_accounts.domain.new_record import NewRecord
from discovery_accounts.services.alerts.stems import stem

_WORDS = "kirja kirjat kirjan Kirjoja blåbär blabar BLÅBÄREN öar oar sota rauha ja book books Booking e-kirja bøker bok"
WORDS = [*_WORDS.split(), "N.Y.", "l’été", "Łódź", "ﬁlm", "1984", "İstanbul", "Gogolʹ", "½"]
BEGINNINGS = ["ki*", "kir*", "blå*", "bo*", "e-ki*", "is*", "19*", "zz*"]
VALUES = {"format": ["Book", "e-Book", "DVD"], "languages": ["fi", "SV"], "branches": ["Åbo", "abo ", "Oslo"]}

_texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join)
_some = st.lists(_texts, max_size=2).map(tuple)

records = st.builds(
    NewRecord,
    record_id=st.just("1"),
    source=st.just("s"),
    title=_texts,
    authors=_some,
    subjects=_some,
    format=st.none() | st.sampled_from(VALUES["format"]),
    languages=st.lists(st.sampled_from(VALUES["languages"]), max_size=2).map(tuple),
    branches=st.lists(st.sampled_from(VALUES["branches"]), max_size=2).map(tuple),
)

filters = st.fixed_dictionaries(
    {}, optional={name: st.lists(st.sampled_from(values), max_size=2) for name, values in VALUES.items()}
)

_terms = st.one_of(
    st.sampled_from(WORDS), st.sampled_from(BEGINNINGS), _texts.map('"{}"'.format), st.sampled_from(WORDS)
)
_fields = st.sampled_from(["", "", "", "author:", "subject:", "TITLE:"])


def _wider(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    some = st.lists(inner, min_size=2, max_size=3)
    return st.one_of(
        some.map(" ".join),
        some.map(" AND ".join),
        some.map(" OR ".join),
        inner.map("-({})".format),
        inner.map("NOT ({})".format),
        st.builds("{}({})".format, _fields, inner),
    )


queries = st.recursive(st.builds("{}{}".format, _fields, _terms), _wider, max_leaves=6)
"""Texts as people write them; some ask only for what is not wanted, and can't be read."""


def finds(query: Query, filters: Mapping[str, tuple[str, ...]], language: str, record: NewRecord) -> bool:
    """Whether the record is one that the query asks for: by reading it from beginning to end."""
    for name in FIELDS:
        has = getattr(record, name)
        has = (has,) if isinstance(has, str) else has or ()
        wanted = {as_compared(name, one) for one in filters.get(name, ())}
        if wanted and not wanted & {as_compared(name, one) for one in has}:
            return False
    return _holds(query.root, language, record, wanted=True)


def _holds(node: Node, language: str, record: NewRecord, *, wanted: bool) -> bool:
    match node:
        case Not(part):
            return not _holds(part, language, record, wanted=not wanted)
        case And(parts):
            return all(_holds(part, language, record, wanted=wanted) for part in parts)
        case Or(parts):
            return any(_holds(part, language, record, wanted=wanted) for part in parts)
        case Word(field, text, plain):
            return any(
                text in words(one)
                or (wanted and language and _stem_is_in(language, stem(language, plain), one))
                for one in _read(record, field)
            )
        case Start(field, text):
            return any(word.startswith(text) for one in _read(record, field) for word in words(one))
        case Phrase(field, asked, is_start):
            return any(_stand_together(asked, is_start, words(one)) for one in _read(record, field))


def _read(record: NewRecord, field: str | None) -> Iterator[str]:
    if field in (None, "title"):
        yield record.title
    if field in (None, "author"):
        yield from record.authors
    if field in (None, "subject"):
        yield from record.subjects


def _stem_is_in(language: str, stemmed: str, text: str) -> bool:
    return any(stem(language, word) == stemmed for word in plain_words(text))


def _stand_together(asked: tuple[str, ...], is_start: bool, has: tuple[str, ...]) -> bool:
    for at in range(len(has) - len(asked) + 1):
        part = has[at : at + len(asked)]
        if part == asked or (is_start and part[:-1] == asked[:-1] and part[-1].startswith(asked[-1])):
            return True
    return False
