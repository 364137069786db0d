"""Filters of alerts: by the names of the record's fields, compared without case and marks."""

from typing import Any

import pytest

from discovery_accounts.domain.alert_filters import FIELDS, MOST_TEXT, MOST_VALUES, read_filters, values_of
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.new_record import NewRecord


def test_are_kept_as_written_and_compared_folded() -> None:
    read = read_filters(
        {"branches": [" Åbo \n bibliotek", "ABO bibliotek", ""], "format": "Book", "audience": []}
    )
    assert read.values == {"format": ("Book",), "branches": ("Åbo bibliotek", "ABO bibliotek")}
    assert dict(read.folded()) == {"format": ("book",), "branches": ("abo bibliotek",)}
    assert list(read.folded()) == ["format", "branches"]
    assert read_filters(None).values == read_filters({}).values == {}


@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        ([], "filters", "bad_shape"),
        ("format", "filters", "bad_shape"),
        ({"colour": ["red"]}, "filters.colour", "unknown"),
        ({"x" * 500 + "\n": ["red"]}, f"filters.{'x' * 40}", "unknown"),
        ({4: ["red"]}, "filters.4", "unknown"),
        ({"format": [1]}, "filters.format", "bad_shape"),
        ({"format": {"a": 1}}, "filters.format", "bad_shape"),
        ({"format": ["a"] * (MOST_VALUES + 1)}, "filters.format", "too_many"),
        ({"format": ["a" * (MOST_TEXT + 1)]}, "filters.format", "too_long"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(given: Any, field: str, code: str) -> None:
    with pytest.raises(BadShape) as told:
        read_filters(given)
    assert (told.value.field, told.value.code) == (field, code)


def test_every_field_is_one_of_the_record() -> None:
    record = NewRecord("1", "s", "t", format="E-Bok", languages=("FIN",), audience=None)
    has = {name: values_of(record, name) for name in FIELDS}
    assert has == {
        "format": ("e-bok",),
        "languages": ("fin",),
        "libraries": (),
        "branches": (),
        "audience": (),
    }


@pytest.mark.parametrize("written", ["fi", "fin", "FIN", "fi-FI", "Finnish"])
def test_a_language_is_the_same_by_whichever_of_its_codes(written: str) -> None:
    record = NewRecord("1", "lumme", "Taikatalvi", languages=(written,))
    assert values_of(record, "languages") == ("fin",)
    assert read_filters({"languages": [written]}).folded() == {"languages": ("fin",)}
