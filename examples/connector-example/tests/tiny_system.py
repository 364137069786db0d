"""The library system that the example speaks to: six calls, a few people, and troubles on demand."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "tiny-key"
DAYS = {"good": 300, "expired": -30}


@dataclass(slots=True)
class Patron:
    """One patron; loans and holds are rows as they are told."""

    kind: str
    patron: str
    number: str
    pin: str
    loans: dict[str, dict[str, Any]] = field(default_factory=dict)
    holds: dict[str, dict[str, Any]] = field(default_factory=dict)

    def record(self) -> dict[str, Any]:
        until = datetime.now(UTC).date() + timedelta(days=DAYS.get(self.kind, 300))
        return {
            "number": self.number,
            "name": self.kind,
            "until": str(until),
            "blocked": self.kind == "blocked",
        }


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64


class TinySystem:
    """Listens on a port of this machine between ``with`` and its end.

    ``trouble`` is what every call meets, or with ``acts_only`` every act; ``calls`` are those that came.
    """

    def __init__(self) -> None:
        self.calls: list[tuple[str, str]] = []
        self.trouble: str | None = None
        self.acts_only = False
        self.ended = threading.Event()
        self.people = {person.patron: person for person in _people()}
        self._number = 9000
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> "TinySystem":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def hold(self, patron: str, state: str) -> str:
        """A hold more for that patron."""
        self._number += 1
        hold = f"H{self._number}"
        self.people[patron].holds[hold] = {"hold": hold, "title": "Kalevala", "state": state}
        return hold

    def answer(self, method: str, path: list[str], body: Any) -> tuple[int, Any]:
        """What the system says: a status, and a body in JSON or none."""
        if method == "POST" and path == ["check"]:
            return self._check(body)
        person = self.people.get(path[1]) if len(path) > 1 and path[0] == "patrons" else None
        if person is None:
            return 404, {}
        match method, path[2:]:
            case "GET", []:
                return 200, self._about(person, person.record())
            case "GET", ["loans"]:
                return 200, self._about(person, {"loans": list(self._shown(person).loans.values())})
            case "GET", ["holds"]:
                return 200, self._about(person, {"holds": list(self._shown(person).holds.values())})
            case "POST", ["loans", loan, "renewal"]:
                return self._renew(person, loan)
            case "DELETE", ["holds", hold]:
                return self._cancel(person, hold)
        return 404, {}

    def _shown(self, person: Patron) -> Patron:
        """Somebody else while patrons are mixed up."""
        others = [other for other in self.people.values() if other is not person]
        return others[0] if self.trouble == "mixes_patrons_up" else person

    def _about(self, person: Patron, body: dict[str, Any]) -> dict[str, Any]:
        return {"patron": self._shown(person).patron, **body}

    def _check(self, body: Any) -> tuple[int, Any]:
        for person in self.people.values():
            if (person.number, person.pin) == (body["number"], body["pin"]):
                return 200, {"patron": person.patron}
        return 403, {}

    def _renew(self, person: Patron, loan: str) -> tuple[int, Any]:
        row = person.loans.get(loan)
        if row is None:
            return 404, {}
        because = "blocked" if person.kind == "blocked" else row.get("not_renewable")
        if because:
            return 409, {"why": because}
        row["due"] = _due(28)
        return 200, self._about(person, {"due": row["due"]})

    def _cancel(self, person: Patron, hold: str) -> tuple[int, Any]:
        row = person.holds.get(hold)
        if row is None:
            return 404, {}
        if row["state"] == "ready":
            return 409, {"why": "ready"}
        del person.holds[hold]
        return 204, None


def _people() -> list[Patron]:
    loans = {"good": 3, "another": 2, "no_loans": 0, "many_loans": 120, "blocked": 1, "expired": 1}
    people = []
    for at, (kind, count) in enumerate(loans.items(), 1):
        person = Patron(kind, f"T{at}", f"TC10000{at}", f"12{at}4")
        for number in range(count):
            loan = f"L{at}x{number}"
            person.loans[loan] = {"loan": loan, "title": "Kalevala", "due": _due(1 + number % 20)}
        people.append(person)
    people[0].loans["L1x2"]["not_renewable"] = "wanted"
    return people


def _due(days: int) -> str:
    return (datetime.now(UTC).replace(microsecond=0) + timedelta(days=days)).isoformat()


def _handler(system: TinySystem) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length) or "null")
            system.calls.append((self.command, self.path))
            parts = self.path.strip("/").split("/")
            act = self.command != "GET" and parts != ["check"]
            trouble = system.trouble if act or not system.acts_only else None
            spoil = _SPOILT.get(trouble or "")
            if spoil is not None:
                spoil(self)
            elif trouble == "hangs":
                system.ended.wait(10)
            elif self.headers.get("X-Key") != KEY or trouble == "refuses_our_key":
                self.say(401, b"{}")
            else:
                status, told = system.answer(self.command, parts, body)
                if trouble != "cuts_connections":
                    self.say(status, b"" if told is None else json.dumps(told).encode())

        def say(self, status: int, body: bytes, **headers: str) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            if status != 204:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_DELETE = _serve  # noqa: N815 - the names that http.server calls

        def log_message(self, *_: object) -> None:
            """Nothing is written."""

    return Handler


_SPOILT: dict[str, Callable[[Any], None]] = {
    "fails": lambda handler: handler.say(500, b"{}"),
    "in_maintenance": lambda handler: handler.say(503, b"{}"),
    "sends_garbage": lambda handler: handler.say(200, b'{"patron": '),
    "sends_a_web_page": lambda handler: handler.say(200, b"<html></html>"),
    "asks_to_wait": lambda handler: handler.say(429, b"{}", Retry_After="1"),
}
