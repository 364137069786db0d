"""Six digits: for one purpose and one thing, five tries, ten minutes."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from discovery_accounts.services.codes import TRIES, Codes, is_used_up, new_code

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HOUSE: Any = SimpleNamespace(
    now=lambda: NOW, vault=SimpleNamespace(keyed_hash=lambda *parts: "\0".join(parts))
)


@dataclass
class Row:
    code_hash: str | None
    tries: int = 0
    expires_at: datetime = NOW + timedelta(minutes=10)


def row(codes: Codes, code: str | None, *about: str) -> Any:
    return Row(codes.hash(code, *about) if code else None)


def test_a_code_is_six_digits() -> None:
    assert all(len(code) == 6 and code.isdecimal() for code in (new_code() for _ in range(200)))


def test_it_fits_for_its_purpose_and_for_what_it_is_about_only() -> None:
    codes = Codes(HOUSE, "one")
    kept = row(codes, "123456", "ada")
    assert codes.fits(kept, " 123456 ", "ada")
    assert not codes.fits(kept, "123457", "ada")
    assert not codes.fits(kept, "123456", "bob")
    assert not Codes(HOUSE, "another").fits(kept, "123456", "ada")


def test_nothing_fits_where_there_is_no_code() -> None:
    codes = Codes(HOUSE, "one")
    assert not codes.fits(row(codes, None), "", "ada")


def test_every_try_counts_and_the_fifth_is_the_last() -> None:
    codes = Codes(HOUSE, "one")
    kept = row(codes, "123456")
    for _ in range(TRIES):
        assert codes.is_open(kept)
        assert not codes.fits(kept, "000000")
    assert is_used_up(kept)
    assert not codes.is_open(kept)


def test_it_is_over_at_its_end() -> None:
    codes = Codes(HOUSE, "one")
    kept = row(codes, "123456")
    kept.expires_at = NOW
    assert not codes.is_open(kept)
