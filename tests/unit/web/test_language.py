"""Which language a page is in."""

import gettext
from concurrent.futures import ThreadPoolExecutor

import pytest

from discovery_accounts.web.language import AUTONYMS, negotiate, translations

ALL = ("fi", "sv", "en", "nb")


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "fi"),
        ("", "fi"),
        ("sv-FI,sv;q=0.9,en;q=0.5", "sv"),
        ("en;q=0.3, nb;q=0.8", "nb"),
        ("no", "nb"),
        ("nn-NO, en;q=0.5", "nb"),
        ("EN-us", "en"),
        ("se", "fi"),
        ("se, de;q=0.9, sv;q=0.1", "sv"),
        ("de, *;q=0.1", "fi"),
        ("sv;q=0, en;q=0.2", "en"),
        ("sv;q=oops, en", "en"),
        (";;;,,,=,\x00", "fi"),
        ("x" * 100_000, "fi"),
    ],
)
def test_the_browsers_wish_is_followed(header: str | None, language: str) -> None:
    assert negotiate(header, None, ALL) == language


def test_what_was_chosen_comes_before_what_the_browser_asks() -> None:
    assert negotiate("sv", "nb", ALL) == "nb"
    assert negotiate("sv", "no", ALL) == "nb"


@pytest.mark.parametrize("chosen", ["de", "", "../../etc", None])
def test_a_choice_that_is_not_offered_is_passed_over(chosen: str | None) -> None:
    assert negotiate("sv", chosen, ALL) == "sv"


def test_only_languages_that_are_offered_are_answered() -> None:
    assert negotiate("sv, en;q=0.5", None, ("fi", "en")) == "en"
    assert negotiate("nb", "sv", ("fi",)) == "fi"


def test_each_language_has_its_own_name() -> None:
    assert set(AUTONYMS) == set(ALL)


def test_catalogues_are_read_once_even_by_many_at_a_time() -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: translations("fi"), range(32)))
    assert all(one is found[0] for one in found)
    assert found[0].gettext("Loans") == "Lainat"


def test_an_unknown_language_gives_the_words_as_they_are_written() -> None:
    assert type(translations("../fi")) is gettext.NullTranslations
