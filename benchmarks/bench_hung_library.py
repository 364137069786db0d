"""One of eight libraries hangs: what it costs its own users and everybody else, and the way back.

Healthy windows before and after are the baseline of the throughput. The hung library counts for itself
the calls that reach it. One user alone is measured while the breaker is still closed: the worst case.
"""

import asyncio
import time
from collections.abc import Sequence

import aiohttp
from _libraries import Library, libraries, slow_down
from _portal import Portal, portal
from _table import Row, at_least, below, none_of, percentile, show, told
from _users import Page, client, closed_loop, ended_within, loans_page, sign_in_all

USERS = 50
CARDS = 8
HEALTHY = 6.0  # seconds
HUNG = 30.0
RAMP = 1.0
DEADLINE = 2.5
TRIALS_AFTER = 10  # seconds; the default is 20, so this library is tried twice as often
NOTICED_WITHIN = 4 * TRIALS_AFTER
ALONE = 2  # pages of one user that the breaker is sure to let through: two calls each, five open it


class Crowd:
    """The users, and the portal as they meet it."""

    def __init__(self, session: aiohttp.ClientSession, place: Portal, people: list[dict[str, str]]) -> None:
        self._session = session
        self._place = place
        self._people = people

    async def page(self, user: int) -> Page:
        return await loans_page(self._session, self._place, self._people[user])

    async def together(self, seconds: float, spread: float = RAMP) -> list[Page]:
        """The pages that ended within ``seconds``, once all were there."""
        opens = time.monotonic() + spread
        return ended_within(await closed_loop(USERS, seconds, self.page, spread), opens, seconds)


async def measure(place: Portal, chosen: Sequence[Library]) -> list[Row]:
    async with client() as session:
        crowd = Crowd(session, place, await sign_in_all(session, place, [chosen] * USERS))
        slow_down(chosen)
        before = await crowd.together(HEALTHY)
        patient = chosen[2]
        patient.clear_calls()
        patient.set_fault("hang")
        during = await crowd.together(HUNG, spread=0.8)
        calls = patient.count_calls()
        patient.clear_faults()
        noticed = await _noticed(crowd)
        after = await crowd.together(HEALTHY)
        patient.set_fault("hang")
        alone = [await crowd.page(0) for _ in range(ALONE)]
    return [*_alone_rows(alone), *_crowd_rows(before, during, after, calls), _noticed_row(noticed)]


async def _noticed(crowd: Crowd) -> float:
    """Seconds until a user sees the library's loans fresh again."""
    started = time.monotonic()
    while time.monotonic() < started + NOTICED_WITHIN:
        if (await crowd.page(0)).fresh == CARDS:
            break
    return time.monotonic() - started


def _alone_rows(alone: list[Page]) -> list[Row]:
    took = max(page.seconds for page in alone)
    return [
        below(
            "one user, slowest page",
            took,
            DEADLINE + 0.2,
            "s",
            f"{DEADLINE} s deadline",
            f"{took / DEADLINE:.2f}",
        ),
        none_of("  healthy cards lost", _lost(alone, CARDS - 1), (CARDS - 1) * len(alone)),
    ]


def _crowd_rows(before: list[Page], during: list[Page], after: list[Page], calls: int) -> list[Row]:
    healthy = before + after
    rate, base = len(during) / HUNG, len(healthy) / (2 * HEALTHY)
    beside = f"{_lost(healthy, CARDS)} of {CARDS * len(healthy)} all healthy"
    rows = [
        at_least(f"{USERS} users", rate, base, 0.9, "all healthy", "pages/s"),
        none_of("  healthy cards lost", _lost(during, CARDS - 1), (CARDS - 1) * len(during), beside),
        below(f"  calls at the hung library in {HUNG:g} s", calls, 99, "calls"),
    ]
    took, usual = ([1000 * page.seconds for page in pages] for pages in (during, healthy))
    for name, percent in (("median", 50), ("p95", 95)):
        mine, its = percentile(took, percent), percentile(usual, percent)
        rows.append(told(f"  page, {name}", mine, "ms", f"{its:.4g} ms all healthy", f"{mine / its:.3f}"))
    return rows


def _lost(pages: list[Page], healthy: int) -> int:
    """Cards of healthy libraries that were not fresh."""
    return sum(max(0, healthy - page.fresh) for page in pages)


def _noticed_row(noticed: float) -> Row:
    return below("recovery seen by a user after", noticed, NOTICED_WITHIN, "s")


def main() -> None:
    with libraries(CARDS) as chosen:
        tried = {f"library__{library.name}__breaker_seconds": str(TRIALS_AFTER) for library in chosen}
        with portal(chosen, page_deadline=str(DEADLINE), **tried) as place:
            rows = asyncio.run(measure(place, chosen))
    show(
        "One of eight libraries hangs",
        rows,
        f"Trial calls {TRIALS_AFTER} s after the breaker opened, then 20, 40, 60 s apart.",
    )


if __name__ == "__main__":
    main()
