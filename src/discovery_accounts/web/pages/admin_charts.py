"""Figures of the last hour as small drawings and as a table: what a template needs, nothing left to compute."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from discovery_accounts.telemetry.recent import Span, together

WIDTH, HEIGHT, BASE = 300, 80, 54
"""Of a drawing, in its own units; ``BASE`` is the line that answers stand on and failures hang from."""
_STEP, _BAR = 5, 4
_LEAST = 2.0  # so that one of many is still seen
_ROW = 5  # minutes of one line of the table


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle; ``kind`` is ``answered``, ``failed`` or ``time``."""

    kind: str
    x: float
    y: float
    height: float
    width: int = _BAR


@dataclass(frozen=True, slots=True)
class ChartView:
    """``top`` is the highest value drawn: questions in a minute, or seconds."""

    bars: tuple[Bar, ...]
    top: float


@dataclass(frozen=True, slots=True)
class FigureRow:
    """Some minutes of the table; the times are seconds, ``None`` where nothing was answered."""

    since: datetime
    asked: int
    failed: int
    p50: float | None
    p95: float | None


@dataclass(frozen=True, slots=True)
class FiguresView:
    """The last hour of one library, in this process; ``failed_share`` is 0 to 1."""

    asked: int
    failed: int
    failed_share: float
    p50: float | None
    p95: float | None
    questions: ChartView
    times: ChartView
    rows: tuple[FigureRow, ...]


def figures(minutes: Sequence[Span], now: datetime) -> FiguresView:
    """``minutes`` as ``Recent.hour`` gives them."""
    hour = together(minutes)
    return FiguresView(
        asked=hour.asked,
        failed=hour.failed,
        failed_share=hour.failed_share,
        p50=hour.quantile(0.5),
        p95=hour.quantile(0.95),
        questions=_questions(minutes),
        times=_times(minutes),
        rows=tuple(_rows(minutes, now)),
    )


def _questions(minutes: Sequence[Span]) -> ChartView:
    """Answers upwards, failures downwards: told apart by more than their colour. One scale for both."""
    most = max((span.answered for span in minutes), default=0)
    worst = max((span.failed for span in minutes), default=0)
    scale = min(BASE / max(most, 1), (HEIGHT - BASE) / max(worst, 1))
    bars = []
    for place, span in enumerate(minutes):
        if span.answered:
            height = _seen(span.answered * scale)
            bars.append(Bar("answered", place * _STEP, round(BASE - height, 1), height))
        if span.failed:
            bars.append(Bar("failed", place * _STEP, BASE, _seen(span.failed * scale)))
    return ChartView(tuple(bars), max((span.asked for span in minutes), default=0))


def _times(minutes: Sequence[Span]) -> ChartView:
    """For each minute a bar from the time of half of the answers up to that of 95 in 100."""
    quantiles = [(span.quantile(0.5), span.quantile(0.95)) for span in minutes]
    top = max((slow for _, slow in quantiles if slow is not None), default=0.0)
    bars = []
    for place, (half, slow) in enumerate(quantiles):
        if half is not None and slow is not None and top:
            upper = HEIGHT * (1 - slow / top)
            height = _seen(HEIGHT * (slow - half) / top)
            bars.append(Bar("time", place * _STEP, round(min(upper, HEIGHT - height), 1), height))
    return ChartView(tuple(bars), top)


def _seen(height: float) -> float:
    return round(max(height, _LEAST), 1)


def _rows(minutes: Sequence[Span], now: datetime) -> Iterator[FigureRow]:
    """From the latest back; what began a minute ago is the minute under way."""
    for first in range(len(minutes) - _ROW, -1, -_ROW):
        span = together(minutes[first : first + _ROW])
        since = now - timedelta(minutes=len(minutes) - first - 1)
        yield FigureRow(
            since.replace(second=0, microsecond=0),
            span.asked,
            span.failed,
            span.quantile(0.5),
            span.quantile(0.95),
        )
