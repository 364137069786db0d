"""Codes of authenticator apps."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from discovery_accounts.login.password import totp

NOW = datetime(2026, 6, 1, 12, 0, 10, tzinfo=UTC)
STEP = int(NOW.timestamp()) // 30


@pytest.mark.parametrize(("seconds", "offset"), [(0, 0), (-30, -1), (30, 1), (-60, None), (60, None)])
def test_a_code_is_taken_one_step_around_the_present(seconds: int, offset: int | None) -> None:
    secret = totp.new_secret()
    code = pyotp.TOTP(secret).at(NOW + timedelta(seconds=seconds))
    assert totp.step_of(secret, code, NOW) == (None if offset is None else STEP + offset)


def test_the_codes_are_those_of_the_standard() -> None:
    """RFC 6238, appendix B: the last six digits of its examples."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    for seconds, code in ((59, "287082"), (1111111109, "081804"), (2000000000, "279037")):
        assert totp.step_of(secret, code, datetime.fromtimestamp(seconds, UTC)) == seconds // 30


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "１２３４５６", "-12345", "12345\0"])
def test_what_is_no_code_fits_no_step(typed: str) -> None:
    assert totp.step_of(totp.new_secret(), typed, NOW) is None


def test_blanks_in_a_code_do_not_matter() -> None:
    secret = totp.new_secret()
    code = pyotp.TOTP(secret).at(NOW)
    assert totp.step_of(secret, f" {code[:3]} {code[3:]} ", NOW) == STEP


def test_apps_read_who_and_where_from_the_picture() -> None:
    address = totp.address_for_apps("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "ada@library.example", "My library")
    parsed = pyotp.parse_uri(address)
    assert isinstance(parsed, pyotp.TOTP)
    assert (parsed.secret, parsed.name, parsed.issuer) == (
        "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
        "ada@library.example",
        "My library",
    )
    picture = totp.picture_of(address)
    assert picture.startswith("data:image/svg+xml")
    assert "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" not in picture
