"""Running simulated libraries, and a plain HTTP client to ask them."""

import http.client
import json
import urllib.parse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from discovery_accounts.simulator.server import SimulatedLibrary


@dataclass(frozen=True)
class Answer:
    """A whole answer; `headers` keeps repeated ones."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Asker:
    """Asks one library, with headers that go along every time."""

    def __init__(self, library: SimulatedLibrary, headers: Mapping[str, str] | None = None) -> None:
        self.library = library
        self.headers = dict(headers or {})

    def __call__(
        self,
        method: str,
        path: str,
        *,
        body: object = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float = 5,
    ) -> Answer:
        sent = self.headers | dict(headers or {})
        data: bytes | None = None
        if form is not None:
            data = urllib.parse.urlencode(form).encode()
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        elif body is not None:
            data, sent["Content-Type"] = json.dumps(body).encode(), "application/json"
        host = self.library.url.removeprefix("http://")
        connection = http.client.HTTPConnection(host, timeout=timeout)
        try:
            connection.request(method, path, body=data, headers=sent)
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    def get(self, path: str, **more: Any) -> Answer:
        return self("GET", path, **more)

    def post(self, path: str, **more: Any) -> Answer:
        return self("POST", path, **more)


def token_of(library: SimulatedLibrary) -> str:
    answer = Asker(library).post(
        "/api/v1/oauth/token",
        form={
            "grant_type": "client_credentials",
            "client_id": library.client_id,
            "client_secret": library.client_secret,
        },
    )
    assert answer.status == 200
    return str(answer.json["access_token"])


@pytest.fixture
def koha() -> Iterator[SimulatedLibrary]:
    with SimulatedLibrary("koha", patrons=10) as library:
        yield library


@pytest.fixture
def alma() -> Iterator[SimulatedLibrary]:
    with SimulatedLibrary("alma", patrons=10) as library:
        yield library


@pytest.fixture
def ask_koha(koha: SimulatedLibrary) -> Asker:
    ask = Asker(koha, {"Authorization": f"Bearer {token_of(koha)}"})
    koha.clear_calls()
    return ask


@pytest.fixture
def ask_alma(alma: SimulatedLibrary) -> Asker:
    return Asker(alma, {"Authorization": f"apikey {alma.api_key}", "Accept": "application/json"})


@pytest.fixture
def asking() -> type[Asker]:
    """For tests that start libraries with options of their own."""
    return Asker


@pytest.fixture
def koha_asker() -> Any:
    """Makes an asker with a token for a library of the test's own."""
    return lambda library: Asker(library, {"Authorization": f"Bearer {token_of(library)}"})
