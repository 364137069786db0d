"""Fifty people with eight cards each against a bare aiohttp fan-out of the same calls.

Portal and bare fan-out take turns over the same libraries; the fan-out sends exactly the requests
that our connectors were seen to make, and makes nothing of the answers.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp
from _bare import LOANS, RECORD, Call, Reader, fan_out
from _libraries import Library, libraries, slow_down
from _portal import Portal, portal, values_for
from _table import Row, at_least, middle, none_of, percentile, show, told
from _users import Page, client, closed_loop, ended_within, loans_page, sign_in_all

from discovery_accounts.web.application import checked_settings

USERS = 50
CARDS = 8
TURNS = 3
RAMP = 2.0  # seconds that are not counted: users come in, connections are made
WINDOW = 7.0
RECORD_RECENT = 10.0  # seconds for which the portal does not ask again for a patron's record


class BareUsers:
    """Users without a portal: loans for every page, each patron's record every ten seconds."""

    def __init__(
        self, session: aiohttp.ClientSession, loans: list[list[Call]], records: list[list[Call]]
    ) -> None:
        self._session = session
        self._loans = loans
        self._records = records
        self._recorded = [-RECORD_RECENT] * len(loans)

    async def page(self, user: int) -> Page:
        started = time.monotonic()
        calls = self._loans[user]
        if started - self._recorded[user] >= RECORD_RECENT:
            self._recorded[user] = started
            calls = calls + self._records[user]
        return Page(started, await fan_out(self._session, calls), CARDS, 0)


async def turn(page: Callable[[int], Awaitable[Page]]) -> tuple[list[Page], list[Page]]:
    """All pages of one turn, and those that ended in its window."""
    opens = time.monotonic() + RAMP
    pages = await closed_loop(USERS, WINDOW, page, spread=RAMP)
    return pages, ended_within(pages, opens, WINDOW)


async def measure(
    place: Portal, chosen: Sequence[Library], loans: list[list[Call]], records: list[list[Call]]
) -> list[Row]:
    ours: list[list[Page]] = []
    theirs: list[list[Page]] = []
    cpu: list[float] = []
    async with client() as session:
        people = await sign_in_all(session, place, [chosen] * USERS)
        slow_down(chosen)
        bare = BareUsers(session, loans, records)
        for _ in range(TURNS):
            before = place.cpu_seconds()
            pages, counted = await turn(lambda user: loans_page(session, place, people[user]))
            cpu.append((place.cpu_seconds() - before) / len(pages))
            ours.append(counted)
            theirs.append((await turn(bare.page))[1])
    return _rows(ours, theirs, 1000 * middle(cpu))


def _rows(ours: list[list[Page]], theirs: list[list[Page]], cpu: float) -> list[Row]:
    rate, base = (middle([len(pages) / WINDOW for pages in each]) for each in (ours, theirs))
    took, bare = ([1000 * page.seconds for pages in each for page in pages] for each in (ours, theirs))
    rows = [at_least(f"{USERS} users x {CARDS} cards", rate, base, 0.6, "bare aiohttp fan-out", "pages/s")]
    for name, percent in (("median", 50), ("p95", 95)):
        mine, its = percentile(took, percent), percentile(bare, percent)
        rows.append(told(f"page, {name}", mine, "ms", f"{its:.4g} ms bare", f"{mine / its:.3f}"))
    rows.append(
        told("CPU of a loans request", cpu, "ms", "whole portal process", f"{cpu / CARDS:.2f} ms a call")
    )
    lost = sum(page.other for pages in ours for page in pages)
    rows.append(none_of("cards not fresh", lost, CARDS * len(took)))
    return rows


def main() -> None:
    with libraries(CARDS) as chosen, portal(chosen) as place, TemporaryDirectory() as folder:
        reader = Reader(checked_settings(values_for(Path(folder), chosen)))
        loans: list[list[Call]] = []
        records: list[list[Call]] = []
        for user in range(USERS):
            cards = [(library, library.patrons[user]) for library in chosen]
            loans.append([call for card in cards for call in reader.calls(*card, LOANS)])
            records.append([call for card in cards for call in reader.calls(*card, RECORD)])
        reader.gateway.close()
        rows = asyncio.run(measure(place, chosen, loans, records))
    show(
        f"Throughput: {USERS} users, each asking for the next page as soon as one is there",
        rows,
        f"Medians of {TURNS} windows of {WINDOW:g} s by turns. Libraries, users and portal share this machine.",
    )


if __name__ == "__main__":
    main()
