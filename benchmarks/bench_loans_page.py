"""The loans page over 1, 2, 4 and 8 cards against the slowest library alone.

The baseline is one bare aiohttp call of the same request to the slowest library, times the calls
that must follow one another there. Beside it the same calls one after another, and ten users at once.
"""

import asyncio
import time
from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp
from _bare import BOTH, LOANS, Call, Reader, fan_out, one_by_one
from _libraries import LATENCIES, SLOWEST, Library, libraries, slow_down
from _portal import Portal, portal, values_for
from _table import Row, at_most, middle, none_of, percentile, show, told
from _users import Page, client, closed_loop, loans_page, sign_in_all

from discovery_accounts.web.application import checked_settings

CHOICES = {1: (7,), 2: (3, 7), 4: (0, 3, 5, 7), 8: (0, 1, 2, 3, 4, 5, 6, 7)}  # cards: places in LATENCIES
ROUNDS = 8
USERS = 10
USERS_SECONDS = 12.0


async def measure(place: Portal, chosen: Sequence[Library], calls: Sequence[Sequence[Call]]) -> list[Row]:
    cards = [[chosen[at] for at in CHOICES[count]] for count in CHOICES]
    async with client() as session:
        people = await sign_in_all(session, place, [*cards, *[chosen] * USERS])
        for headers in people:
            await loans_page(session, place, headers)
        slow_down(chosen)
        depth = await _depth(session, place, people[3], chosen[-1])
        bare: list[float] = []
        pages: dict[int, list[Page]] = {count: [] for count in CHOICES}
        for _ in range(ROUNDS):
            bare.append(depth * await fan_out(session, calls[-1]))
            for number, count in enumerate(CHOICES):
                pages[count].append(await loans_page(session, place, people[number]))
        serial = await asyncio.gather(
            *[one_by_one(session, [call for at in CHOICES[count] for call in calls[at]]) for count in CHOICES]
        )
        many, alone = await asyncio.gather(
            closed_loop(USERS, USERS_SECONDS, lambda user: loans_page(session, place, people[4 + user])),
            _repeat(session, calls[-1], USERS_SECONDS),
        )
    base = middle(bare)
    rows = []
    for count, in_turn in zip(CHOICES, serial, strict=True):
        took = 1000 * middle([page.seconds for page in pages[count]])
        name = f"{count} card{'s' if count > 1 else ''}"
        rows.append(at_most(f"{name}, one user, median", took, 1000 * base, 1.05, f"slowest x {depth}"))
        rows.append(told(f"{name}, calls in turn", 1000 * in_turn, "ms", "slowest", f"{in_turn / base:.2f}"))
    ten = 1000 * percentile([page.seconds for page in many], 95)
    rows.append(at_most(f"8 cards, {USERS} users, p95", ten, 1000 * depth * middle(alone), 1.10, "slowest"))
    every = many + [page for each in pages.values() for page in each]
    lost = sum(page.other for page in every)
    rows.append(none_of("cards not fresh", lost, lost + sum(page.fresh for page in every)))
    return rows


async def _depth(
    session: aiohttp.ClientSession, place: Portal, headers: dict[str, str], slowest: Library
) -> int:
    """How many calls of one page must follow one another at the slowest library."""
    slowest.clear_calls()
    await loans_page(session, place, headers)
    times = slowest.call_times()
    gap = timedelta(milliseconds=SLOWEST / 2)
    return 1 + sum(later - earlier > gap for earlier, later in pairwise(times))


async def _repeat(session: aiohttp.ClientSession, calls: Sequence[Call], seconds: float) -> list[float]:
    ends = time.monotonic() + seconds
    took = []
    while time.monotonic() < ends:
        took.append(await fan_out(session, calls))
    return took


def main() -> None:
    with libraries() as chosen, TemporaryDirectory() as folder, portal(chosen) as place:
        reader = Reader(checked_settings(values_for(Path(folder), chosen)))
        calls = [reader.calls(library, library.patrons[0], LOANS) for library in chosen]
        assert all(len(each) == 1 for each in calls)
        assert all(len(reader.calls(library, library.patrons[0], BOTH)) == 2 for library in chosen)
        reader.gateway.close()
        rows = asyncio.run(measure(place, chosen, calls))
    shown = ", ".join(map(str, LATENCIES))
    show(
        "Loans page: GET /api/v1/loans?refresh=1, whole HTTP request, libraries in parallel",
        rows,
        f"Libraries answer after {shown} ms; the slowest is on every page. {ROUNDS} interleaved rounds.",
    )


if __name__ == "__main__":
    main()
