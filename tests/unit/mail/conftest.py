"""A small mail server on this machine: answers as told and remembers what it was sent."""

import base64
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest


class FakeSmtp(socketserver.ThreadingTCPServer):
    """``answers`` gives the reply to a verb in place of the usual one; ``hang_up_after`` a verb drops the
    connection right after it."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, context: ssl.SSLContext | None = None, implicit_tls: bool = False) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.context = context
        self.implicit_tls = implicit_tls
        self.answers: dict[str, str] = {}
        self.hang_up_after: str | None = None
        self.messages: list[bytes] = []
        self.verbs: list[str] = []
        self.sign_ins: list[bytes] = []
        self.connections = 0

    @property
    def port(self) -> int:
        port: int = self.server_address[1]
        return port

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that breaks off is part of the tests."""


class _Session(socketserver.StreamRequestHandler):
    server: FakeSmtp

    def handle(self) -> None:
        self.server.connections += 1
        if self.server.implicit_tls:
            self._encrypt()
        self._say("220 fake")
        while line := self.rfile.readline():
            verb = line.decode().strip().partition(" ")[0].upper()
            self.server.verbs.append(verb)
            if verb == self.server.hang_up_after:
                self.server.hang_up_after = None
                return
            if not self._answer(verb, line):
                return

    def _answer(self, verb: str, line: bytes) -> bool:
        if verb in self.server.answers:
            self._say(self.server.answers[verb])
        elif verb == "EHLO":
            offer = ["STARTTLS"] if self.server.context and not self._encrypted else []
            words = ["fake", *offer, "AUTH PLAIN"]
            for at, word in enumerate(words):
                self._say(f"250{' ' if at == len(words) - 1 else '-'}{word}")
        elif verb == "STARTTLS":
            self._say("220 go ahead")
            self._encrypt()
        elif verb == "AUTH":
            self.server.sign_ins.append(base64.b64decode(line.split()[-1]))
            self._say("235 welcome")
        elif verb == "DATA":
            self._say("354 go on")
            self._read_message()
        else:
            self._say("221 bye" if verb == "QUIT" else "250 fine")
        return verb != "QUIT"

    def _read_message(self) -> None:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line)
        content = b"".join(lines)
        if "." in self.server.answers:
            self._say(self.server.answers["."])
        else:
            self.server.messages.append(content)
            self._say("250 taken")

    @property
    def _encrypted(self) -> bool:
        return isinstance(self.request, ssl.SSLSocket)

    def _encrypt(self) -> None:
        assert self.server.context is not None
        self.request = self.server.context.wrap_socket(self.request, server_side=True)
        self.rfile = self.request.makefile("rb")
        self.wfile = self.request.makefile("wb", buffering=0)

    def finish(self) -> None:
        """The encrypted socket is another than the one the server closes by itself."""
        super().finish()
        self.request.close()

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")


@contextmanager
def running(context: ssl.SSLContext | None = None, implicit_tls: bool = False) -> Iterator[FakeSmtp]:
    """The server, answering while the block lasts."""
    with FakeSmtp(context, implicit_tls) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def run_server() -> Callable[..., AbstractContextManager[FakeSmtp]]:
    """Runs a server; ``context`` makes it offer STARTTLS, ``implicit_tls`` speak TLS at once."""
    return running


@pytest.fixture
def server() -> Iterator[FakeSmtp]:
    with running() as server:
        yield server
