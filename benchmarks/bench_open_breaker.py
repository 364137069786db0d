"""Libraries that hang and are known to: pages over them come at once, with what was read last."""

import asyncio
import time
from collections.abc import Sequence

import aiohttp
from _libraries import Library, libraries
from _portal import Portal, portal
from _table import Row, middle, none_of, show, told, within
from _users import Refused, client, loans_page, sign_in_all

CARDS = 8
REPEATS = 60
OPEN_WITHIN = 15.0  # seconds
LIMIT = 5.0  # milliseconds beyond a page that asks nobody
TRIALS_AFTER = 60  # seconds: no trial while we measure


async def plain_page(session: aiohttp.ClientSession, place: Portal, headers: dict[str, str]) -> float:
    """The list of one's sessions: the same way in and out, one query, no library."""
    started = time.monotonic()
    async with session.get(f"{place.api}/sessions", headers=headers) as answer:
        await answer.read()
    if answer.status != 200:
        raise Refused(f"GET /sessions: {answer.status}")
    return time.monotonic() - started


async def measure(place: Portal, chosen: Sequence[Library]) -> list[Row]:
    async with client() as session:
        one, eight = await sign_in_all(session, place, [chosen[:1], chosen])
        for headers in (one, eight):
            await loans_page(session, place, headers)
        for library in chosen:
            library.set_fault("hang")
        await _until_open(session, place, eight)
        for library in chosen:
            library.clear_calls()
        took: dict[str, list[float]] = {"plain": [], "cached": [], "one": [], "eight": []}
        for _ in range(REPEATS):
            took["plain"].append(await plain_page(session, place, one))
            took["cached"].append((await loans_page(session, place, eight, refresh=False)).seconds)
            took["one"].append((await loans_page(session, place, one)).seconds)
            took["eight"].append((await loans_page(session, place, eight)).seconds)
    plain, cached, first, all_of_them = (1000 * middle(each) for each in took.values())
    calls = sum(library.count_calls() for library in chosen)
    return [
        within("1 card, its breaker open", first, plain, LIMIT, "plain page"),
        within(f"{CARDS} cards, every breaker open", all_of_them, plain, LIMIT, "plain page"),
        told(
            f"{CARDS} cards, cached page", cached, "ms", f"{plain:.4g} ms plain page", f"{cached / plain:.2f}"
        ),
        none_of("library calls meanwhile", calls, (CARDS + 1) * REPEATS),
    ]


async def _until_open(session: aiohttp.ClientSession, place: Portal, headers: dict[str, str]) -> None:
    ends = time.monotonic() + OPEN_WITHIN
    while (await loans_page(session, place, headers)).seconds > 1:
        if time.monotonic() > ends:
            raise Refused("the breakers did not open")


def main() -> None:
    with libraries(CARDS) as chosen:
        tried = {f"library__{library.name}__breaker_seconds": str(TRIALS_AFTER) for library in chosen}
        with portal(chosen, **tried) as place:
            rows = asyncio.run(measure(place, chosen))
    show(
        "Pages over libraries whose breaker is open",
        rows,
        f"Medians of {REPEATS} interleaved requests, one user.",
    )


if __name__ == "__main__":
    main()
