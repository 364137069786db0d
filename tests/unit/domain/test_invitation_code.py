"""Codes of invitations are read as people type them."""

import pytest

from discovery_accounts.domain.invitation_code import ALPHABET, LENGTH, grouped, new_code, read_code


def test_codes_differ_and_have_nothing_that_looks_alike() -> None:
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200
    assert {len(code) for code in codes} == {LENGTH}
    assert not set("".join(codes)) & set("0O1IL2Z5S8BUV")
    assert len(ALPHABET) ** LENGTH > 2**43


@pytest.mark.parametrize(
    "typed",
    ["CDFGH-JKMNP", "cdfgh-jkmnp", "cdfghjkmnp", " cdfgh jkmnp ", "CDFGH–JKMNP", "ＣＤＦＧＨＪＫＭＮＰ"],
)
def test_case_dash_and_blanks_do_not_matter(typed: str) -> None:
    assert read_code(typed) == "CDFGHJKMNP"


@pytest.mark.parametrize(
    "typed", ["", "CDFGH-JKMN", "CDFGH-JKMNPP", "CDFGH-JKMN0", "CDFGH/JKMNP", "\0" * 10, "9" * 999]
)
def test_what_can_be_no_code_is_none(typed: str) -> None:
    assert read_code(typed) is None


def test_it_is_shown_in_two_groups() -> None:
    code = new_code()
    assert grouped(code) == f"{code[:5]}-{code[5:]}"
    assert read_code(grouped(code)) == code
