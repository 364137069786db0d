"""Every rule of the security checklist that is kept here has a test with its number in its name."""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
NAMES = {
    name
    for path in TESTS.rglob("test_*.py")
    for name in re.findall(r"^ *def (test_\w+)", path.read_text("utf-8"), re.MULTILINE)
}
RULES = {"l": 15, "s": 6, "d": 4, "a": 4}
"""Linking, secrets, what is written down, mail: how many rules each has."""


@pytest.mark.parametrize(
    "rule", [f"{letter}{number}" for letter, most in RULES.items() for number in range(1, most + 1)]
)
def test_a_rule_has_a_test(rule: str) -> None:
    assert [name for name in NAMES if name.startswith(f"test_{rule}_")]
