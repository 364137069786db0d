"""The replaying transport is strict, and shows nothing that was sent."""

import asyncio

import pytest

from discovery_accounts.connectors.api import ServerFailure, TimedOut
from discovery_accounts.connectors.transport import HttpAnswer, HttpRequest
from discovery_accounts.testing.replay import Recorded, ReplayTransport, UnmatchedRequestError, json_answer


def send(transport, method="GET", path="/a", **params):
    return asyncio.run(transport.send(HttpRequest(method, path, params)))


def test_a_request_that_nobody_recorded_fails_loudly_and_names_no_value():
    transport = ReplayTransport([Recorded("GET", "/a", json_answer({}), params={"q": "1"})])
    with pytest.raises(UnmatchedRequestError, match="parameters: q") as failed:
        send(transport, q="hidden")
    assert "hidden" not in str(failed.value)


def test_recordings_are_used_in_order_and_as_often_as_they_say():
    transport = ReplayTransport(
        [Recorded("GET", "/a", json_answer(1), times=1), Recorded("GET", "/a", json_answer(2))]
    )
    assert [send(transport).json() for _ in range(3)] == [1, 2, 2]
    assert transport.count("GET", "/a") == 3


def test_failures_are_raised_and_no_5xx_is_an_answer():
    transport = ReplayTransport([Recorded("GET", "/a", TimedOut()), Recorded("GET", "/b", HttpAnswer(503))])
    with pytest.raises(TimedOut):
        send(transport)
    with pytest.raises(ServerFailure):
        send(transport, path="/b")


def test_a_file_of_recordings_is_read(tmp_path):
    file = tmp_path / "some.json"
    file.write_text(
        '[{"request": {"method": "GET", "path": "/a"}, "answer": {"status": 200, "json": [1]}},'
        ' {"request": {"method": "GET", "path": "/b"},'
        '  "answer": {"status": 400, "headers": {"Content-Type": "text/plain"}, "text": "no"}}]'
    )
    transport = ReplayTransport.from_files(file)
    assert send(transport).json() == [1]
    answer = send(transport, path="/b")
    assert (answer.status, answer.headers["content-type"], answer.body) == (400, "text/plain", b"no")
