"""Queries that mean the same have the same normal form, so that they are kept and matched once."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.factories.alert_queries import queries

from discovery_accounts.domain.alert_filters import Filters, read_filters
from discovery_accounts.domain.alert_query import BadQuery, read_query
from discovery_accounts.services.alerts import normal_form
from discovery_accounts.services.alerts.normal_form import BUCKETS, hash_of, id_of, ids_of_bucket, written


def form(query: str, language: str | None = None, **filters: list[str]) -> str:
    return written(read_query(query), read_filters(filters), language)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("moomin tove", "TOVE   Moomin"),
        ("moomin tove", "moomin AND tove AND moomin"),
        ("a OR (b OR c)", "c OR b OR a OR b"),
        ("a (b c)", "(c) b a"),
        ("ångström øyvind", "ANGSTROM Oyvind"),
        ("a -b -c", "a NOT (c OR b)"),
        ("a -(-b)", "b a"),
        ('"sota ja rauha"', "“Sota  ja RAUHA!”"),
        ("e-kirja", '"e kirja"'),
        ("title:(a b)", "title:b TITLE:a"),
        ("author:(title:a)", "title:a"),
        ("kirj*", "KIRJ*,"),
    ],
)
def test_the_same_meaning_has_the_same_text(one: str, other: str) -> None:
    assert form(one) == form(other)
    assert form(one, "de") == form(one)
    assert form(one, "fi") == form(other, "fi")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a b", '"a b"'),
        ("a b", "a OR b"),
        ('"a b"', '"b a"'),
        ('"aa bb"', "aa-bb*"),
        ("title:a", "author:a"),
        ("aa", "aa*"),
        ("a -b", "a b"),
    ],
)
def test_another_meaning_has_another_text(one: str, other: str) -> None:
    assert form(one) != form(other)


def test_filters_are_told_apart_from_words_and_their_order_is_none() -> None:
    assert form("a", format=["DVD", "Book"], languages=["fi"]) == form(
        "a", languages=["FI"], format=["book", "dvd", "DVD"]
    )
    assert form("a", format=["a*"]) != form("a", format=["a"])
    assert form("a", format=['"b']) != form("a", format=["b"])
    assert form("a", format=[]) == form("a")


def test_the_language_counts_where_it_adds_stems() -> None:
    assert form("kirjat", "fi") != form("kirjat", "en")
    assert form("kirjat", "nb") == form("kirjat", "no") == form("kirjat", "nn")
    assert form("kirj*", "fi") == form("kirj*", "en")
    assert form('"uudet kirjat" a -kirjat', None) == form('"uudet kirjat" a -kirjat', "se")
    assert normal_form.compile(form("kirjat -kissat", "fi")).parts == ["=fiwkirjat kirj", ["!", "wkissat"]]


def test_a_mark_counts_only_where_another_stem_comes_of_it() -> None:
    assert form("blåbär") == form("blabar")
    assert form("blåbär", "en") == form("blabar", "en")
    assert form("blåbär", "sv") != form("blabar", "sv")


def test_nothing_at_all_has_no_normal_form() -> None:
    with pytest.raises(ValueError, match="neither"):
        written(None, Filters(), "fi")


@settings(max_examples=150, deadline=None)
@given(queries, st.sampled_from([None, "fi", "sv"]))
def test_hash_id_and_bucket_come_of_the_text(query: str, language: str | None) -> None:
    try:
        text = form(query, language)
    except BadQuery:
        return
    assert text == form(f"({query}) ({query})", language)
    assert re.fullmatch("[0-9a-f]{64}", hash_of(text))
    assert sum(id_of(hash_of(text)) in ids_of_bucket(bucket) for bucket in range(BUCKETS)) == 1
    assert query not in repr(normal_form.compile(text))
