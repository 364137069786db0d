"""What a refusal says of an address."""

from datetime import UTC, datetime, timedelta

import pytest

from discovery_accounts.domain.bounce import BounceKind, Outcome, is_given_up, kind_of

START = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        (550, None, "hard"),
        (551, None, "hard"),
        (553, None, "hard"),
        (552, None, "soft"),
        (554, None, "soft"),
        (550, "5.1.1", "hard"),
        (550, "5.1.10", "hard"),
        (550, "5.7.1", "soft"),
        (550, "5.1.7", "soft"),
        (None, "5.2.1", "hard"),
        (None, None, "soft"),
    ],
)
def test_only_what_is_about_the_address_is_hard(code: int | None, status: str | None, kind: str) -> None:
    assert kind_of(code, status) is BounceKind(kind)


def outcomes(*hours: float, arrived: int | None = None) -> list[Outcome]:
    return [
        Outcome(START - timedelta(hours=hour), None if number == arrived else BounceKind.SOFT)
        for number, hour in enumerate(hours)
    ]


def test_five_in_a_row_over_two_days_are_enough() -> None:
    assert is_given_up(outcomes(0, 12, 24, 36, 48))
    assert is_given_up(outcomes(0, 12, 24, 36, 48, 60, arrived=5))


def test_fewer_or_faster_or_with_one_that_arrived_are_not() -> None:
    assert not is_given_up(outcomes(0, 20, 40, 60))
    assert not is_given_up(outcomes(0, 1, 2, 3, 4))
    assert not is_given_up(outcomes(0, 12, 24, 36, 48, arrived=2))
