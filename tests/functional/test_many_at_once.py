"""Many people at once: no row is waited for in a circle, and no connection waits for a library."""

import dataclasses
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import QueuePool, create_engine, make_url

from discovery_accounts.models.database import Database
from discovery_accounts.services.rotation import Rotation
from discovery_accounts.web.application import make_app
from tests.factories.portal import Client, Portal
from tests.factories.together import PATIENT, run_all, together

ON_POSTGRESQL = pytest.mark.parametrize(
    "database_url", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)
SECONDS = 2.0


def another(portal: Portal, client: Client) -> Client:
    same = portal.client()
    same.token = client.token
    return same


class Crowd:
    """Threads that each do one thing again and again for some seconds; ``fast`` lets the clock run fast."""

    def __init__(self, portal: Portal, *, fast: bool = False) -> None:
        self.portal = portal
        self.ends = time.monotonic() + SECONDS
        self.statuses: list[int] = []
        self.pieces: list[Callable[[], None]] = [self.moving_time] if fast else []

    def moving_time(self) -> None:
        while time.monotonic() < self.ends:
            self.portal.clock.advance(seconds=11)  # so that records are read, and written, anew
            time.sleep(0.03)

    def repeat(self, work: Callable[[int], int]) -> None:
        def run() -> None:
            turn = 0
            while time.monotonic() < self.ends:
                turn += 1
                self.statuses.append(work(turn))

        self.pieces.append(run)

    def call(self, client: Client, method: str, path: str, body: object = None) -> None:
        mine = another(self.portal, client)
        self.repeat(lambda _: mine.call(method, path, body).status_int)


def test_two_carers_of_the_same_children_never_wait_for_each_other_for_ever(
    make_portal: Callable[..., Portal],
) -> None:
    """They linked the same cards in different orders, read, repair, rename and renew, all at once."""
    portal = make_portal(
        library__lumme__pin_reverify_minutes="0", library__lumme__cache_seconds="0", **PATIENT
    )
    kinds = ["child", "no_loans", "good", "blocked"]
    crowd_of = {}
    for who, order in (("good", kinds), ("child", kinds[::-1])):
        client = portal.signed_in_client("helka", who)
        crowd_of[client] = [
            (kind, client.link("lumme", portal.patron("lumme", kind)).json["id"]) for kind in order
        ]
    crowd = Crowd(portal, fast=True)
    for client, cards in crowd_of.items():
        for kind, card in cards[:2]:
            crowd.call(client, "GET", "/loans?refresh=1")
            crowd.call(client, "PATCH", f"/cards/{card}", {"pin": portal.patron("lumme", kind).pin})
        crowd.call(client, "PATCH", f"/cards/{cards[0][1]}", {"label": "x"})
        crowd.call(client, "POST", "/loans/renewals", {"all": True})
    for kind in kinds[::2]:
        patron = portal.patron("lumme", kind)
        body = {"library": "lumme", "card_number": patron.card_number, "pin": patron.pin}
        crowd.call(portal.client(), "POST", "/sessions", body)
    crowd.repeat(lambda _: Rotation(portal.house).reseal().unreadable)
    run_all(crowd.pieces)
    assert set(crowd.statuses) <= {0, 200, 201, 207, 429}
    assert crowd.statuses.count(200) > 5


@ON_POSTGRESQL
def test_tries_side_by_side_never_wait_for_each_other_for_ever(make_portal: Callable[..., Portal]) -> None:
    """Counting a try and taking it back lock the same rows, of card, library, address and account."""
    portal = make_portal(library__lumme__lock_after="20", limits__card="20", **PATIENT)
    patron, owner = portal.patron("lumme"), portal.signed_in_client("helka")
    right = {"library": "lumme", "card_number": patron.card_number, "pin": patron.pin}
    crowd = Crowd(portal)
    for _ in range(4):
        crowd.call(portal.client(), "POST", "/sessions", right)
        crowd.call(owner, "POST", "/cards", right)
    run_all(crowd.pieces)
    assert set(crowd.statuses) <= {201, 409, 429}
    assert crowd.statuses.count(201) > 5


@contextmanager
def sampled(look: Callable[[], int]) -> Iterator[list[int]]:
    """What ``look`` gave, asked every few milliseconds."""
    seen: list[int] = []
    done = threading.Event()

    def repeat() -> None:
        while not done.wait(0.005):
            seen.append(look())

    thread = threading.Thread(target=repeat)
    thread.start()
    try:
        yield seen
    finally:
        done.set()
        thread.join()


@pytest.fixture
def small_pool(make_portal: Callable[..., Portal]) -> Iterator[tuple[Portal, QueuePool]]:
    """A portal with five connections to its database and not one more."""
    portal = make_portal(page_deadline="2", library__helka__timeout="1.5")
    url = make_url(portal.values["accounts.database_url"])
    engine = create_engine(url, pool_size=5, max_overflow=0, pool_timeout=10)
    house = dataclasses.replace(portal.house, database=Database(engine))
    assert isinstance(engine.pool, QueuePool)
    yield dataclasses.replace(portal, house=house, app=make_app(portal.values, house)), engine.pool
    engine.dispose()


@ON_POSTGRESQL
def test_fifty_people_and_a_hung_library_hold_no_connection_of_a_pool_of_five(
    small_pool: tuple[Portal, QueuePool],
) -> None:
    portal, pool = small_pool
    client = portal.signed_in_client()
    client.link("helka", portal.patron("helka", "child"))
    client.call("GET", "/loans", status=200)
    portal.alma.set_fault("hang")
    portal.clock.advance(minutes=2)
    clients = [another(portal, client) for _ in range(50)]
    gateway = portal.house.gateway
    with (
        sampled(pool.checkedout) as connections,
        sampled(lambda: gateway.states()["helka"].in_flight) as calls,
    ):
        answers = together(50, lambda number: clients[number].call("GET", "/loans?refresh=1"))
    assert {answer.status_int for answer in answers} == {200}
    assert max(connections) <= 5
    assert max(calls) > 3 * 5, "far more people wait for the library than there are connections"
    assert {card["state"] for card in answers[0].json["cards"]} == {"fresh", "stale"}
