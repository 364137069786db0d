"""What a barcode can hold, and how a number is read out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discovery_accounts.domain.barcode import Symbology, drawable, in_groups


@pytest.mark.parametrize(
    ("number", "wanted", "drawn"),
    [
        ("21270000001", "code128", "code128"),
        ("A12-34.5 $/+%", "code39", "code39"),
        ("a1234", "code39", "none"),
        ("a1234", "code128", "code128"),
        ("*1234*", "code39", "none"),
        ("12ä4", "code128", "none"),
        ("12\n4", "code128", "none"),
        ("1" * 24, "code39", "code39"),
        ("1" * 25, "code39", "none"),
        ("", "code128", "none"),
        ("21270000001", "none", "none"),
    ],
)
def test_a_number_is_drawn_where_the_librarys_kind_of_barcode_can_hold_it(
    number: str, wanted: str, drawn: str
) -> None:
    assert drawable(number, Symbology(wanted)) is Symbology(drawn)


@pytest.mark.parametrize(
    ("number", "pieces"),
    [
        ("21270000001", ("2127", "0000", "001")),
        ("212700000", ("2127", "00000")),
        ("2127", ("2127",)),
        ("1", ("1",)),
        ("", ()),
    ],
)
def test_a_number_is_read_out_in_fours(number: str, pieces: tuple[str, ...]) -> None:
    assert in_groups(number) == pieces


@given(st.text(min_size=2))
def test_no_character_is_lost_and_none_stands_alone(number: str) -> None:
    pieces = in_groups(number)
    assert "".join(pieces) == number
    assert all(len(piece) > 1 for piece in pieces)
