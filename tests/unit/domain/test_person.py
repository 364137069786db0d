"""What a provider tells is as odd as whoever runs it wants it: one readable line a field, or nothing."""

import pytest

from discovery_accounts.domain.person import FIELDS, Person


@pytest.mark.parametrize(
    "odd",
    [
        "Ada \u202egnP.exe",  # the rest is shown from right to left
        "Ada\u200b",  # zero width
        "\u2066Ada\u2069",
        "Ada\u0000",  # PostgreSQL refuses it
        "Ada\u0007",
        "Ada\ud800",  # half a character: no text
        "\ufeff",
        " \t\n",
        "",
        "A" * 255,
        "A" * 10_000,
    ],
)
def test_what_is_no_readable_line_was_not_told(odd: str) -> None:
    person = Person.from_mapping(dict.fromkeys(FIELDS, odd))
    assert person.told == ()
    assert person.full_name is None


def test_lines_are_folded_and_letters_of_all_alphabets_stay() -> None:
    person = Person.from_mapping({"given_names": " Åsa\n Мария  李 ", "family_name": "O'Neill-\u0101"})
    assert person.full_name == "Åsa Мария 李 O'Neill-\u0101"
