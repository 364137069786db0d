"""What a new PIN must be like, as far as that is known before the library has seen it."""

from discovery_accounts.connectors.api import PinRules
from discovery_accounts.domain.card_number import BadShape, check_pin

FIELD = "new_pin"


def check_new_pin(pin: str, again: str, rules: PinRules) -> str:
    """The PIN unchanged; raises ``BadShape`` about ``new_pin``, or ``new_pin_again`` where the two differ."""
    try:
        check_pin(pin)
    except BadShape as problem:
        raise BadShape(FIELD, problem.code) from None
    if rules.digits_only and not (pin.isascii() and pin.isdigit()):
        raise BadShape(FIELD, "not_digits")
    if len(pin) < rules.min_length:
        raise BadShape(FIELD, "too_short")
    if len(pin) > rules.max_length:
        raise BadShape(FIELD, "too_long")
    if pin != again:
        raise BadShape("new_pin_again", "not_the_same")
    return pin
