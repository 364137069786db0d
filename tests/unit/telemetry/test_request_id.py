"""The id of a request."""

import pytest

from discovery_accounts.telemetry import request_id


@pytest.mark.parametrize("incoming", ["abcdefgh", "A-1" * 5, "a" * 64])
def test_a_decent_incoming_id_is_kept(incoming: str) -> None:
    assert request_id.accept(incoming) == incoming


@pytest.mark.parametrize(
    "incoming", [None, "", "short", "a" * 65, "abcdefgh\n", "abc def-ghi", "abcdefgh;", "ääääääää"]
)
def test_anything_else_is_replaced(incoming: str | None) -> None:
    made = request_id.accept(incoming)
    assert made != incoming
    assert request_id.accept(made) == made


def test_the_id_lasts_as_long_as_the_request() -> None:
    with request_id.request("abcdefgh") as name:
        assert request_id.current() == name == "abcdefgh"
        with request_id.request() as inner:
            assert request_id.current() == inner != "abcdefgh"
        assert request_id.current() == "abcdefgh"
    assert request_id.current() is None
