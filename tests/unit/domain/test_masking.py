"""A masked value gives its first signs at most, and does not tell how long it is."""

import pytest

from discovery_accounts.domain.masking import mask_email, mask_name, mask_phone, mask_user_name


@pytest.mark.parametrize(
    ("whole", "masked"),
    [
        ("ada.lovelace@example.org", "a…@e….org"),
        ("x@library.example.org", "x…@l….org"),
        ("ada@lovelace.fi", "a…@l….fi"),
        ("no address", "…"),
        ("@example.org", "…"),
        ("ada@localhost", "…"),
        ("", "…"),
    ],
)
def test_an_address_keeps_the_first_letters(whole: str, masked: str) -> None:
    assert mask_email(whole) == masked


def test_a_name_keeps_its_initials() -> None:
    assert mask_name("Ada Lovelace") == "A… L…"
    assert mask_name(" Ada  King Countess Lovelace ") == "A… K…"
    assert mask_name("") == ""


def test_a_number_keeps_its_last_two_digits() -> None:
    assert mask_phone("+358 40 123 45 67") == mask_phone("+47 12345667") == "…67"
    assert mask_phone("1234") == "…"


def test_a_user_name_that_is_an_address_is_masked_as_one() -> None:
    assert mask_user_name("ada@uni.example") == "a…@u….example"
    assert mask_user_name("lovelace") == "l…"
