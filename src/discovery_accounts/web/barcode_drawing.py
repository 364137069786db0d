"""The bars of a barcode as SVG. python-barcode says where they are; its own drawings carry styles, which our content
policy refuses."""

from dataclasses import dataclass
from itertools import groupby

from barcode.codex import Code39, Code128
from markupsafe import Markup

from discovery_accounts.domain.barcode import Symbology

_QUIET = 10
"""Narrow bars' widths left white on either side (ISO/IEC 15417 4.3, 16388 4.3)."""
_HEIGHT = 60
_WIDE = 240
"""Narrow bars' widths that are still broad enough for a scanner on an upright telephone."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """``width`` in narrow bars' widths, the quiet zones included."""

    svg: Markup
    width: int

    @property
    def wide(self) -> bool:
        """Whether it is read better with the telephone turned sideways."""
        return self.width > _WIDE


def draw(number: str, symbology: Symbology) -> Drawing | None:
    """Black on white whatever is around it; ``None`` where there are no bars. ``number`` must be ``drawable``."""
    if symbology is Symbology.NONE:
        return None
    # a check digit is part of the number where a library uses one
    code = Code39(number, add_checksum=False) if symbology is Symbology.CODE39 else Code128(number)
    [modules] = code.build()
    bars, at = [], _QUIET
    for black, run in groupby(modules, key="1".__eq__):
        wide = len(tuple(run))
        if black:
            bars.append(f"M{at} 0h{wide}v{_HEIGHT}h-{wide}z")
        at += wide
    width = at + _QUIET
    return Drawing(
        Markup(  # noqa: S704 (nothing in it but numbers)
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {_HEIGHT}" preserveAspectRatio="none" '
            f'shape-rendering="crispEdges" aria-hidden="true"><path fill="#fff" d="M0 0h{width}v{_HEIGHT}H0z"/>'
            f'<path fill="#000" d="{"".join(bars)}"/></svg>'
        ),
        width,
    )
