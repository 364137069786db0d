"""Pretend libraries for benchmarks, Koha-like and Alma-like by turns, each in a process of its own."""

import json
import os
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing.connection import Connection
from typing import Any, Literal

from _processes import child, first_word

from discovery_accounts.simulator.server import serve
from discovery_accounts.simulator.simulation import API_KEY, CLIENT_ID, CLIENT_SECRET

SLOWEST = 800
LATENCIES = (50, 100, 150, 200, 300, 400, 600, SLOWEST)  # milliseconds
PATRONS = 70


@dataclass(frozen=True, slots=True)
class Patron:
    """Somebody with a card, and by which id the library knows them."""

    card_number: str
    pin: str
    patron_id: str


@dataclass(frozen=True, slots=True)
class Library:
    """A pretend library that runs. ``patrons`` are those without a story of their own: 1 to 12 loans."""

    name: str
    kind: Literal["koha", "alma"]
    url: str
    patrons: tuple[Patron, ...] = field(default=(), repr=False)

    def settings(self) -> dict[str, str]:
        """As the portal's settings name it; secrets come from the environment, as production wants."""
        os.environ |= {"BENCH_KOHA_SECRET": CLIENT_SECRET, "BENCH_ALMA_KEY": API_KEY}
        own: dict[str, str] = {
            "connector": self.kind,
            "name": self.name.title(),
            "url": self.url,
            "insecure": "yes",
        }
        if self.kind == "koha":
            own |= {
                "url": f"{self.url}/api",
                "client_id": CLIENT_ID,
                "client_secret": "env:BENCH_KOHA_SECRET",
            }
        else:
            own |= {"api_key": "env:BENCH_ALMA_KEY"}
        return {f"accounts.library.{self.name}.{key}": value for key, value in own.items()}

    def set_latency(self, milliseconds: float) -> None:
        self._steer("POST", "latency", {"ms": milliseconds})

    def set_fault(self, kind: str) -> None:
        self._steer("POST", "fault", {"kind": kind})

    def clear_faults(self) -> None:
        self._steer("DELETE", "fault")

    def clear_calls(self) -> None:
        self._steer("DELETE", "calls")

    def count_calls(self) -> int:
        return int(self._steer("GET", "calls")["count"])

    def call_times(self) -> list[datetime]:
        """When each call came in since the record was cleared."""
        return sorted(datetime.fromisoformat(call["at"]) for call in self._steer("GET", "calls")["calls"])

    def _steer(self, method: str, what: str, body: dict[str, Any] | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/_control/{what}", data, method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            text = answer.read()
        return json.loads(text) if text else None


@contextmanager
def libraries(count: int = len(LATENCIES)) -> Iterator[tuple[Library, ...]]:
    """That many, without latency at first; see :func:`slow_down`."""
    with ExitStack() as stack:
        kinds: list[Literal["koha", "alma"]] = ["koha" if number % 2 else "alma" for number in range(count)]
        # All are started before the first is waited for.
        started = [stack.enter_context(child(_serve, kind)) for kind in kinds]
        yield tuple(
            _ready(f"lib{number}", kind, connection)
            for number, (kind, connection) in enumerate(zip(kinds, started, strict=True), 1)
        )


def slow_down(chosen: Sequence[Library], latencies: Sequence[float] = LATENCIES) -> None:
    """Give each library its latency; the last one is the slowest, and a Koha."""
    for library, milliseconds in zip(chosen, latencies, strict=True):
        library.set_latency(milliseconds)


def _serve(connection: Connection, kind: Literal["koha", "alma"]) -> None:
    serve(kind, 0, patrons=PATRONS, announce=connection.send)


def _ready(name: str, kind: Literal["koha", "alma"], connection: Connection) -> Library:
    announced = first_word(connection, f"the pretend library {name}")
    url = str(announced).split()[3]
    library = Library(name, kind, f"http://{url.split('/')[2]}")
    with urllib.request.urlopen(f"{library.url}/_control/patrons", timeout=10) as answer:
        found = json.load(answer)["patrons"]
    # The first eight have stories: 230 loans, a block, no PIN.
    ordinary = tuple(Patron(p["card_number"], p["pin"], p["patron_id"]) for p in found[8:])
    return Library(name, kind, library.url, ordinary)
