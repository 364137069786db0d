"""Drawings of the last hour: heights follow the numbers, and nothing leaves the frame."""

from datetime import UTC, datetime, timedelta

from discovery_accounts.telemetry.recent import MINUTES, Recent, Span
from discovery_accounts.web.pages.admin_charts import BASE, HEIGHT, WIDTH, figures

NOW = datetime(2026, 11, 22, 3, 40, 25, tzinfo=UTC)


def hour(**asked: tuple[int, int, float]) -> tuple[Span, ...]:
    """Minutes by how long ago: ``m3=(answered, failed, seconds)`` is three minutes ago."""
    clock = {"now": 0.0}
    recent = Recent(lambda: clock["now"])
    for name, (answered, failed, seconds) in sorted(asked.items(), key=lambda one: -int(one[0][1:])):
        clock["now"] = (1000 - int(name[1:])) * 60.0
        for _ in range(answered):
            recent.note(True, seconds)
        for _ in range(failed):
            recent.note(False, seconds)
    clock["now"] = 1000 * 60.0
    return recent.hour()


def test_heights_follow_the_numbers_on_one_scale() -> None:
    bars = figures(hour(m2=(10, 0, 0.1), m1=(20, 0, 0.1), m0=(5, 4, 0.1)), NOW).questions.bars
    answered = [bar.height for bar in bars if bar.kind == "answered"]
    (failed,) = [bar for bar in bars if bar.kind == "failed"]
    assert answered[1] == 2 * answered[0] == BASE
    assert failed.y == BASE
    assert failed.height / answered[0] == 0.4


def test_nothing_leaves_the_frame_and_one_of_many_is_still_seen() -> None:
    view = figures(hour(m59=(5000, 1, 0.02), m30=(1, 900, 9.0), m0=(1, 0, 0.006)), NOW)
    for bar in (*view.questions.bars, *view.times.bars):
        assert 0 <= bar.x <= WIDTH - bar.width
        assert bar.y >= 0
        assert bar.y + bar.height <= HEIGHT + 0.1
        assert bar.height >= 2


def test_the_table_begins_with_the_latest_minutes_and_loses_nothing() -> None:
    view = figures(hour(m59=(1, 0, 0.1), m4=(2, 0, 0.1), m0=(3, 1, 0.1)), NOW)
    assert len(view.rows) == MINUTES // 5
    assert [(row.asked, row.failed) for row in view.rows if row.asked] == [(6, 1), (1, 0)]
    assert view.rows[0].since == NOW.replace(second=0) - timedelta(minutes=4)
    assert sum(row.asked for row in view.rows) == view.asked == 7
    assert view.failed_share == 1 / 7


def test_an_hour_without_questions_draws_nothing() -> None:
    view = figures(hour(), NOW)
    assert (view.asked, view.questions.bars, view.times.bars, view.p50) == (0, (), (), None)
    assert figures((), NOW).rows == ()
