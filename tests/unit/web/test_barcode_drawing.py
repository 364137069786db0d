"""The bars of a barcode: nothing but geometry, white on either side. That scanners read them is a test in a browser."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discovery_accounts.domain.barcode import Symbology, drawable
from discovery_accounts.web.barcode_drawing import draw


@pytest.mark.parametrize("kind", [Symbology.CODE39, Symbology.CODE128])
def test_ten_narrow_bars_widths_are_white_on_either_side(kind: Symbology) -> None:
    drawing = draw("A1234567", kind)
    assert drawing is not None
    bars = [(int(at), int(wide)) for at, wide in re.findall(r"M(\d+) 0h(\d+)v60h-\d+z", str(drawing.svg))]
    assert bars[0][0] == 10
    assert sum(bars[-1]) + 10 == drawing.width
    assert min(wide for _, wide in bars) == 1


def test_long_numbers_are_said_to_be_wide() -> None:
    short, long = draw("1234567", Symbology.CODE39), draw("1234567890123456", Symbology.CODE39)
    assert short is not None
    assert long is not None
    assert (short.wide, long.wide) == (False, True)


def test_without_a_symbology_there_are_no_bars() -> None:
    assert draw("1234", Symbology.NONE) is None


@given(st.sampled_from(Symbology), st.text(max_size=24))
def test_whatever_is_drawable_is_drawn_with_nothing_but_geometry(kind: Symbology, number: str) -> None:
    drawn = drawable(number, kind)
    drawing = draw(number, drawn)
    assert (drawing is None) == (drawn is Symbology.NONE)
    if drawing is not None:
        paths = re.findall(r'<path fill="#(?:fff|000)" d="[Mhvz0-9 H-]+"/>', str(drawing.svg))
        assert re.sub("<svg [^<>]*>", "<svg>", str(drawing.svg)) == f"<svg>{''.join(paths)}</svg>"
