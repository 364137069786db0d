"""Days that people type."""

from datetime import date

import pytest

from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.days import check_coming, read_day

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize("typed", ["2026-12-24", " 2026-12-24 ", "24.12.2026", "24. 12. 2026"])
def test_a_day_is_read_as_it_is_written_here(typed: str) -> None:
    assert read_day(typed, "until") == date(2026, 12, 24)


def test_nothing_is_no_day() -> None:
    assert read_day("", "until") is None
    assert read_day("  ", "until") is None
    check_coming(None, TODAY, "until")


@pytest.mark.parametrize(
    "typed",
    ["tomorrow", "2026-02-30", "30.2.2026", "12/24/2026", "٢٠٢٦-12-24", "2026-12-24T10:00", "0000-01-01"],
)
def test_what_is_no_day_is_told_at_its_field(typed: str) -> None:
    with pytest.raises(BadShape) as wrong:
        read_day(typed, "until")
    assert (wrong.value.field, wrong.value.code) == ("until", "bad_format")


@pytest.mark.parametrize(
    ("day", "code"),
    [(date(2026, 11, 22), "past"), (date(2020, 1, 1), "past"), (date(2099, 1, 1), "too_far")],
)
def test_a_day_is_to_come_and_not_too_far_off(day: date, code: str) -> None:
    check_coming(date(2026, 11, 23), TODAY, "until")
    with pytest.raises(BadShape) as wrong:
        check_coming(day, TODAY, "until")
    assert wrong.value.code == code
