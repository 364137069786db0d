"""A federation of 5,000 organisations: reading its list, starting with it, finding one's own in it.

Baselines: pysaml2 loading the same file (without a signature check, which it has none of for files); a portal
without the login; reading and folding all names for each search.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from _federation import make_list
from _table import Row, at_most, below, middle, percentile, show, told

COUNT = 5000
SEARCHES = (
    "lund",
    "univ åbo",
    "hogskola",
    "campus4711.example",
    "applied sciences bodo",
    "nothing like it",
    "u",
)
ROUNDS = 15


def _memory(what: str) -> float:
    """MB of this process: ``VmHWM`` the most it ever had, ``VmRSS`` now."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(what):
            return int(line.split()[1]) / 1024
    raise LookupError(what)


def _values(folder: Path, *, federated: bool) -> dict[str, str]:
    values = {
        "accounts.stage": "development",
        "accounts.database_url": f"sqlite:///{folder / 'accounts.db'}",
        "accounts.keys": f"file:{folder / 'keys.json'}",
        "accounts.mail_url": f"folder:{folder / 'mail'}",
        "accounts.schedule": "no",
        "accounts.logins": "card haka" if federated else "card",
        "accounts.login.card.kind": "card",
    }
    if federated:
        haka = {
            "kind": "saml",
            "metadata_file": folder / "federation.xml",
            "metadata_certificate": folder / "federation.pem",
            "certificate": folder / "federation.pem",
            "key": f"file:{folder / 'federation.key'}",
        }
        values |= {f"accounts.login.haka.{key}": str(value) for key, value in haka.items()}
    return values


def _house(folder: Path) -> Any:
    from discovery_accounts.services.opening import open_house
    from discovery_accounts.web.application import checked_settings

    return open_house(checked_settings(_values(folder, federated=True)))


def import_ours(folder: Path) -> dict[str, float]:
    from discovery_accounts.jobs.runner import run_job
    from discovery_accounts.services import schema

    house = _house(folder)
    schema.upgrade(house.database)
    before, began = _memory("VmRSS"), time.perf_counter()
    done = run_job(house, "refresh-metadata").done
    seconds = time.perf_counter() - began
    assert done.did["read"] == 1, done
    house.close()
    return {"seconds": seconds, "memory": _memory("VmHWM") - before}


def import_pysaml2(folder: Path) -> dict[str, float]:
    from saml2.attribute_converter import ac_factory
    from saml2.mdstore import MetaDataFile

    before, began = _memory("VmRSS"), time.perf_counter()
    store = MetaDataFile(ac_factory(), str(folder / "federation.xml"))
    store.load()
    seconds = time.perf_counter() - began
    assert len(store.keys()) == COUNT
    return {"seconds": seconds, "memory": _memory("VmHWM") - before}


def _start(folder: Path, *, federated: bool) -> dict[str, float]:
    from pyramid.request import Request

    from discovery_accounts.web.application import make_app

    began = time.perf_counter()
    app = make_app(_values(folder, federated=federated))
    path = "/sign-in/haka?q=lund" if federated else "/sign-in/card"
    answer = Request.blank(path, base_url="http://127.0.0.1:6543").get_response(app)
    assert answer.status_int == 200, answer.text
    return {"seconds": time.perf_counter() - began, "memory": _memory("VmRSS")}


def start_with(folder: Path) -> dict[str, float]:
    return _start(folder, federated=True)


def start_without(folder: Path) -> dict[str, float]:
    return _start(folder, federated=False)


def search(folder: Path) -> dict[str, Any]:
    from sqlalchemy import select

    from discovery_accounts.domain.search_words import prepare, rank, wanted_words
    from discovery_accounts.models import ProviderEntity
    from discovery_accounts.services.organisation_search import OrganisationSearch

    house = _house(folder)
    login = house.settings.login("haka")
    began = time.perf_counter()
    OrganisationSearch(house, login, "sv").search("lund")
    first = time.perf_counter() - began

    def ours(typed: str) -> int:
        return OrganisationSearch(house, login, "sv").search(typed).total

    def naive(typed: str) -> int:
        words = wanted_words(typed)
        with house.database.reading() as session:
            rows = session.execute(select(ProviderEntity.names, ProviderEntity.words))
            return sum(
                rank(words, prepare([*names.values(), kept.rpartition("\n")[2]])) is not None
                for names, kept in rows
            )

    assert [ours(typed) for typed in SEARCHES] == [naive(typed) for typed in SEARCHES]
    times = [_cost(ours, typed) for _ in range(ROUNDS) for typed in SEARCHES]
    scans = [_cost(naive, typed) for typed in SEARCHES]
    house.close()
    return {"first": 1000 * first, "times": times, "naive": middle(scans)}


def _cost(work: Callable[[str], int], typed: str) -> float:
    """CPU milliseconds of one search."""
    began = time.process_time()
    work(typed)
    return 1000 * (time.process_time() - began)


PARTS = {part.__name__: part for part in (import_ours, import_pysaml2, start_with, start_without, search)}


def _apart(part: str, folder: Path) -> dict[str, Any]:
    """Run one part in a process of its own, so that its memory is its own."""
    ran = subprocess.run(
        [sys.executable, __file__, part, str(folder)], check=True, stdout=subprocess.PIPE, text=True
    )
    answer: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return answer


def measure(folder: Path) -> list[Row]:
    ours, theirs = _apart("import_ours", folder), _apart("import_pysaml2", folder)
    starts = [(_apart("start_with", folder), _apart("start_without", folder)) for _ in range(3)]
    # other work on the machine only ever adds: the least of each
    alone = min(other["seconds"] for _, other in starts)
    more = min(one["seconds"] for one, _ in starts) - alone
    heavier = middle([one["memory"] - other["memory"] for one, other in starts])
    found = _apart("search", folder)
    worst = percentile(found["times"], 95)
    return [
        at_most("import, verified", ours["seconds"], theirs["seconds"], 1.0, "pysaml2, unverified", "s"),
        at_most("memory on top while importing", ours["memory"], theirs["memory"], 0.5, "pysaml2", "MB"),
        below("start and first search, more than without", more, 1.0, "s", f"{alone:.3g} s in all without"),
        below("memory, more than without", heavier, 100.0, "MB"),
        told("first search of a process", found["first"], "ms"),
        at_most("CPU of a search", middle(found["times"]), found["naive"], 0.2, "naive scan"),
        below("CPU of a search, 95th percentile", worst, 20.0, "ms", f"{found['naive']:.3g} ms naive scan"),
    ]


def main() -> None:
    if len(sys.argv) == 3:
        print(json.dumps(PARTS[sys.argv[1]](Path(sys.argv[2]))))
        return
    with TemporaryDirectory() as name:
        folder = Path(name)
        size = make_list(folder, COUNT)[0].stat().st_size / 1e6
        rows = measure(folder)
    note = f"{COUNT} identity providers, {size:.0f} MB, signed; SQLite. xmlsec1 is a process of its own beside ours."
    show("Federation: a list of 5,000 organisations", rows, note)


if __name__ == "__main__":
    main()
