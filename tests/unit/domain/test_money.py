"""Amounts are whole minor units; no float rounds a cent away."""

import pytest

from discovery_accounts.domain.money import Money, money, totals


@pytest.mark.parametrize(
    ("given", "currency", "minor"),
    [
        ("12.5", "EUR", 1250), (12.5, "EUR", 1250), (0.1 + 0.2, "EUR", 30), ("1.005", "EUR", 101),
        (-1.5, "NOK", -150), (0, "EUR", 0), ("1200", "ISK", 1200), (" 2.40 ", "EUR", 240), (2.675, "EUR", 268),
    ],
)  # fmt: skip
def test_decimal_numbers_become_minor_units(given: str | float, currency: str, minor: int) -> None:
    assert money(given, currency) == Money(minor, currency)


@pytest.mark.parametrize("given", ["", "twelve", "NaN", "inf", "1,50", "1e308", -1e308, "9" * 5000, 10**12])
def test_what_is_no_amount_is_refused(given: str) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        money(given, "EUR")


def test_sums_are_by_currency_and_never_over_two() -> None:
    amounts = [Money(100, "EUR"), Money(50, "NOK"), Money(-30, "EUR")]
    assert totals(amounts) == (Money(70, "EUR"), Money(50, "NOK"))
    with pytest.raises(ValueError, match="two currencies"):
        Money(1, "EUR") + Money(1, "NOK")
