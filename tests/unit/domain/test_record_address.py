"""Where a catalogue shows a record, and what no catalogue shows."""

import pytest

from discovery_accounts.domain.record_address import IMPORTED, record_address


@pytest.mark.parametrize(
    ("pattern", "address"),
    [
        (
            "https://catalogue.example/Record/{source}.{record_id}",
            "https://catalogue.example/Record/l%2Fm.a%3Fb",
        ),
        ("https://catalogue.example/{record_id}", "https://catalogue.example/a%3Fb"),
        ("", ""),
    ],
)
def test_an_id_is_only_an_id_in_an_address(pattern: str, address: str) -> None:
    assert record_address(pattern, "l/m", "a?b") == address


def test_what_came_from_a_file_without_a_source_leads_nowhere() -> None:
    assert record_address("https://catalogue.example/{record_id}", IMPORTED, "0f" * 16) == ""
