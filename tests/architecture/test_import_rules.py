"""The arrows between rooms, as pyproject.toml states them."""

from importlinter.cli import lint_imports


def test_no_room_opens_a_door_it_must_not() -> None:
    assert lint_imports(config_filename="pyproject.toml", no_cache=True) == 0
