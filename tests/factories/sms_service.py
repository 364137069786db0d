"""A service that takes text messages over HTTP: remembers what it was sent, answers as told."""

import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class SmsService(ThreadingHTTPServer):
    """``status`` is what it answers, ``pause`` how many seconds it takes for that."""

    daemon_threads = True

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        self.scheme = "https" if context else "http"
        if context is not None:
            self.socket = context.wrap_socket(self.socket, server_side=True)
        self.status = 202
        self.pause = 0.0
        self.location: str | None = None
        self.messages: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.seen: list[tuple[str, str]] = []

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.server_address[1]}/send"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that breaks off, or won't trust us, is part of the tests."""


class _Request(BaseHTTPRequestHandler):
    server: SmsService

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.seen.append((self.command, self.path))
        self.server.headers.append(dict(self.headers.items()))
        time.sleep(self.server.pause)
        if self.server.status < 300:
            self.server.messages.append(json.loads(body))
        self.send_response(self.server.status)
        if self.server.location is not None:
            self.send_header("Location", self.server.location)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self) -> None:
        self.server.seen.append((self.command, self.path))
        self.send_error(405)

    def log_message(self, *_words: object) -> None:
        """Nothing on the terminal."""


@contextmanager
def running_sms_service(context: ssl.SSLContext | None = None) -> Iterator[SmsService]:
    """The service, answering while the block lasts."""
    with SmsService(context) as service:
        thread = threading.Thread(target=service.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield service
        finally:
            service.shutdown()
            thread.join()
