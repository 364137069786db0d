"""Files stay small enough to be read at one go."""

from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src" / "discovery_accounts"
TESTS = Path(__file__).parents[1]
LIMIT = 400  # lines

ALLOWED: dict[str, str] = {
    "0008_add_favourites_reviews_and_alerts.py": "a migration cut in two could stop between its halves",
}
"""Longer files, each with the reason why one file is best."""


def test_no_file_is_longer_than_one_responsibility_needs() -> None:
    found = {
        str(path.relative_to(path.parents[len(path.parents) - 4])): length
        for folder in (SOURCE, TESTS)
        for path in folder.rglob("*.py")
        if (length := len(path.read_text().splitlines())) > LIMIT and path.name not in ALLOWED
    }
    assert found == {}
