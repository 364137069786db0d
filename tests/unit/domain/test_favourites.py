"""What a list may hold, and what it is ordered by."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.favourites import (
    MOST_NOTE,
    MOST_TAG,
    MOST_TAGS,
    Order,
    between,
    check_cover,
    clean_name,
    clean_note,
    clean_tags,
    read_ordering,
    sort_key,
    tag_key,
    write_ordering,
)


def test_a_note_keeps_its_lines_and_loses_what_cannot_be_seen() -> None:
    assert clean_note("one\r\ntwo\rthree \x00\x1b[31m\u202eevil\n\n") == "one\ntwo\nthree [31mevil"
    assert clean_note("a\u2028b\tc") == "a\nb c"


def test_markup_in_a_note_is_text_like_any_other() -> None:
    assert clean_note("<b>a < b</b>") == "<b>a < b</b>"


@pytest.mark.parametrize("text", ["x" * (MOST_NOTE + 1), "x" * 100 * MOST_NOTE])
def test_a_note_that_is_too_long_is_refused_not_cut(text: str) -> None:
    with pytest.raises(BadShape) as refused:
        clean_note(text)
    assert (refused.value.field, refused.value.code) == ("note", "too_long")


def test_a_4_a_name_with_line_breaks_is_one_line() -> None:
    assert clean_name(" Read\r\nBcc: all@example.org ") == "Read Bcc: all@example.org"


@pytest.mark.parametrize(
    ("name", "code"), [(" \n", "missing"), ("x" * 201, "too_long"), ("a\x07b", "bad_characters")]
)
def test_a_name_that_cannot_be_is_refused(name: str, code: str) -> None:
    with pytest.raises(BadShape) as refused:
        clean_name(name)
    assert (refused.value.field, refused.value.code) == ("name", code)


def test_a_tag_stands_once_as_it_was_first_written() -> None:
    assert clean_tags(["Luettu", "#luettu", " LUETTU ", "", "#", "to  read"]) == ("Luettu", "to read")


def test_a_and_ae_are_two_letters_in_tags() -> None:
    assert tag_key("Hätä") == tag_key("hÄTÄ") != tag_key("hata")


@pytest.mark.parametrize(
    ("tags", "code"),
    [
        (["x" * (MOST_TAG + 1)], "too_long"),
        (["ß" * MOST_TAG], "too_long"),
        (["a\x00b"], "bad_characters"),
        ([f"t{number}" for number in range(MOST_TAGS + 1)], "too_many"),
    ],
)
def test_tags_that_cannot_be_are_refused(tags: list[str], code: str) -> None:
    with pytest.raises(BadShape) as refused:
        clean_tags(tags)
    assert (refused.value.field, refused.value.code) == ("tags", code)


@pytest.mark.parametrize(
    "address", ["https://covers.example/1.jpg?size=2", "http://covers.example:8080/å"[:-1]]
)
def test_a_cover_is_a_web_address(address: str) -> None:
    assert check_cover(f" {address} ") == address
    assert check_cover(None) is check_cover(" ") is None


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:image/png;base64,AAAA",
        "//covers.example/1.jpg",
        "/1.jpg",
        "https://",
        "https://user@covers.example/1.jpg",
        "https://covers.example/a b",
        "https://covers.example/\"onerror='x",
        "https://covers.example\r\nX: y",
        "https://covers.example:99999/",
        "https://[::1/",
        "https://covers.example/" + "x" * 1000,
        "ftp://covers.example/1.jpg",
    ],
)
def test_anything_else_is_no_cover(address: str) -> None:
    with pytest.raises(BadShape) as refused:
        check_cover(address)
    assert refused.value.field == "cover_url"


def test_titles_are_ordered_as_in_a_nordic_catalogue() -> None:
    titles = ["Öinen", "Zoo", "Ålands", "Äiti", "Ærlig", "“Anna”", "Événement", "aapinen", "Łódź", "1984"]
    ordered = ["1984", "aapinen", "“Anna”", "Événement", "Łódź", "Zoo", "Ålands", "Äiti", "Ærlig", "Öinen"]
    assert sorted(titles, key=sort_key) == ordered
    assert sort_key(None) == ""


@given(st.text(max_size=300))
def test_a_sort_key_is_short_and_plain(text: str) -> None:
    key = sort_key(text)
    assert len(key) <= 120
    assert key == key.strip()
    assert "\x00" not in key


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("descending", [True, False])
def test_an_ordering_is_read_as_it_is_written(order: Order, descending: bool) -> None:
    assert read_ordering(write_ordering(order, descending)) == (order, descending)


@pytest.mark.parametrize("text", ["", "-", "--title", "name", "title desc"])
def test_an_ordering_that_there_is_not_is_refused(text: str) -> None:
    with pytest.raises(BadShape):
        read_ordering(text)


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_a_place_between_two_is_between_them_or_there_is_none(one: int, other: int) -> None:
    before, after = min(one, other), max(one, other)
    found = between(before, after)
    assert (found is None) == (after - before < 2)
    assert found is None or before < found < after
