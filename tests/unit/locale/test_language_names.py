"""Names of the languages that catalogues have codes for."""

import pytest

from discovery_accounts.locale.language_names import language_name


@pytest.mark.parametrize(
    ("code", "language", "name"),
    [
        ("fin", "fi", "suomi"),
        ("swe", "sv", "svenska"),
        ("ger", "en", "German"),
        ("deu", "en", "German"),
        ("SV", "nb", "svensk"),
        ("mul", "fi", "useita kieliä"),
        ("smi", "fi", ""),
        ("swedish", "sv", ""),
        ("", "sv", ""),
        ("åå", "sv", ""),
    ],
)
def test_by_codes_of_two_letters_and_of_three(code: str, language: str, name: str) -> None:
    assert language_name(code, language) == name
