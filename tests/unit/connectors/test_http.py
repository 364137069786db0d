"""The transport of one library, against a real server."""

import asyncio
import socket
import time
import traceback
from collections.abc import Iterator

import pytest
from stand_in_library import StandInLibrary

from discovery_accounts.config.settings import LibrarySettings
from discovery_accounts.connectors import loop
from discovery_accounts.connectors.api import (
    LibraryError,
    RateLimited,
    ServerFailure,
    TimedOut,
    UnexpectedAnswer,
    Unreachable,
)
from discovery_accounts.connectors.http import LibraryHttp, Pausable
from discovery_accounts.connectors.transport import HttpAnswer, HttpRequest


@pytest.fixture
def library() -> Iterator[StandInLibrary]:
    with StandInLibrary() as library:
        yield library


def http(library: StandInLibrary, **changes: float) -> LibraryHttp:
    return at(library.url, **changes)


def at(url: str, **changes: float) -> LibraryHttp:
    timing = {"timeout": 0.4, "breaker_seconds": 0.2, **changes}
    return LibraryHttp(LibrarySettings("lumme", "koha", url=url, **timing))  # type: ignore[arg-type]


def send(http: LibraryHttp, path: str, method: str = "GET", safe: bool = True, **more: object) -> HttpAnswer:
    return loop.run(http.send(HttpRequest(method, path, safe=safe, **more)), 5)  # type: ignore[arg-type]


def failure(http: LibraryHttp, path: str, method: str = "GET", safe: bool = True) -> LibraryError:
    with pytest.raises(LibraryError) as caught:
        send(http, path, method, safe)
    return caught.value


def test_an_answer_has_status_headers_in_lower_case_and_body(library: StandInLibrary) -> None:
    answer = send(http(library), "/v1/things", params={"q": "å b&c"})
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("application/json")
    assert answer.json()["path"] == "/api/v1/things?q=%C3%A5%20b%26c"


def test_an_encoded_slash_arrives_as_it_was_encoded(library: StandInLibrary) -> None:
    assert send(http(library), "/v1/users/a%2Fb%20c").json()["path"] == "/api/v1/users/a%2Fb%20c"


def test_forms_and_json_are_sent_as_such(library: StandInLibrary) -> None:
    send(http(library), "/form", "POST", form={"pin": "å&1"})
    assert library.last_body == b"pin=%C3%A5%261"
    send(http(library), "/json", "POST", json={"pin": "1"})
    assert library.last is not None
    assert (library.last.content_type, library.last_body) == ("application/json", b'{"pin": "1"}')


@pytest.mark.parametrize("status", [400, 401, 404])
def test_a_4xx_is_an_answer(library: StandInLibrary, status: int) -> None:
    assert send(http(library), f"/{status}").status == status


def test_a_5xx_is_a_failure_of_the_server(library: StandInLibrary) -> None:
    error = failure(http(library), "/500")
    assert isinstance(error, ServerFailure)
    assert (error.detail, error.sent) == ("127.0.0.1: HTTP 500", True)
    assert library.seen["500"] == 1


@pytest.mark.parametrize("kind", ["hang", "drip"])
def test_a_library_that_hangs_or_drips_times_out_in_time_and_is_not_asked_again(
    library: StandInLibrary, kind: str
) -> None:
    started = time.monotonic()
    error = failure(http(library, timeout=0.2), f"/{kind}")
    assert isinstance(error, TimedOut)
    assert 0.15 < time.monotonic() - started < 0.6
    assert library.seen[kind] == 1


@pytest.mark.parametrize("kind", ["cut", "half"])
def test_a_broken_connection_may_have_been_sent(library: StandInLibrary, kind: str) -> None:
    error = failure(http(library), f"/{kind}", safe=False)
    assert isinstance(error, Unreachable)
    assert error.sent
    assert library.seen[kind] == 1


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_an_unsafe_request_is_never_repeated_even_on_a_kept_connection(
    library: StandInLibrary, method: str
) -> None:
    client = http(library)
    send(client, "/fine")
    failure(client, "/cut", method, safe=False)
    assert library.seen["cut"] == 1


def test_a_safe_request_is_repeated_once_after_a_broken_connection(library: StandInLibrary) -> None:
    assert send(http(library), "/flaky").body == b"at last"
    assert library.seen["flaky"] == 2
    failure(http(library), "/cut")
    assert library.seen["cut"] == 2


def test_a_short_wait_asked_for_is_waited_out_once_and_a_long_one_is_told(library: StandInLibrary) -> None:
    error = failure(http(library), "/busy")
    assert isinstance(error, ServerFailure)
    assert error.retry_after == 120
    assert library.seen["busy"] == 2


