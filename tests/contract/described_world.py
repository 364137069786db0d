"""A simulated library whose every request is also held against the system's own description."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from tests.contract.simulated_world import SimulatedWorld

from discovery_accounts.connectors.http import LibraryHttp
from discovery_accounts.connectors.transport import HttpAnswer, HttpRequest
from discovery_accounts.simulator.server import SimulatedLibrary
from discovery_accounts.testing.connector_world import SeenCall

METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True, slots=True)
class Operation:
    """A method and path as the description names them, ``GET /almaws/v1/users/{user_id}``."""

    method: str
    template: str

    def __str__(self) -> str:
        return f"{self.method} {self.template}"


class Description:
    """What a system says of its own API."""

    def __init__(self, path: Path) -> None:
        described: dict[str, Any] = json.loads(path.read_text("utf-8"))
        self.operations = {
            Operation(method.upper(), template): _pattern(template)
            for template, item in described["paths"].items()
            for method in METHODS
            if method in item
        }

    def find(self, method: str, path: str) -> Operation | None:
        """The operation of a request; a path without parameters goes before one with."""
        found = [
            operation
            for operation, pattern in self.operations.items()
            if operation.method == method and pattern.fullmatch(path)
        ]
        return min(found, key=lambda operation: operation.template.count("{"), default=None)


class DescribedWorld(SimulatedWorld):
    """``requests`` are all that the connector sent, with the whole path."""

    def __init__(self, library: SimulatedLibrary, options: Mapping[str, str], base: str) -> None:
        super().__init__(library, options)
        self._base = base
        self.requests: list[tuple[str, HttpRequest]] = []

    async def pass_on(self, call: SeenCall, request: HttpRequest, inner: LibraryHttp) -> HttpAnswer:
        self.requests.append((self._base + request.path, request))
        return await super().pass_on(call, request, inner)


def refusals(address: str, sent: Sequence[tuple[str, HttpRequest]]) -> list[str]:
    """What the mock has against these requests: the operation's path, the status, what it says is wrong."""
    found = []
    with requests.Session() as session:
        session.trust_env = False
        for path, request in sent:
            answer = session.request(
                request.method,
                address + path,
                params=dict(request.params),
                headers=dict(request.headers),
                data=None if request.form is None else dict(request.form),
                json=request.json,
                timeout=20,
                allow_redirects=False,
            )
            if answer.status_code >= 400:
                said = answer.headers.get("sl-violations") or answer.text
                found.append(f"{request.method} {path}: {answer.status_code} {said[:600]}")
    return found


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{[^}]+\}", "[^/]+", template))
