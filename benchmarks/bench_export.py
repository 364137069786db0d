"""Export of 100,000 favourites: memory of a file that is written while it is sent, against one that is built first.

Each is done in a process of its own, which tells the most memory that it had (``getrusage``); what Python and the
opened portal take is told apart. The file is then taken in by another account, which has it in memory as it was sent.
"""

import json
import logging
import multiprocessing
import resource
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

from _favourites import favourites_house, make_list, person
from _table import Row, below, show, told

from discovery_accounts.domain.actor import Actor
from discovery_accounts.services.favourites.export import Exports, Wish
from discovery_accounts.services.favourites.export_rows import items_of
from discovery_accounts.services.favourites.import_favourites import Imports
from discovery_accounts.services.favourites.import_lists import Wish as ImportWish
from discovery_accounts.services.favourites.lists import Favourites
from discovery_accounts.services.house import House
from discovery_accounts.services.opening import open_house
from discovery_accounts.web.application import checked_settings

ITEMS = 100_000
MOST = 100.0  # MB
FORMATS = ("json", "csv", "ris", "bibtex")

Work = Callable[[House, Actor, str], int]


def streamed(house: House, actor: Actor, format_: str) -> int:
    return sum(len(part) for part in Exports(house).start(actor, Wish(format_)).parts)


def built(house: House, actor: Actor, _format: str) -> int:
    """The usual way: all items in a list, one call that writes it, and then it is sent."""
    lists = []
    for info in Favourites(house).lists(actor):
        items = [row._asdict() for row in items_of(house, info.id)]
        lists.append({"name": info.name, "items": items})
    return len(json.dumps({"lists": lists}, ensure_ascii=False, default=str).encode())


def taken_in(house: House, actor: Actor, path: str) -> int:
    data = Path(path).read_bytes()
    return Imports(house).take(actor, data, ImportWish("Imported")).added


def nothing(_house: House, _actor: Actor, _format: str) -> int:
    return 0


def filled(house: House, actor: Actor, _format: str) -> int:
    """In a process of its own as well: one that is started begins with the most memory of who started it."""
    make_list(house, actor, ITEMS)
    return ITEMS


def _child(line: Connection, values: dict[str, str], actor: Actor, work: Work, format_: str) -> None:
    logging.getLogger("discovery_accounts").setLevel(logging.ERROR)
    house = open_house(checked_settings(values))
    before = time.process_time()
    size = work(house, actor, format_)
    took = time.process_time() - before
    line.send((size, took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


def measured(values: dict[str, str], actor: Actor, work: Work, format_: str) -> tuple[int, float, float]:
    """What the work gave, its CPU seconds, and the most MB that its process had."""
    context = multiprocessing.get_context("spawn")
    line, theirs = context.Pipe()
    child = context.Process(target=_child, args=(theirs, values, actor, work, format_))
    child.start()
    theirs.close()
    answer: tuple[int, float, float] = line.recv()
    child.join()
    return answer


def main() -> None:
    rows: list[Row] = []
    with favourites_house() as (house, values):
        actor, _ = person(house)
        measured(values, actor, filled, "")
        _, _, empty = measured(values, actor, nothing, "")
        _, _, whole = measured(values, actor, built, "json")
        rows.append(told("a process that has opened the portal", empty, "MB"))
        rows.append(told("json built in memory first, on top of that", whole - empty, "MB"))
        for format_ in FORMATS:
            size, took, most = measured(values, actor, streamed, format_)
            more = max(most - empty, 0.0)
            base, ratio = f"{whole - empty:.0f} MB built first", f"{more / (whole - empty):.2f}"
            rows.append(
                below(f"{format_}, {size / 1e6:.0f} MB, streamed: on top", more, MOST, "MB", base, ratio)
            )
            rows.append(told(f"{format_}, CPU", took, "s", "", f"{1e6 * took / ITEMS:.0f} µs an item"))
        path = Path(values["accounts.keys"].removeprefix("file:")).parent / "file.json"
        with path.open("wb") as file:
            file.writelines(Exports(house).start(actor, Wish("json")).parts)
        other, _ = person(house)
        size, took, most = measured(values, other, taken_in, str(path))
        assert size == ITEMS
        rows.append(
            told("taking in the json, on top", most - empty, "MB", f"{path.stat().st_size / 1e6:.0f} MB file")
        )
        rows.append(told("taking in, CPU", took, "s", "", f"{1e6 * took / ITEMS:.0f} µs an item"))
    show(f"Export of {ITEMS:,} favourites, each way in a process of its own", rows)


if __name__ == "__main__":
    main()
