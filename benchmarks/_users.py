"""People with cards who use the portal's API, alone or many at once."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import aiohttp
from _libraries import Library
from _portal import Portal

TOGETHER = 8  # sign-ins at a time


class Refused(Exception):
    """The portal answered otherwise than it had to: the benchmark can't be run."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page that was loaded: when it was asked for (monotonic), how long it took, cards by state."""

    started: float
    seconds: float
    fresh: int
    other: int

    @property
    def ended(self) -> float:
        return self.started + self.seconds


def client() -> aiohttp.ClientSession:
    """A client without a limit of its own, as many browsers are."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=60),
        timeout=aiohttp.ClientTimeout(total=30),
        cookie_jar=aiohttp.DummyCookieJar(),
    )


async def sign_in_all(
    session: aiohttp.ClientSession, portal: Portal, cards: Sequence[Sequence[Library]]
) -> list[dict[str, str]]:
    """Sign in one user for each entry, who links a card of each library in it; their headers.

    User 0 is the first ordinary patron of every library, and so on.
    """
    turn = asyncio.Semaphore(TOGETHER)

    async def one(number: int, chosen: Sequence[Library]) -> dict[str, str]:
        async with turn:
            return await _sign_in(session, portal, number, chosen)

    return await asyncio.gather(*[one(number, chosen) for number, chosen in enumerate(cards)])


async def _sign_in(
    session: aiohttp.ClientSession, portal: Portal, number: int, chosen: Sequence[Library]
) -> dict[str, str]:
    headers: dict[str, str] = {}
    for library in chosen:
        patron = library.patrons[number]
        body = {"library": library.name, "card_number": patron.card_number, "pin": patron.pin}
        path = "/cards" if headers else "/sessions"
        if headers:
            body["relation"] = "own"
        async with session.post(portal.api + path, json=body, headers=headers) as answer:
            told = await answer.json()
            if answer.status != 201:
                raise Refused(f"POST {path}: {answer.status} {told.get('code')}")
        if not headers:
            headers = {"Authorization": f"Bearer {told['access_token']}"}
    return headers


async def loans_page(
    session: aiohttp.ClientSession, portal: Portal, headers: dict[str, str], *, refresh: bool = True
) -> Page:
    """Load the loans of all cards, to the last byte."""
    started = time.monotonic()
    url = f"{portal.api}/loans" + ("?refresh=1" if refresh else "")
    async with session.get(url, headers=headers) as answer:
        body = await answer.read()
    seconds = time.monotonic() - started
    if answer.status != 200:
        raise Refused(f"GET /loans: {answer.status}")
    fresh = body.count(b'"state":"fresh"')
    return Page(started, seconds, fresh, body.count(b'"state":"') - fresh)


async def closed_loop(
    users: int, seconds: float, page: Callable[[int], Awaitable[Page]], spread: float = 0.8
) -> list[Page]:
    """All pages of ``users`` who each ask for the next page as soon as they have one.

    They come in over ``spread`` seconds and stop asking ``seconds`` later; what was asked is waited for.
    """
    pages: list[Page] = []
    ends = time.monotonic() + spread + seconds

    async def user(number: int) -> None:
        await asyncio.sleep(spread * number / users)
        while time.monotonic() < ends:
            pages.append(await page(number))

    async with asyncio.TaskGroup() as group:
        for number in range(users):
            group.create_task(user(number))
    return pages


def ended_within(pages: Sequence[Page], opens: float, seconds: float) -> list[Page]:
    """Those that were there within ``seconds`` from ``opens``."""
    return [page for page in pages if opens <= page.ended < opens + seconds]
