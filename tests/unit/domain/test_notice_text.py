"""Text that staff write for patrons: lines stay, what can't be seen does not."""

import pytest

from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.notice_text import MAX_NOTICE, clean_notice


def test_lines_stay_and_blanks_are_folded() -> None:
    assert (
        clean_notice("  Closed   tonight.\r\n\r\n Back at  8. \n", "text_en")
        == "Closed tonight.\n\nBack at 8."
    )


@pytest.mark.parametrize("typed", ["", "  ", "\n\t\n"])
def test_nothing_is_nothing(typed: str) -> None:
    assert clean_notice(typed, "text_en") is None


@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\N{RIGHT-TO-LEFT OVERRIDE}", "\N{ZERO WIDTH SPACE}"])
def test_what_can_not_be_seen_is_refused(sign: str) -> None:
    with pytest.raises(BadShape) as refused:
        clean_notice(f"Closed{sign} tonight", "text_sv")
    assert (refused.value.field, refused.value.code) == ("text_sv", "bad_characters")


def test_it_is_as_long_as_it_may_be_and_no_longer() -> None:
    assert clean_notice("å" * MAX_NOTICE, "text_sv") == "å" * MAX_NOTICE
    for typed in ("å" * (MAX_NOTICE + 1), "x\n" * 300):
        with pytest.raises(BadShape) as refused:
            clean_notice(typed, "text_sv")
        assert refused.value.code == "too_long"
