"""Every rule of the security checklist about linking has a test with its number in its name."""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
NAMES = {
    name
    for path in TESTS.rglob("test_*.py")
    for name in re.findall(r"^def (test_\w+)", path.read_text("utf-8"), re.MULTILINE)
}


@pytest.mark.parametrize("number", range(1, 16))
def test_a_rule_about_linking_has_a_test(number: int) -> None:
    assert [name for name in NAMES if name.startswith(f"test_l{number}_")]
