"""Numbers as libraries write them become numbers that can be sent to, or nothing."""

import pytest

from discovery_accounts.domain.phone_number import is_e164, to_e164


@pytest.mark.parametrize(
    ("on_file", "country", "number"),
    [
        ("+358 40 123 4567", None, "+358401234567"),
        ("00358-40-1234567", None, "+358401234567"),
        ("040 123 4567", "358", "+358401234567"),
        ("(040) 123-4567", "358", "+358401234567"),
        ("070-174 06 05", "46", "+46701740605"),
        ("912 34 567", "47", "+4791234567"),
        ("+47 912 34 567", "358", "+4791234567"),
    ],
)
def test_a_number_on_file_is_brought_into_one_form(on_file: str, country: str | None, number: str) -> None:
    assert to_e164(on_file, country) == number


@pytest.mark.parametrize(
    ("on_file", "country"),
    [
        (None, "358"),
        ("", "358"),
        ("040 123 4567", None),
        ("401234567", "358"),
        ("9123456", "47"),
        ("091234567", "47"),
        ("040 123 4567 (work)", "358"),
        ("040 1234567, 050 7654321 äiti", "358"),
        ("+358 40 123 4567 / 09 123 456 78", "358"),
        ("+0401234567", None),
        ("+35840", None),
        ("+1234567890123456", None),
        ("٠٤٠١٢٣٤٥٦٧", "358"),
        ("+358 40 123 4567 x9", None),
    ],
)
def test_what_is_not_surely_one_number_is_none(on_file: str | None, country: str | None) -> None:
    assert to_e164(on_file, country) is None


def test_only_a_plus_and_digits_is_e164() -> None:
    assert is_e164("+358401234567")
    assert not any(
        is_e164(text) for text in ("358401234567", "+358 401234567", "+358401234567\n", "+٣٥٨٤٠١٢٣٤")
    )