def test_nothing_is_repeated_when_no_time_is_left(library: StandInLibrary) -> None:
    error = failure(http(library, timeout=0.015), "/cut")
    assert isinstance(error, Unreachable | TimedOut)
    assert library.seen["cut"] <= 1


def test_a_refused_connection_was_not_sent() -> None:
    error = failure(at("http://127.0.0.1:9/api"), "/x")
    assert isinstance(error, Unreachable)
    assert (error.sent, error.retryable) == (False, True)


def test_a_host_that_never_accepts_was_not_sent_anything() -> None:
    with socket.socket() as full, socket.socket() as first, socket.socket() as second:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for client in (first, second):
            client.setblocking(False)
            client.connect_ex(full.getsockname())
        error = failure(at(f"http://127.0.0.1:{full.getsockname()[1]}", timeout=1), "/x")
    assert isinstance(error, TimedOut)
    assert not error.sent


def test_a_name_that_is_not_found_was_not_sent_and_is_not_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked_up: list[object] = []

    def no_such_name(*name: object, **_: object) -> None:
        looked_up.append(name)
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", no_such_name)
    error = failure(at("https://library.invalid/api"), "/x")
    assert isinstance(error, Unreachable)
    assert (error.sent, error.retryable, len(looked_up)) == (False, False, 1)
    assert str(error) == "library.invalid: the name was not found"


def test_tls_is_verified_even_where_plain_http_is_allowed(library: StandInLibrary) -> None:
    client = LibraryHttp(
        LibrarySettings("lumme", "koha", url=library.url.replace("http:", "https:"), insecure=True)
    )
    error = failure(client, "/x")
    assert isinstance(error, Unreachable)
    assert (error.sent, error.retryable) == (False, False)
    assert not library.seen


def test_a_redirect_is_not_followed(library: StandInLibrary) -> None:
    error = failure(http(library), "/moved")
    assert isinstance(error, UnexpectedAnswer)
    assert "secret" not in str(error)
    assert not library.seen["elsewhere"]


@pytest.mark.parametrize("kind", ["huge", "bomb", "garbage", "unpackable"])
def test_an_answer_too_large_or_no_http_is_unexpected(library: StandInLibrary, kind: str) -> None:
    error = failure(http(library, timeout=1.5), f"/{kind}")
    assert isinstance(error, UnexpectedAnswer)


def test_a_compressed_answer_is_unpacked(library: StandInLibrary) -> None:
    assert send(http(library), "/packed").body == b"packed" * 100


def test_no_cookie_is_kept(library: StandInLibrary) -> None:
    client = http(library)
    send(client, "/sets_cookie")
    assert send(client, "/fine").json()["cookie"] is None


def test_a_line_break_in_a_header_is_not_sent(library: StandInLibrary) -> None:
    client = http(library)
    with pytest.raises(LibraryError) as caught:
        send(client, "/broken", headers={"X-Pin": "1\r\nX-Other: 2"})
    assert not caught.value.sent
    assert send(client, "/fine").status == 200
    assert not library.seen["broken"]


@pytest.mark.parametrize("kind", ["hang", "cut", "half", "500", "garbage", "moved", "huge"])
def test_no_failure_tells_what_was_sent(
    library: StandInLibrary, kind: str, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    request = HttpRequest(
        "POST", f"/0123CANARY/{kind}", {"pin": "9Z7-CANARY"}, {"X-Key": "CANARY"}, {"pin": "CANARY"}
    )
    with pytest.raises(LibraryError) as caught:
        loop.run(http(library, timeout=0.2).send(request), 5)
    told = "".join(traceback.format_exception(caught.value)) + "".join(capfd.readouterr()) + caplog.text
    assert "CANARY" not in told
    assert caught.value.__context__ is None


def test_after_429_later_calls_fail_at_once_with_the_time_left(library: StandInLibrary) -> None:
    client = http(library)
    assert send(client, "/429").status == 429
    error = failure(client, "/fine", safe=False)
    assert isinstance(error, RateLimited)
    assert error.retry_after is not None
    assert 29 < error.retry_after <= 30
    assert not error.sent
    assert not library.seen["fine"]


def test_a_connector_can_pause_its_library(library: StandInLibrary) -> None:
    client = http(library)
    assert isinstance(client, Pausable)

    async def pause_and_send() -> HttpAnswer:
        client.pause(0.1)
        with pytest.raises(RateLimited):
            await client.send(HttpRequest("GET", "/fine"))
        await asyncio.sleep(0.12)
        return await client.send(HttpRequest("GET", "/fine"))

    assert loop.run(pause_and_send(), 5).status == 200


def test_a_library_without_url_can_be_made_but_sends_nothing() -> None:
    assert not failure(at(""), "/x").sent
