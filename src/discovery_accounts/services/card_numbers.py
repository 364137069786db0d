"""A typed card number as its library can know it."""

from discovery_accounts.domain.card_number import BadShape, normalise_card_number
from discovery_accounts.services.house import House


def typed_number(house: House, library: str, typed: str) -> str:
    """The number without blanks and dashes. Raises ``BadShape``, also where it does not fit the library's
    ``card_number_pattern``, and ``Problem`` for a library that can't be asked."""
    number = normalise_card_number(typed)
    pattern = house.library(library).card_number_pattern
    if pattern is not None and not pattern.fullmatch(number):
        raise BadShape("card_number", "bad_characters")
    return number
