"""Return addresses, ids of loans, e-mail addresses."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.email_address import check_email, masked
from discovery_accounts.domain.native_id import read_native_id, write_native_id
from discovery_accounts.domain.return_address import safe_return

PORTALS = ("https://library.example", "http://127.0.0.1:8080")


@pytest.mark.parametrize(
    "asked",
    [
        "/my/loans",
        "/my/loans?card=1&order=card",
        "/my",
        "https://library.example/Record/1?x=y",
        "http://127.0.0.1:8080/",
    ],
)
def test_own_pages_and_portals_are_returned_to(asked: str) -> None:
    assert safe_return(asked, "/my", PORTALS, "/my/loans") == asked


@pytest.mark.parametrize(
    "asked",
    [
        None,
        "",
        "/",
        "/mystery",
        "/other",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "https:evil.example",
        "https://library.example@evil.example",
        "https://library.example:8443/",
        "https://user@library.example/",
        "javascript:alert(1)",
        "data:text/html,x",
        "/my/%2f%2fevil.example",
        "/my/%5cevil",
        "/my/../other",
        "/my/\nx",
        "/my/%0d%0aSet-Cookie:x",
        "/my/ä",
        "/my/" + "a" * 3000,
        "https://library.example:99999/",
        "https://[::1/",
    ],
)
def test_anything_odd_is_not_used(asked: str | None) -> None:
    assert safe_return(asked, "/my", PORTALS, "/my/loans") == "/my/loans"


@pytest.mark.parametrize(
    "asked", ["//evil.example", "///evil.example", "///evil.example/loans", "////x/", "//"]
)
def test_no_number_of_slashes_leads_out_of_pages_that_are_at_the_root(asked: str) -> None:
    assert safe_return(asked, "", PORTALS, "/loans") == "/loans"


@given(st.one_of(st.text(max_size=60), st.text("/:.?#a", max_size=12)))
def test_whatever_is_asked_the_answer_is_ours(asked: str) -> None:
    answer = safe_return(asked, "", PORTALS, "/loans")
    assert answer.startswith(("/", *PORTALS))
    assert not answer.startswith("//")
    assert "\\" not in answer


@given(
    st.uuids(),
    st.text(min_size=1, max_size=60).filter(lambda text: not any(0xD800 <= ord(c) < 0xE000 for c in text)),
)
def test_an_id_of_a_loan_carries_card_and_number(card: uuid.UUID, native: str) -> None:
    text = write_native_id(card, native)
    assert read_native_id(text) == (card, native)
    assert text.isascii()
    assert "/" not in text


@pytest.mark.parametrize(
    "text", ["", "x", "-", f"{uuid.UUID(int=7).hex}-", f"{uuid.UUID(int=7).hex}-€", "zz-NTAwMQ", "a" * 500]
)
def test_what_is_no_id_is_told_so(text: str) -> None:
    assert read_native_id(text) is None


@pytest.mark.parametrize("typed", ["reader@library.example", " reader+1@sub.library.example "])
def test_an_address_is_taken_without_blanks(typed: str) -> None:
    assert check_email(typed) == typed.strip()


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "reader",
        "@library.example",
        "a@b",
        "a b@library.example",
        "a@library.example\nBcc: x@y.zz",
        "ä@library.example",
        "a@-x.example",
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(BadShape):
        check_email(typed)


def test_a_masked_address_shows_the_first_letter_and_the_host() -> None:
    assert masked("reader@library.example") == "r…@library.example"
