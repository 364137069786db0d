"""The table every benchmark prints: what was measured, against which baseline, and whether it is good enough."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from statistics import median, quantiles

HEADINGS = ("what", "measured", "baseline", "ratio", "goal", "")


@dataclass(frozen=True, slots=True)
class Row:
    """One line. Left out, ``goal`` and ``verdict`` say that the figure is for information."""

    what: str
    measured: str
    baseline: str = ""
    ratio: str = ""
    goal: str = ""
    verdict: str = ""


def at_most(what: str, value: float, base: float, limit: float, baseline: str, unit: str = "ms") -> Row:
    """``value`` may be at most ``limit`` times ``base``."""
    ratio = value / base
    shown = f"{ratio:.3f}" if limit < 2 else f"{ratio:.2f}"
    return Row(
        what,
        f"{value:.4g} {unit}",
        f"{base:.4g} {unit} {baseline}",
        shown,
        f"≤ {limit:.2f}",
        _said(ratio <= limit),
    )


def at_least(what: str, value: float, base: float, limit: float, baseline: str, unit: str) -> Row:
    """``value`` must be at least ``limit`` times ``base``."""
    ratio = value / base
    return Row(
        what,
        f"{value:.4g} {unit}",
        f"{base:.4g} {unit} {baseline}",
        f"{ratio:.3f}",
        f"≥ {limit:.2f}",
        _said(ratio >= limit),
    )


def below(what: str, value: float, limit: float, unit: str, baseline: str = "", ratio: str = "") -> Row:
    """``value`` itself has a limit; a baseline and ratio may stand beside it."""
    return Row(what, f"{value:.4g} {unit}", baseline, ratio, f"≤ {limit:g} {unit}", _said(value <= limit))


def none_of(what: str, count: int, total: int, baseline: str = "") -> Row:
    """Something that must not happen: how often it did."""
    return Row(what, f"{count} of {total}", baseline, "", "none", _said(count == 0))


def within(what: str, value: float, base: float, more: float, baseline: str) -> Row:
    """``value`` may be at most ``more`` milliseconds above ``base``."""
    shown = f"{base:.4g} ms {baseline}"
    return Row(
        what, f"{value:.4g} ms", shown, f"{value / base:.2f}", f"≤ + {more:g} ms", _said(value <= base + more)
    )


def told(what: str, value: float, unit: str, baseline: str = "", ratio: str = "") -> Row:
    """A figure without a goal."""
    return Row(what, f"{value:.4g} {unit}", baseline, ratio)


def show(title: str, rows: Sequence[Row], *notes: str) -> None:
    """Print ``rows`` under ``title``, and what should be known to read them."""
    cells = [HEADINGS, *(astuple(row) for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEADINGS))]
    print(title)
    for line in cells:
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
    for note in notes:
        print(f"  {note}")


def middle(values: Sequence[float]) -> float:
    return median(values)


def percentile(values: Sequence[float], percent: int) -> float:
    """The value that ``percent`` of 100 do not exceed."""
    return quantiles(values, n=100, method="inclusive")[percent - 1]


def _said(good: bool) -> str:
    return "pass" if good else "MISS"
