"""A real mail server on this machine (aiosmtpd): keeps what it is given, and can be told to misbehave."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


class MailServer:
    """``refuse`` is the answer to a recipient in place of the usual one. While ``silent`` is set, what was given
    is kept and never answered; ``given`` is set once there is something."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.refuse: str | None = None
        self.silent = False
        self.given = threading.Event()
        self.port = 0

    @property
    def settings(self) -> dict[str, str]:
        """Of a portal that sends here."""
        return {"mail_url": f"smtp://127.0.0.1:{self.port}", "mail_insecure": "true"}

    async def handle_RCPT(self, _s: Any, _session: Any, envelope: Any, address: str, _o: Any) -> str:
        if self.refuse is not None:
            return self.refuse
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        self.recipients += envelope.rcpt_tos
        self.given.set()
        if self.silent:
            server.transport.abort()
        return "250 taken"


class _Waiting(MailServer):
    """Keeps what it was given, and never answers while it runs."""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        if self.given.is_set():
            await asyncio.sleep(60)
        return answer


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def mail_server(*, waits: bool = False) -> Iterator[MailServer]:
    """The server, answering while the block lasts."""
    server = _Waiting() if waits else MailServer()
    server.port = _free_port()
    controller = Controller(server, hostname="127.0.0.1", port=server.port, ready_timeout=30)
    controller.start()
    try:
        yield server
    finally:
        controller.stop(no_assert=True)
