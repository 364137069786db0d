"""Getting metadata: bounded in size and time, only from where the settings say."""

import gzip
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from discovery_accounts.services.metadata_fetch import MetadataUnreachable, Patience, copy, fetch

Answer = Callable[[BaseHTTPRequestHandler], None]
Serve = Callable[[Answer], str]
BODY = b"<metadata/>" * 1000


@pytest.fixture
def serve() -> Iterator[Serve]:
    """A server that answers as it is told; gives its address."""
    servers: list[ThreadingHTTPServer] = []

    def serving(answer: Answer) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                answer(self)

            def log_message(self, *_arguments: Any) -> None:
                """Nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}/list.xml"

    yield serving
    for server in servers:
        server.shutdown()
        server.server_close()


def send(handler: BaseHTTPRequestHandler, body: bytes, **headers: str) -> None:
    handler.send_response(200)
    for name, value in {"Content_Length": str(len(body)), **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def code(url: str, into: Path, *, development: bool = True, patience: Patience | None = None) -> str | None:
    try:
        fetch(url, into, development=development, patience=patience or Patience())
    except MetadataUnreachable as failure:
        return failure.code
    return None


@pytest.mark.parametrize("packed", [False, True])
def test_what_is_sent_is_what_is_got(serve: Serve, tmp_path: Path, packed: bool) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        if packed:
            send(handler, gzip.compress(BODY), Content_Encoding="gzip")
        else:
            send(handler, BODY)

    assert code(serve(answer), tmp_path / "got") is None
    assert (tmp_path / "got").read_bytes() == BODY


def test_parts_of_unknown_length_are_put_together(serve: Serve, tmp_path: Path) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.protocol_version = "HTTP/1.1"
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        for part in (BODY, BODY, b""):
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))

    assert code(serve(answer), tmp_path / "got") is None
    assert (tmp_path / "got").read_bytes() == BODY * 2


@pytest.mark.parametrize("packed", [False, True])
def test_too_much_is_refused_packed_or_not(serve: Serve, tmp_path: Path, packed: bool) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        body = b" " * 3_000_000
        if packed:
            send(handler, gzip.compress(body), Content_Encoding="gzip")
        else:
            send(handler, body)

    assert code(serve(answer), tmp_path / "got", patience=Patience(size=1_000_000)) == "too_large"
    assert (tmp_path / "got").stat().st_size <= 1_000_000


def test_a_server_that_sends_a_byte_now_and_then_is_not_waited_for(serve: Serve, tmp_path: Path) -> None:
    ended = threading.Event()

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while not ended.wait(0.05):
            try:
                handler.wfile.write(b" ")
            except OSError:
                return

    began = time.monotonic()
    found = code(serve(answer), tmp_path / "got", patience=Patience(piece=5, whole=0.4))
    ended.set()
    assert found == "timed_out"
    assert time.monotonic() - began < 4


def test_a_mute_server_is_not_waited_for(serve: Serve, tmp_path: Path) -> None:
    ended = threading.Event()
    found = code(serve(lambda _: (ended.wait(20), None)[1]), tmp_path / "got", patience=Patience(piece=0.2))
    ended.set()
    assert found == "timed_out"


def test_a_closed_port_and_an_answer_cut_short_are_told(serve: Serve, tmp_path: Path) -> None:
    assert code("http://127.0.0.1:9/list.xml", tmp_path / "got") == "unreachable"
    url = serve(lambda handler: send(handler, BODY, Content_Length=str(len(BODY) + 10)))
    assert code(url, tmp_path / "got") == "unreachable"


@pytest.mark.parametrize(
    ("url", "development"),
    [
        ("http://127.0.0.1:9/list.xml", False),
        ("http://metadata.example/list.xml", True),
        ("ftp://127.0.0.1/list.xml", True),
        ("file:///etc/passwd", True),
    ],
)
def test_only_https_is_asked_and_in_development_this_machine(
    tmp_path: Path, url: str, development: bool
) -> None:
    assert code(url, tmp_path / "got", development=development) == "not_https"


def test_a_redirect_leads_to_the_same_host_only_and_not_round_and_round(serve: Serve, tmp_path: Path) -> None:
    def leading(where: str) -> Answer:
        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(302)
            handler.send_header("Location", where)
            handler.send_header("Content-Length", "0")
            handler.end_headers()

        return answer

    other = serve(lambda handler: send(handler, BODY))
    for where in (
        other,
        "http://169.254.169.254/",
        "//localhost/list.xml",
        "file:///etc/passwd",
        "/list.xml",
    ):
        assert code(serve(leading(where)), tmp_path / "got") == "redirected"
    assert not (tmp_path / "got").exists()


def test_a_file_is_copied_as_it_is_now(tmp_path: Path) -> None:
    (tmp_path / "here").write_bytes(BODY)
    copy(tmp_path / "here", tmp_path / "there")
    assert (tmp_path / "there").read_bytes() == BODY
    with pytest.raises(MetadataUnreachable, match="unreadable"):
        copy(tmp_path / "absent", tmp_path / "there")
