"""A whole portal as people and programs meet it: pages and API over WSGI, libraries over HTTP."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup
from pyramid.router import Router
from webtest import TestApp, TestResponse

from discovery_accounts.services.house import House
from discovery_accounts.services.opening import open_house
from discovery_accounts.simulator.server import SimulatedLibrary, SimulatedPatron
from discovery_accounts.web.application import checked_settings, make_app
from tests.factories.clock import MovableClock

API = "/api/v1"


@dataclass
class Portal:
    """``app`` is a WSGI application; every ``browser()`` and ``client()`` starts with no cookie."""

    house: House
    app: Router
    clock: MovableClock
    koha: SimulatedLibrary
    alma: SimulatedLibrary
    folder: Path
    values: dict[str, str] = field(repr=False, default_factory=dict)

    def patron(self, library: str, kind: str = "good") -> SimulatedPatron:
        simulated = self.koha if library == "lumme" else self.alma
        return next(patron for patron in simulated.patrons if patron.kind == kind)

    def client(self, **environ: str) -> "Client":
        return Client(TestApp(self.app, extra_environ={"REMOTE_ADDR": "192.0.2.7", **environ}))

    def browser(self, **environ: str) -> "Browser":
        return Browser(TestApp(self.app, extra_environ={"REMOTE_ADDR": "192.0.2.7", **environ}))

    def signed_in_client(self, library: str = "lumme", kind: str = "good") -> "Client":
        client = self.client()
        client.sign_in(library, self.patron(library, kind))
        return client

    def signed_in_browser(self, library: str = "lumme", kind: str = "good") -> "Browser":
        browser = self.browser()
        browser.sign_in(library, self.patron(library, kind))
        return browser

    def ini(self, **overrides: str) -> str:
        """A settings file of this portal, for commands; its path. ``__`` stands for a dot."""
        values = {
            **self.values,
            **{f"accounts.{key.replace('__', '.')}": value for key, value in overrides.items()},
        }
        path = self.folder / "portal.ini"
        lines = "\n".join(f"{key} = {value}" for key, value in values.items())
        path.write_text(f"[app:main]\nuse = egg:discovery-accounts\n{lines}\n")
        return str(path)

    def mails(self) -> list[str]:
        return [path.read_text() for path in sorted((self.folder / "mail").glob("*.eml"))]


class Client:
    """A program that speaks the JSON API with a bearer token."""

    def __init__(self, app: TestApp) -> None:
        self.app = app
        self.token: str | None = None

    def call(
        self, method: str, path: str, body: Any = None, *, status: int | None = None, **headers: str
    ) -> TestResponse:
        if self.token is not None:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        kwargs: dict[str, Any] = {"headers": headers, "expect_errors": True}
        send = getattr(self.app, f"{method.lower()}_json" if body is not None else method.lower())
        if body is not None:
            kwargs["params"] = body
        response = send(API + path, **kwargs)
        if status is not None:
            assert response.status_int == status, f"{response.status}: {response.text[:500]}"
        return response

    def sign_in(self, library: str, patron: SimulatedPatron) -> TestResponse:
        body = {"library": library, "card_number": patron.card_number, "pin": patron.pin}
        response = self.call("POST", "/sessions", body, status=201)
        self.token = response.json["access_token"]
        return response

    def link(self, library: str, patron: SimulatedPatron, status: int = 201, **more: Any) -> TestResponse:
        body = {"library": library, "card_number": patron.card_number, "pin": patron.pin, **more}
        return self.call("POST", "/cards", body, status=status)


class Browser:
    """A person's browser without JavaScript: follows forms, keeps cookies."""

    def __init__(self, app: TestApp) -> None:
        self.app = app

    def get(self, path: str, **kwargs: Any) -> TestResponse:
        return self.app.get(path, **kwargs)

    def csrf(self, path: str = "/privacy") -> str:
        page = BeautifulSoup(self.get(path).text, "html.parser")
        found = page.find("input", {"name": "csrf_token"})
        assert found is not None
        return str(found["value"])

    def post(self, path: str, **fields: Any) -> TestResponse:
        """Post a form as a page of ours would: with the token of this browser."""
        fields.setdefault("csrf_token", self.csrf())
        return self.app.post(path, fields, expect_errors=True)

    def sign_in(self, library: str, patron: SimulatedPatron, **more: str) -> TestResponse:
        fields = {"library": library, "card_number": patron.card_number, "pin": patron.pin, **more}
        response = self.post("/sign-in/card", **fields)
        assert response.status_int == 303, response.text
        return response


def open_portal(
    folder: Path, database_url: str, koha: SimulatedLibrary, alma: SimulatedLibrary, **overrides: str
) -> Portal:
    """A portal over two pretend libraries; ``overrides`` are settings, ``__`` for a dot."""
    values = {
        "accounts.stage": "development",
        "accounts.database_url": database_url,
        "accounts.keys": f"file:{folder / 'keys.json'}",
        "accounts.mail_url": f"folder:{folder / 'mail'}",
        "accounts.mail_from": "accounts@library.example",
        "accounts.libraries": "lumme helka",
        "accounts.library.lumme.connector": "koha",
        "accounts.library.lumme.name": "LUMME-kirjastot",
        "accounts.library.lumme.url": f"{koha.url}/api",
        "accounts.library.lumme.client_id": koha.client_id,
        "accounts.library.lumme.client_secret": koha.client_secret,
        "accounts.library.helka.connector": "alma",
        "accounts.library.helka.name": "Helka-kirjastot",
        "accounts.library.helka.url": alma.url,
        "accounts.library.helka.api_key": alma.api_key,
        "accounts.schedule": "no",
    }
    values.update({f"accounts.{key.replace('__', '.')}": value for key, value in overrides.items()})
    clock = MovableClock()
    house = open_house(checked_settings(values), clock=clock)
    return Portal(house, make_app(values, house), clock, koha, alma, folder, values)
