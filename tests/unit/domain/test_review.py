"""What a review may be, and when it is shown."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.review import (
    Mode,
    RecordKey,
    ReviewState,
    check_stars,
    clean_lines,
    read_record_key,
    record_key,
    state_after_change,
)


@pytest.mark.parametrize("record_id", ["lumme.336", "a/b", "å%2F", "x:y", "/", "%", "..", "a b", "📚" * 200])
def test_a_record_is_known_by_whatever_its_catalogue_calls_it(record_id: str) -> None:
    assert record_key("lumme", record_id) == RecordKey("lumme", record_id)
    assert read_record_key(f"lumme:{record_id}") == RecordKey("lumme", record_id)


@pytest.mark.parametrize(
    ("source", "record_id", "field", "code"),
    [
        ("", "1", "source", "missing"),
        ("lumme", " ", "record_id", "missing"),
        ("s" * 65, "1", "source", "too_long"),
        ("lumme", "1" * 256, "record_id", "too_long"),
        ("lum:me", "1", "source", "bad_characters"),
        ("lumme", "1\n2", "record_id", "bad_characters"),
        ("lumme", "1\x00", "record_id", "bad_characters"),
        ("lumme", "\ud800", "record_id", "bad_characters"),
    ],
)
def test_what_is_no_record_is_told_by_its_field(source: str, record_id: str, field: str, code: str) -> None:
    with pytest.raises(BadShape) as refused:
        record_key(source, record_id)
    assert (refused.value.field, refused.value.code) == (field, code)


@pytest.mark.parametrize("text", ["", "lumme", ":1", "lumme:"])
def test_a_record_without_its_source_or_id_is_refused_as_a_whole(text: str) -> None:
    with pytest.raises(BadShape, match="record: missing"):
        read_record_key(text)


@pytest.mark.parametrize("stars", [0, 6, -1])
def test_stars_are_one_to_five(stars: int) -> None:
    with pytest.raises(BadShape, match="stars: unknown"):
        check_stars(stars)
    assert check_stars(5) == 5


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Good.\r\n\r\n\r\n\r\nVery  good.\t\n ", "Good.\n\nVery  good."),
        ("right\u202eleft\u200b \x1b[31mred\x00", "rightleft [31mred"),
        ("one\u2028two\x85three", "one\ntwo\nthree"),
        ("👩\u200d🚀 å", "👩\u200d🚀 å"),
        ("a\u0308", "ä"),
        (" \n\t\u200b\n", ""),
        ("\u200d\u200c", ""),
        ("<b>&</b>", "<b>&</b>"),
    ],
)
def test_a_text_keeps_its_lines_and_loses_what_nobody_sees(typed: str, kept: str) -> None:
    assert clean_lines(typed, "text", 100) == kept


def test_a_text_that_is_too_long_is_refused_and_not_cut() -> None:
    assert len(clean_lines("å" * 100, "text", 100)) == 100
    with pytest.raises(BadShape, match="text: too_long"):
        clean_lines("å" * 101, "text", 100)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_cleaning_twice_changes_nothing_and_leaves_no_control_characters(typed: str) -> None:
    once = clean_lines(typed, "text", 1000)
    assert clean_lines(once, "text", 1000) == once
    assert "\n\n\n" not in once
    assert not {unicodedata.category(sign) for sign in once if sign not in "\n\u200c\u200d"} & {
        "Cc",
        "Cf",
        "Cs",
    }


@pytest.mark.parametrize(
    ("mode", "was", "then"),
    [
        (Mode.SHOWN, ReviewState.SHOWN, ReviewState.SHOWN),
        (Mode.SHOWN, ReviewState.HIDDEN, ReviewState.WAITING),
        (Mode.SHOWN, ReviewState.WAITING, ReviewState.WAITING),
        (Mode.CHECKED, ReviewState.SHOWN, ReviewState.WAITING),
        (Mode.CHECKED, ReviewState.HIDDEN, ReviewState.WAITING),
    ],
)
def test_a_changed_text_is_shown_only_where_nobody_has_to_look(
    mode: Mode, was: ReviewState, then: ReviewState
) -> None:
    assert state_after_change(mode, was) is then
