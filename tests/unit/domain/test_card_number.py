"""Shapes of card numbers and PINs."""

import contextlib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discovery_accounts.domain.card_number import BadShape, check_pin, last_four, normalise_card_number
from discovery_accounts.domain.labels import clean_label


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("2127 0000 001", "21270000001"),
        (" 2127-0000-001 ", "21270000001"),
        ("2127–0000–001", "21270000001"),
        ("HK10001", "HK10001"),
        ("reader@library.example", "reader@library.example"),
    ],
)
def test_a_number_is_taken_as_it_is_printed(typed: str, number: str) -> None:
    assert normalise_card_number(typed) == number


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "missing"),
        ("   ", "missing"),
        ("1" * 65, "too_long"),
        ("1" * 1_000_000, "too_long"),
        ("12\x0034", "bad_characters"),
        ("12\n34", "bad_characters"),
        ("١٢٣٤٥", "bad_characters"),
        ("１２３４５", "bad_characters"),
        ("12|AO", "bad_characters"),
        ("../..", "bad_characters"),
        ("..", "bad_characters"),
        ("12%00", "bad_characters"),
    ],
)
def test_a_number_that_no_library_could_know_is_refused(typed: str, code: str) -> None:
    with pytest.raises(BadShape) as refused:
        normalise_card_number(typed)
    assert (refused.value.field, refused.value.code) == ("card_number", code)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "missing"),
        (" ", "missing"),
        ("9" * 129, "too_long"),
        ("12\x00", "bad_characters"),
        ("12\r63", "bad_characters"),
        ("\ud800", "bad_characters"),
        ("١٢٣٤", "other_digits"),
    ],
)
def test_a_pin_that_could_not_be_one_is_refused(typed: str, code: str) -> None:
    with pytest.raises(BadShape) as refused:
        check_pin(typed)
    assert (refused.value.field, refused.value.code) == ("pin", code)


def test_a_pin_is_not_changed() -> None:
    assert check_pin(" pä ss–1 ") == " pä ss–1 "


@given(st.text())
def test_a_refusal_never_repeats_what_was_typed(typed: str) -> None:
    for check in (normalise_card_number, check_pin, clean_label):
        with contextlib.suppress(BadShape), refusals_without_values():
            check(typed)


@contextlib.contextmanager
def refusals_without_values() -> Iterator[None]:
    try:
        yield
    except BadShape as refused:
        told = str(refused)
        if told != f"{refused.field}: {refused.code}":
            pytest.fail("a refusal says more than field and code")
        raise


@pytest.mark.parametrize(
    ("number", "shown"), [("21270000001", "0001"), ("HK1001", "1001"), ("1234", "34"), ("12", "2")]
)
def test_never_more_than_the_end_of_a_number_is_shown(number: str, shown: str) -> None:
    assert last_four(number) == shown


@pytest.mark.parametrize(
    ("typed", "kept"), [("  Elsa  ", "Elsa"), ("Mum’s\n card", "Mum’s card"), ("Åsa", "Åsa")]
)
def test_a_name_of_a_card_is_one_clean_line(typed: str, kept: str) -> None:
    assert clean_label(typed) == kept
