"""Searching in names as people type them."""

import pytest

from discovery_accounts.domain.search_words import fold, prepare, rank, wanted_words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Åbo Akademi (ÅA)", "abo akademi aa"),
        ("HØGSKOLEN i Ålesund", "hogskolen i alesund"),
        ("Jyväskylän  yliopisto", "jyvaskylan yliopisto"),
        ("Háskóli Íslands – þjóð", "haskoli islands thjod"),
        ("Straße", "strasse"),
        ("Sámi allaskuvla / UiT", "sami allaskuvla uit"),
        ("Łódź", "lodz"),
        ("campus.example", "campus.example"),
        ("!?", ""),
    ],
)
def test_case_and_marks_do_not_matter(text: str, folded: str) -> None:
    assert fold(text) == folded


def found(typed: str, *names: str) -> list[str]:
    ranked = [
        (place, name) for name in names if (place := rank(wanted_words(typed), prepare([name]))) is not None
    ]
    return [name for _, name in sorted(ranked, key=lambda pair: pair[0])]


def test_words_come_in_any_order() -> None:
    assert found("yliopisto hels", "Helsingin yliopisto", "Turun yliopisto") == ["Helsingin yliopisto"]


def test_the_beginning_of_a_name_is_better_than_that_of_a_word_and_that_than_the_middle() -> None:
    names = ("Koulutuskeskus", "Turun tus", "Tuskin")
    assert found("tus", *names) == ["Tuskin", "Turun tus", "Koulutuskeskus"]


def test_any_of_several_names_may_begin_with_it() -> None:
    prepared = prepare(["Åbo Akademi", "Academy of Turku"])
    assert rank(["academy"], prepared) == rank(["abo"], prepared) == 0
    assert rank(["turku"], prepared) == 1


def test_all_words_must_be_there() -> None:
    assert found("helsinki turku", "Helsinki", "Turku") == []


def test_of_an_address_only_the_domain_is_looked_at() -> None:
    assert wanted_words("somebody@campus.example") == ("campus.example",)


def test_what_is_typed_is_bounded() -> None:
    assert len(wanted_words("a b c d e f g h i j k l")) == 8
    assert len(wanted_words("x" * 100_000)[0]) == 100


def test_names_that_fold_alike_are_one_line() -> None:
    assert prepare(["Oslo", "OSLO", "—"]) == " oslo"
