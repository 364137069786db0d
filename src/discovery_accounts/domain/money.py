"""Money as the interface gives it: whole minor units and a currency, never a float."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in minor units (cents, øre) of an ISO 4217 currency such as ``EUR``."""

    amount_minor: int
    currency: str

    def __add__(self, other: "Money") -> "Money":
        """The sum; raises ``ValueError`` for two currencies, which nobody may add up for a person."""
        if other.currency != self.currency:
            raise ValueError("amounts in two currencies can't be added")
        return Money(self.amount_minor + other.amount_minor, self.currency)


MINOR_DIGITS = {"ISK": 0, "JPY": 0}
"""Currencies without the usual two decimals, as far as libraries here meet them."""

_TOO_MUCH = Decimal(10) ** 12


def minor_digits(currency: str) -> int:
    """How many decimals amounts of that currency have."""
    return MINOR_DIGITS.get(currency, 2)


def money(amount: str | int | float | Decimal, currency: str) -> Money:
    """From a library's decimal number (``"12.5"``, ``12.5``), rounded to the minor unit.

    Raises ``ValueError`` for what is no finite number, or more than anybody ever owed.
    """
    try:
        exact = Decimal(str(amount).strip())
    except InvalidOperation:
        raise ValueError("not an amount") from None
    if not exact.is_finite() or abs(exact) >= _TOO_MUCH:
        raise ValueError("not an amount")
    scaled = exact.scaleb(minor_digits(currency)).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return Money(int(scaled), currency)


def totals(amounts: "list[Money] | tuple[Money, ...]") -> tuple[Money, ...]:
    """One sum for each currency, in the order in which they first appear."""
    sums: dict[str, Money] = {}
    for amount in amounts:
        known = sums.get(amount.currency)
        sums[amount.currency] = amount if known is None else known + amount
    return tuple(sums.values())
