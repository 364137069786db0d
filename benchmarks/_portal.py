"""The portal as it runs in production, waitress with its threads, in a process of its own."""

import logging
import signal
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory

from _libraries import Library
from _processes import START_SECONDS, NotStarted, child

from discovery_accounts.cli.serve import serve_house
from discovery_accounts.services import schema
from discovery_accounts.services.opening import open_house
from discovery_accounts.vault.keyring import KeyRing
from discovery_accounts.web.application import checked_settings

API = "/api/v1"
MANY = "1000000/15m"


@dataclass(frozen=True, slots=True)
class Portal:
    """A portal that runs. Only one thread may ask it for its CPU time."""

    url: str
    _line: Connection

    @property
    def api(self) -> str:
        return self.url + API

    def cpu_seconds(self) -> float:
        """CPU time that its process has used so far, all threads, user and system."""
        self._line.send("cpu")
        return float(self._line.recv())


def values_for(folder: Path, libraries: Sequence[Library], **overrides: str) -> dict[str, str]:
    """Settings of production, apart from the limits, which hundreds of sign-ins from one address would
    meet, and plain http to the libraries. Makes a key ring in ``folder``."""
    KeyRing.open(folder / "keys.json", create=True)
    logging.getLogger("discovery_accounts").setLevel(logging.ERROR)  # the warnings about plain http
    values = {
        "accounts.stage": "production",
        "accounts.public_url": "https://accounts.library.example",
        "accounts.database_url": f"sqlite:///{folder / 'accounts.db'}",
        "accounts.keys": f"file:{folder / 'keys.json'}",
        "accounts.mail_url": f"folder:{folder / 'mail'}",
        "accounts.check_answers": "0.01",
        "accounts.schedule": "no",
        "accounts.session.fresh_minutes": "60",
        "accounts.limits.account": MANY,
        "accounts.limits.address": MANY,
        "accounts.limits.library": MANY,
        "accounts.libraries": " ".join(library.name for library in libraries),
    }
    for library in libraries:
        values |= library.settings()
    return values | {f"accounts.{key.replace('__', '.')}": value for key, value in overrides.items()}


@contextmanager
def portal(libraries: Sequence[Library], **overrides: str) -> Iterator[Portal]:
    """A portal over these libraries, on SQLite unless ``database_url`` says otherwise."""
    with TemporaryDirectory(prefix="accounts-bench-") as folder:
        port = _free_port()
        url = f"http://127.0.0.1:{port}"
        values = values_for(Path(folder), libraries, **overrides)
        with child(_serve, values, port, Path(folder) / "portal.log") as line:
            _await(url, line)
            yield Portal(url, line)


def _serve(line: Connection, values: dict[str, str], port: int, log: Path) -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    logging.basicConfig(filename=log, level=logging.ERROR)
    house = open_house(checked_settings(values))
    schema.upgrade(house.database)
    threading.Thread(target=_tell_cpu, args=(line,), daemon=True).start()
    serve_house(house, values, "127.0.0.1", port)


def _tell_cpu(line: Connection) -> None:
    while True:
        try:
            line.recv()
        except EOFError:
            return
        line.send(time.process_time())


def _await(url: str, line: Connection) -> None:
    ends = time.monotonic() + START_SECONDS
    while time.monotonic() < ends and not line.poll():  # which would be the end of the process
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise NotStarted("the portal did not start")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
