"""Somebody with a browser: signs in on the page, adds cards, opens pages."""

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import aiohttp
from _libraries import Library
from _portal import Portal
from _users import Refused

_TOKEN = re.compile(rb'name="csrf_token" value="([^"]+)"')


@dataclass(slots=True)
class Browser:
    """A session and its cookies, which are sent over plain http here though they are marked Secure."""

    session: aiohttp.ClientSession
    portal: Portal
    _cookies: dict[str, str] = field(default_factory=dict, repr=False)
    _token: str = field(default="", repr=False)

    async def sign_in(self, number: int, chosen: Sequence[Library]) -> None:
        """Sign in as the ordinary patron of that number at the first library, and add the others' cards."""
        first, *others = chosen
        await self.open("/sign-in/card")
        patron = first.patrons[number]
        form = {"library": first.name, "card_number": patron.card_number, "pin": patron.pin}
        await self._post("/sign-in/card", data={**form, "csrf_token": self._token})
        await self.open("/")
        for library in others:
            patron = library.patrons[number]
            body = {"library": library.name, "card_number": patron.card_number, "pin": patron.pin}
            await self._post("/api/v1/cards", json={**body, "relation": "own"})

    async def open(self, path: str) -> float:
        """Load a page to the last byte; the seconds it took."""
        started = time.monotonic()
        async with self.session.get(self.portal.url + path, headers=self._headers()) as answer:
            page = await answer.read()
        seconds = time.monotonic() - started
        if answer.status != 200:
            raise Refused(f"GET {path}: {answer.status}")
        self._keep(answer)
        if found := _TOKEN.search(page):
            self._token = found[1].decode()
        return seconds

    async def _post(self, path: str, **body: object) -> None:
        async with self.session.post(
            self.portal.url + path,
            headers=self._headers()
            | {"X-CSRF-Token": self._token, "Origin": "https://accounts.library.example"},
            allow_redirects=False,
            **body,  # type: ignore[arg-type]
        ) as answer:
            await answer.read()
        if answer.status not in (201, 303):
            raise Refused(f"POST {path}: {answer.status}")
        self._keep(answer)

    def _headers(self) -> dict[str, str]:
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}

    def _keep(self, answer: aiohttp.ClientResponse) -> None:
        self._cookies |= {name: cookie.value for name, cookie in answer.cookies.items() if cookie.value}
