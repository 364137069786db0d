"""The home page with its badges (loans, holds, what is owed) and the page of all cards, over 4 cards, against the
slowest library alone.

The baseline of first views is one bare aiohttp call to the slowest library, of second views a page that asks
nobody. Calls are counted by the libraries themselves.
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from _bare import LOANS, Call, Reader, fan_out
from _browser import Browser
from _libraries import LATENCIES, Library, libraries, slow_down
from _portal import Portal, portal, values_for
from _table import Row, at_most, below, middle, none_of, show, told
from _users import client, sign_in_all
from bench_open_breaker import plain_page

from discovery_accounts.web.application import checked_settings

SPEEDS = (50, 200, 400, LATENCIES[-1])  # milliseconds; the last library is the slowest
CARDS = len(SPEEDS)
ROUNDS = 10
MOST_CALLS = 3
PATHS = ("/", "/family")
PIN_CHECKED = "1440"  # minutes: a due PIN check would be a call more


async def first_views(place: Portal, chosen: Sequence[Library], slowest: Sequence[Call]) -> list[Row]:
    """Nothing is kept: every view asks."""
    bare: list[float] = []
    pages: dict[str, list[float]] = {path: [] for path in PATHS}
    calls: dict[str, int] = {}
    async with client() as session:
        browser = Browser(session, place)
        await browser.sign_in(0, chosen)
        await browser.open("/")
        slow_down(chosen, SPEEDS)
        for _ in range(ROUNDS):
            bare.append(await fan_out(session, slowest))
            for path in PATHS:
                pages[path].append(await browser.open(path))
        for path in PATHS:
            for library in chosen:
                library.clear_calls()
            await browser.open(path)
            calls[path] = max(library.count_calls() for library in chosen)
        slow_down(chosen, [0] * CARDS)
    base = 1000 * middle(bare)
    rows = []
    for path in PATHS:
        took = 1000 * middle(pages[path])
        rows.append(at_most(f"{CARDS} cards, first view of {path}", took, base, 1.15, "slowest"))
        rows.append(below(f"calls for a card, {path}", calls[path], MOST_CALLS, "calls"))
    return rows


async def second_views(place: Portal, chosen: Sequence[Library]) -> list[Row]:
    """What was told a moment ago is shown again."""
    kept: dict[str, list[float]] = {path: [] for path in PATHS}
    plain: list[float] = []
    async with client() as session:
        browser = Browser(session, place)
        await browser.sign_in(1, chosen)
        (headers,) = await sign_in_all(session, place, [chosen[:1]])
        await browser.open("/")
        for library in chosen:
            library.clear_calls()
        for _ in range(ROUNDS):
            plain.append(await plain_page(session, place, headers))
            for path in PATHS:
                kept[path].append(await browser.open(path))
        asked = sum(library.count_calls() for library in chosen)
    base = 1000 * middle(plain)
    shown = f"{base:.4g} ms plain page"
    rows = []
    for path in PATHS:
        took = 1000 * middle(kept[path])
        rows.append(told(f"{CARDS} cards, second view of {path}", took, "ms", shown, f"{took / base:.2f}"))
    return [*rows, none_of("library calls of second views", asked, ROUNDS * len(PATHS))]


def main() -> None:
    with libraries(CARDS) as chosen:
        always = {f"library__{library.name}__pin_reverify_minutes": PIN_CHECKED for library in chosen}
        fresh = {f"library__{library.name}__cache_seconds": "0" for library in chosen}
        with TemporaryDirectory() as folder:
            reader = Reader(checked_settings(values_for(Path(folder), chosen)))
            slowest = reader.calls(chosen[-1], chosen[-1].patrons[0], LOANS)
            reader.gateway.close()
        with portal(chosen, **always, **fresh) as place:
            rows = asyncio.run(first_views(place, chosen, slowest))
        with portal(chosen, **always) as place:
            rows += asyncio.run(second_views(place, chosen))
    show(
        "Home page with badges, and all cards: GET / and /family in a browser's session",
        rows,
        f"Libraries answer after {', '.join(map(str, SPEEDS))} ms. Medians of {ROUNDS} interleaved rounds.",
    )


if __name__ == "__main__":
    main()
