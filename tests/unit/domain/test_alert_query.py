"""Queries of alerts: what people write is read as they mean it, or told what is wrong and where."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from discovery_accounts.domain.alert_query import (
    MOST_CHARACTERS,
    MOST_NESTING,
    MOST_TERMS,
    And,
    BadQuery,
    Not,
    Or,
    Phrase,
    Reason,
    Start,
    Word,
    read_query,
)

A, B, C = (Word(None, one, one) for one in "abc")


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("a", A),
        ("a b", And((A, B))),
        ("A AND b", And((A, B))),
        ("a OR b c", Or((A, And((B, C))))),
        ("(a OR b) c", And((Or((A, B)), C))),
        ("a -b", And((A, Not(B)))),
        ("a NOT b", And((A, Not(B)))),
        ("a NOT -b", And((A, B))),
        ("a - b", And((A, B))),
        ("a -(b OR c)", And((A, Not(Or((B, C)))))),
        ('a -"b c"', And((A, Not(Phrase(None, ("b", "c")))))),
        ('"b  C!"', Phrase(None, ("b", "c"))),
        ("“b c”", Phrase(None, ("b", "c"))),
        ("«b c»", Phrase(None, ("b", "c"))),
        ('"a"', A),
        ("b-c", Phrase(None, ("b", "c"))),
        ("mo*", Start(None, "mo")),
        ("b-co*", Phrase(None, ("b", "co"), is_start=True)),
        ("author:a", Word("author", "a", "a")),
        ("AUTHOR: a b", And((Word("author", "a", "a"), B))),
        ('title:"b c"', Phrase("title", ("b", "c"))),
        ("subject:(a OR author:b)", Or((Word("subject", "a", "a"), Word("author", "b", "b")))),
        ("author:-a b", And((Not(Word("author", "a", "a")), B))),
        ("a: b, c.", And((A, B, C))),
        ("or and not", And(tuple(Word(None, one, one) for one in ("or", "and", "not")))),
        ("Öar", Word(None, "oar", "öar")),
        ("a & b / + !", And((A, B))),
    ],
)
def test_is_read_as_it_is_meant(text: str, node: object) -> None:
    assert read_query(text).root == node


@pytest.mark.parametrize(
    ("text", "reason", "at"),
    [
        ("", Reason.NOTHING_LEFT, 0),
        ("  ?! & ", Reason.NOTHING_LEFT, 0),
        ("author: AND", Reason.NOTHING_LEFT, 0),
        ('moomin "tove', Reason.UNBALANCED_QUOTES, 7),
        ("a (b", Reason.UNBALANCED_PARENTHESES, 2),
        ("a (", Reason.UNBALANCED_PARENTHESES, 2),
        ("a b)", Reason.UNBALANCED_PARENTHESES, 3),
        (") a", Reason.UNBALANCED_PARENTHESES, 0),
        ("a ()", Reason.NOTHING_INSIDE, 2),
        ("a OR", Reason.NOTHING_AFTER, 2),
        ("a OR OR b", Reason.NOTHING_AFTER, 2),
        ("a NOT", Reason.NOTHING_AFTER, 2),
        ("a title:", Reason.NOTHING_AFTER, 2),
        ("AND a", Reason.NOTHING_BEFORE, 0),
        ("(OR a)", Reason.NOTHING_BEFORE, 1),
        ("-a", Reason.ONLY_NOT, 0),
        ("NOT a -b", Reason.ONLY_NOT, 0),
        ("a OR -b", Reason.ONLY_NOT, 5),
        ("*", Reason.STAR_TOO_EARLY, 0),
        ("** *", Reason.STAR_TOO_EARLY, 0),
        ("ab c*", Reason.STAR_TOO_EARLY, 4),
        ("ab*cd", Reason.STAR_INSIDE, 2),
        ("*ab", Reason.STAR_INSIDE, 0),
        ("x isbn:123", Reason.UNKNOWN_FIELD, 2),
        ('x colour:"b"', Reason.UNKNOWN_FIELD, 2),
        ("a" * 10_000, Reason.TOO_LONG, MOST_CHARACTERS),
        ("a \x00", Reason.BAD_CHARACTERS, 2),
        ("\ud800", Reason.BAD_CHARACTERS, 0),
        ("(" * (MOST_NESTING + 1) + "a", Reason.TOO_DEEP, MOST_NESTING),
        ("a " * (MOST_TERMS + 1), Reason.TOO_MANY_TERMS, 2 * MOST_TERMS),
    ],
)
def test_what_is_wrong_and_where(text: str, reason: Reason, at: int) -> None:
    with pytest.raises(BadQuery) as told:
        read_query(text)
    assert (told.value.reason, told.value.at) == (reason, at)
    assert f"(at character {at + 1})" in str(told.value)


def test_an_unknown_field_is_answered_with_those_there_are() -> None:
    with pytest.raises(BadQuery, match="author, subject, title"):
        read_query("isbn:123")


_SIGNS = st.sampled_from([*'()"“-*: \x00', "AND ", " OR ", "NOT ", "author:", "a", "bc", "é", "½"])


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60) | st.lists(_SIGNS, max_size=40).map("".join))
@example("-" * MOST_CHARACTERS)
@example("NOT " * 400 + "a")
@example("author:" * 200 + "a")
@example("(" * MOST_CHARACTERS)
@example('"' * MOST_CHARACTERS)
@example("a" * MOST_CHARACTERS)
def test_any_text_is_read_or_refused(text: str) -> None:
    place = 0
    try:
        read_query(text)
    except BadQuery as bad:
        place = bad.at
    assert 0 <= place <= len(text)
