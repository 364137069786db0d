"""Wiring only: where the fixtures are."""

pytest_plugins = [
    "tests.fixtures.databases",
    "tests.fixtures.libraries",
    "tests.fixtures.portals",
    "tests.fixtures.redis",
]
