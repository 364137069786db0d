"""The index of a day's records answers exactly as if each query had been read against each record."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.factories.alert_queries import filters, finds, queries, records

from discovery_accounts.domain.alert_filters import read_filters
from discovery_accounts.domain.alert_query import BadQuery, Query, Reason, read_query
from discovery_accounts.domain.new_record import NewRecord
from discovery_accounts.services.alerts import normal_form
from discovery_accounts.services.alerts.index import DayIndex, positions
from discovery_accounts.services.alerts.normal_form import written

MANY = 40
"""Records of one: more than the index keeps as single positions."""


def found(query: str, *records: NewRecord, language: str = "", **filters: list[str]) -> list[int]:
    text = written(read_query(query), read_filters(filters), language)
    return DayIndex(records).match(normal_form.compile(text))


def readable(text: str) -> Query | None:
    """``None`` for a query that only says what is not wanted."""
    try:
        return read_query(text)
    except BadQuery as bad:
        if bad.reason is not Reason.ONLY_NOT:
            raise
        return None


def record(title: str, *authors: str, subjects: tuple[str, ...] = (), **more: object) -> NewRecord:
    return NewRecord("1", "s", title, authors, subjects, **more)  # type: ignore[arg-type]


@settings(max_examples=250, deadline=None)
@given(
    st.lists(records, min_size=1, max_size=8),
    st.lists(
        st.tuples(queries, filters, st.sampled_from(["", "fi", "sv", "nb", "en"])), min_size=8, max_size=20
    ),
    st.sampled_from([1, MANY]),
)
def test_equal_to_reading_each_record_by_itself(few: list[NewRecord], asked: list, times: int) -> None:
    index = DayIndex(few * times)
    for text, chosen, language in asked:
        query = readable(text)
        if query is None:
            continue
        wanted = read_filters(chosen)
        matched = index.match(normal_form.compile(written(query, wanted, language)))
        expected = [at for at, one in enumerate(few) if finds(query, wanted.values, language, one)]
        assert matched == [at + turn * len(few) for turn in range(times) for at in expected], text


def test_a_phrase_stands_within_one_title_author_or_subject() -> None:
    book = record("Sota ja rauha", "Tolstoi, Leo", "Adrian, Esa", subjects=("sota", "rauha", "Leo, Tolstoi"))
    assert found('"ja rauha"', book) == [0]
    assert found('"rauha tolstoi"', book) == []
    assert found('"leo adrian"', book) == []
    assert found('"sota rauha"', book) == []
    assert found('author:"leo tolstoi"', book) == []
    assert found('subject:"leo tolstoi"', book) == [0]
    assert found('"sota rau"', book) == []
    assert found("title:so-ta", book) == []


def test_words_of_one_query_may_stand_in_different_fields() -> None:
    book = record("Sommarboken", "Jansson, Tove", "Westin, Boel", subjects=("öar",))
    assert found("tove sommarboken OAR", book) == [0]
    assert found("author:(tove boel)", book) == [0]
    assert found("author:sommarboken", book) == []
    assert found("author:tove sommarboken", book) == [0]


def test_stems_add_and_never_take_away() -> None:
    plural, singular = record("Uudet kirjat"), record("Uusi kirja")
    assert found("kirja", plural, singular, language="fi") == [0, 1]
    assert found("kirja", plural, singular, language="de") == [1]
    assert found('"kirja"', plural, singular, language="fi") == [0, 1]  # a word alone is a word
    assert found('"uusi kirja"', plural, singular, language="fi") == [1]
    assert found("uu* -kirja", plural, singular, language="fi") == [0]


def test_filters_are_any_of_in_a_field_and_all_of_the_fields() -> None:
    book = record("a", format="Book", languages=("fin", "swe"), branches=("Åbo  huvudbibliotek",))
    film = record("a", format="DVD", languages=("swe",))
    assert found("a", book, film, format=["dvd", "BOOK"]) == [0, 1]
    assert found("a", book, film, format=["dvd", "book"], languages=["fin"]) == [0]
    assert found("a", book, film, branches=["abo huvudbibliotek"]) == [0]
    assert found("a", book, film, audience=["children"]) == []
    assert found("b", book, film, format=["book"]) == []


def test_filters_alone_can_be_asked_for() -> None:
    index = DayIndex([record("a", format="Book"), record("b", format="DVD")])
    text = written(None, read_filters({"format": ["dvd"]}), "fi")
    assert index.match(normal_form.compile(text)) == [1]


@pytest.mark.parametrize("titles", [(), ("?!",), ("…", "!!!")])
def test_a_day_without_a_word_is_a_day_like_others(titles: tuple[str, ...]) -> None:
    index = DayIndex([record(title) for title in titles])
    for language in ("fi", "sv", "fi", None):
        query = normal_form.compile(written(read_query("kirjat jazz*"), read_filters({}), language))
        assert index.match(query) == []


def test_a_day_without_records() -> None:
    assert found('a OR "b c" OR de*') == []


@given(st.sets(st.integers(0, 3000), max_size=60) | st.sets(st.integers(0, 300), min_size=101, max_size=250))
def test_positions_of_bits(places: set[int]) -> None:
    assert positions(sum(1 << place for place in places)) == sorted(places)
