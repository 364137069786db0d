"""A membership system over HTTP, for the login that docs/add-a-login.md writes as an example."""

import json
import re
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

from tests.fixtures.directory import babbling_port

from discovery_accounts.login.kinds import LoginKind
from discovery_accounts.testing.login_world import LoginTrouble, PersonKind, WorldPerson

_PAGE = Path(__file__).parents[2] / "docs" / "add-a-login.md"
_KEY = "members-key-6021"
PEOPLE = {
    PersonKind.SOMEBODY: WorldPerson("ada", "ada-secret", ("ada@members.example", "Augusta")),
    PersonKind.ANOTHER: WorldPerson("bob", "bob-secret"),
}


def skeleton() -> LoginKind:
    """The example of the page, as its readers would have it."""
    code = re.findall(r"^```python\n(.*?)^```$", _PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)[0]
    names: dict[str, Any] = {}
    exec(compile(code, str(_PAGE), "exec"), names)
    kind = names["KIND"]
    assert isinstance(kind, LoginKind)
    return kind


class _Handler(BaseHTTPRequestHandler):
    server: "_Server"

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.server.hangs.is_set():
            self.server.free.wait(30)
        status, answer = self._answer(asked)
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass

    def _answer(self, asked: Mapping[str, str]) -> tuple[int, Any]:
        if self.headers["Authorization"] != f"Bearer {_KEY}":
            return 401, None
        if self.path == "/ping":
            return 200, {}
        self.server.tried.append(asked["name"])
        for number, person in enumerate(PEOPLE.values()):
            if (person.username, person.password) == (asked["name"], asked["password"]):
                told = dict(zip(("email", "given_names"), person.told, strict=False))
                return 200, {"id": 1000 + number, **told}
        return 404, None


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.tried: list[str] = []
        self.hangs, self.free = threading.Event(), threading.Event()


class MembersWorld:
    """Opened with ``with``; the kind may be spoilt by who tests the suite itself."""

    memories: ClassVar[Mapping[type, object]] = {}
    secrets = (_KEY,)
    cannot: ClassVar[Mapping[str, str]] = {
        PersonKind.CLOSED: "members never end",
        PersonKind.WITHOUT_ID: "every member has a number",
        LoginTrouble.IS_SOMEBODY_ELSE: "it is plain http in the test",
    }

    def __init__(self, kind: LoginKind | None = None) -> None:
        self.kind = kind or skeleton()
        self._server = _Server()
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        port = self._server.server_address[1]
        self.options = {"service": f"http://127.0.0.1:{port}", "key": _KEY, "timeout": "0.5"}

    def __enter__(self) -> "MembersWorld":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.free.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def person(self, kind: PersonKind) -> WorldPerson:
        return PEOPLE[kind]

    def tries(self, person: WorldPerson) -> int:
        return self._server.tried.count(person.username)

    def make(self, trouble: LoginTrouble) -> None:
        match trouble:
            case LoginTrouble.HANGS:
                self._server.hangs.set()
            case LoginTrouble.REFUSES_US:
                self.options |= {"key": "another"}
            case _:
                with babbling_port() as port:  # free again behind this line
                    self.options |= {"service": f"http://127.0.0.1:{port}"}
