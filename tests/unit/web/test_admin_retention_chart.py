"""The drawing of endings: heights follow the numbers, and nothing leaves the frame."""

from datetime import date

from discovery_accounts.domain.retention import Endings, months_later
from discovery_accounts.web.pages.admin_charts import HEIGHT, WIDTH
from discovery_accounts.web.pages.admin_retention import endings_chart

FIRST = date(2026, 11, 1)


def months(*counts: int) -> tuple[Endings, ...]:
    days = (months_later(FIRST, ahead) for ahead in range(len(counts)))
    return tuple(Endings(day, day, count) for day, count in zip(days, counts, strict=True))


def test_heights_follow_the_numbers_and_one_of_many_is_still_seen() -> None:
    chart = endings_chart(months(10, 20, 1_000_000, 1, 500_000))
    assert chart.top == 1_000_000
    assert [bar.height for bar in chart.bars] == [2.0, 2.0, HEIGHT, 2.0, HEIGHT / 2]
    for bar in chart.bars:
        assert 0 <= bar.x <= WIDTH - bar.width
        assert bar.y >= 0
        assert bar.y + bar.height <= HEIGHT + 0.1


def test_months_are_told_apart_by_their_place() -> None:
    chart = endings_chart(months(*[1] * 12))
    places = [bar.x for bar in chart.bars]
    assert places == sorted(places)
    assert all(
        right - left >= bar.width for left, right, bar in zip(places, places[1:], chart.bars, strict=False)
    )


def test_nothing_to_come_draws_nothing() -> None:
    assert endings_chart(()).bars == ()
