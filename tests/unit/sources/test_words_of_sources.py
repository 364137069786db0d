"""Formats and languages have one word each, whatever a source calls them; MARC's table is that of the standard."""

import pytest

from discovery_accounts.domain.language_code import language_code
from discovery_accounts.sources.formats import format_by_name
from discovery_accounts.sources.registry import known_kinds


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("0/Book/", "1/Book/eBook/"), "ebook"),
        (("0/Sound/", "1/Sound/CD/"), "music"),
        (("0/Video/", "1/Video/BluRay/"), "film"),
        (("0/Journal/", "1/Journal/Something/"), "journal"),
        (("Book", "Serial"), "journal"),
        (("Video DVD",), "film"),
        (("Physical Object",), "physical object"),
        ((), None),
        (("0/", "//"), None),
    ],
)
def test_a_format_has_one_word(names: tuple[str, ...], expected: str | None) -> None:
    assert format_by_name(names) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("fi", "fin"),
        ("fi-FI", "fin"),
        ("sv_SE", "swe"),
        ("FIN", "fin"),
        ("deu", "ger"),
        ("Finnish", "fin"),
        ("Norwegian (Bokmål)", "nob"),
        ("Northern  Sami", "sme"),
        ("smn", "smn"),
        ("Klingon", "klingon"),
        (" ", None),
        ("in several languages, and some of them unknown", None),
    ],
)
def test_a_language_has_one_code(given: str, expected: str | None) -> None:
    assert language_code(given) == expected


def test_every_kind_is_installed_and_its_keys_are_explained() -> None:
    kinds = known_kinds()
    assert set(kinds) >= {"alma", "finna", "folder", "koha", "oai-pmh", "solr"}
    for name, kind in kinds.items():
        assert kind.name == name
        assert all(key.help and (key.example or not key.required) for key in kind.keys)
