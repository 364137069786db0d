"""The table reader that connectors and logins use too."""

from pathlib import Path

import pytest

from discovery_accounts.config.keys import BadValue, Key, ReadContext, read_keys
from discovery_accounts.config.named import read_options
from discovery_accounts.config.parsers import integer, secret, text
from discovery_accounts.config.settings import LibrarySettings

DEVELOPMENT = ReadContext("development", {"TOKEN": " s3cret\n"})
PRODUCTION = ReadContext("production", {})


def test_given_default_and_absent_values() -> None:
    keys = (Key("a", text), Key("b", integer(), default="3"), Key("c", text))
    values, faults = read_keys(keys, {"a": " x "}, "p.", DEVELOPMENT)
    assert values == {"a": "x", "b": 3, "c": None}
    assert not faults


def test_an_empty_line_is_left_out_unless_there_is_a_default_to_lose() -> None:
    keys = (Key("a", text), Key("b", integer(), default="3"))
    values, faults = read_keys(keys, {"a": "", "b": ""}, "p.", DEVELOPMENT)
    assert values == {"a": None}
    assert [fault.key for fault in faults] == ["p.b"]


def test_missing_unreadable_and_unknown_keys_come_together() -> None:
    keys = (Key("url", text, required=True, example="https://x"), Key("count", integer(1, 5), example="3"))
    _, faults = read_keys(keys, {"count": "9", "cuont": "1"}, "p.", DEVELOPMENT)
    assert [str(fault) for fault in faults] == [
        "p.url: is missing (for example: p.url = https://x)",
        "p.count: must be from 1 to 5 (for example: p.count = 3)",
        "p.cuont: is not a known setting; did you mean p.count?",
    ]


def test_an_unavailable_key_takes_its_default_only() -> None:
    key = Key("broker", text, default="", unavailable="not built")
    assert read_keys([key], {"broker": ""}, "p.", DEVELOPMENT) == ({"broker": ""}, ())
    _, (fault,) = read_keys([key], {"broker": "redis://x"}, "p.", DEVELOPMENT)
    assert fault.problem == "can't be used: not built; leave it out"


def test_the_words_of_a_foreign_error_are_not_repeated() -> None:
    def parse(given: str, context: ReadContext) -> int:
        return int(given)

    _, (fault,) = read_keys([Key("n", parse)], {"n": "hunter2"}, "p.", DEVELOPMENT)
    assert "hunter2" not in str(fault)


def test_a_secret_is_read_from_the_environment() -> None:
    values, _ = read_keys([Key("s", secret, secret=True)], {"s": "env:TOKEN"}, "p.", DEVELOPMENT)
    assert values["s"].reveal() == "s3cret"


def test_a_secret_is_read_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("s3cret\n")
    assert secret(f"file:{tmp_path}/token", PRODUCTION).reveal() == "s3cret"


@pytest.mark.parametrize(
    ("given", "says"),
    [("env:NOPE", "NOPE is not set"), ("file:/nope/x", "/nope/x can't be read"), ("x", "env:NAME")],
)
def test_a_secret_that_is_not_there_is_named(given: str, says: str) -> None:
    with pytest.raises(BadValue, match=says):
        secret(given, PRODUCTION)


def test_a_literal_secret_is_taken_in_development() -> None:
    assert secret("s3cret", DEVELOPMENT).reveal() == "s3cret"


def test_an_option_that_resembles_a_common_key_suggests_it() -> None:
    library = LibrarySettings("lumme", "koha", options={"timeot": "3", "client_id": "a"})
    values, (fault,) = read_options([Key("client_id", text)], library, DEVELOPMENT)
    assert values == {"client_id": "a"}
    assert fault.problem.endswith("did you mean accounts.library.lumme.timeout?")
