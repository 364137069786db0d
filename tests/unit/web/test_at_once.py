"""Texts made ready for a page many at a time come out as they would one by one."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from discovery_accounts.web.at_once import escape_all, quote_all

TEXTS = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=12), max_size=6)
ODD = ["<b>&\"'", "", "a\x1fb", "%1F", "å/ø ?#"]


@given(TEXTS)
def test_each_text_is_escaped_as_if_it_were_alone(texts: list[str]) -> None:
    assert escape_all(texts) == [str(escape(one)) for one in texts]


@given(TEXTS)
def test_each_text_is_encoded_as_if_it_were_alone(texts: list[str]) -> None:
    assert quote_all(texts) == [quote(one) for one in texts]


@pytest.mark.parametrize("texts", [[], [""], ODD, ["\x1f"], ODD[:2], ["%1F", "%1F"]])
def test_neither_the_separator_nor_its_code_moves_a_text_to_another_place(texts: list[str]) -> None:
    assert escape_all(texts) == [str(escape(one)) for one in texts]
    assert quote_all(texts) == [quote(one) for one in texts]
    assert all(type(one) is str for one in escape_all(texts))
