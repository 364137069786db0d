"""The second view of one's loans within the cache time: no call to any library, and little CPU.

The baseline is the smallest view that Pyramid can serve, in the same process, one thread, by WSGI.
"""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from _libraries import Library, libraries
from _portal import API, values_for
from _table import Row, none_of, percentile, show, told
from pyramid.config import Configurator
from pyramid.response import Response
from webob import Request

from discovery_accounts.connectors import loop
from discovery_accounts.services import schema
from discovery_accounts.services.opening import open_house
from discovery_accounts.web.application import checked_settings, make_app

ROUNDS = 200
HELLOS = 50  # in a row, so that both samples are about as long and as likely to be disturbed

App = Callable[..., Any]


def hello_app() -> App:
    with Configurator() as config:
        config.add_route("hello", "/")
        config.add_view(lambda _request: Response("hello"), route_name="hello")
        app: App = config.make_wsgi_app()
        return app


def sign_in(app: App, chosen: Sequence[Library]) -> dict[str, str]:
    """A user with a card of every library; the header that proves it."""
    headers: dict[str, str] = {}
    for library in chosen:
        patron = library.patrons[0]
        body = {"library": library.name, "card_number": patron.card_number, "pin": patron.pin}
        path = "/cards" if headers else "/sessions"
        if headers:
            body["relation"] = "own"
        asked = Request.blank(API + path, headers=headers, method="POST", json=body)
        asked.content_type = "application/json"
        answer = asked.send(app)
        assert answer.status_int == 201, answer.text
        headers = headers or {"Authorization": f"Bearer {answer.json['access_token']}"}
    return headers


def _cpu(app: App, path: str, headers: dict[str, str], times: int = 1) -> float:
    """CPU milliseconds of this process for one request, answered whole."""
    before = time.process_time()
    for _ in range(times):
        answer = Request.blank(path, headers=headers).send(app)
        assert answer.status_int == 200
        _ = answer.body
    return 1000 * (time.process_time() - before) / times


def measure(app: App, chosen: Sequence[Library]) -> list[Row]:
    headers = sign_in(app, chosen)
    first = Request.blank(f"{API}/loans?refresh=1", headers=headers).send(app)
    assert all(card["state"] == "fresh" for card in first.json["cards"])
    for library in chosen:
        library.clear_calls()
    hello = hello_app()
    took: dict[str, list[float]] = {"hello": [], "cached": [], "anew": []}
    for _ in range(ROUNDS):
        took["hello"].append(_cpu(hello, "/", {}, HELLOS))
        took["cached"].append(_cpu(app, f"{API}/loans", headers))
    calls = sum(library.count_calls() for library in chosen)
    for _ in range(ROUNDS):
        took["anew"].append(_cpu(app, f"{API}/loans?refresh=1", headers))
    base, cached, anew = (percentile(each, 10) for each in took.values())
    hello_name = f"{base:.3f} ms Pyramid hello"
    loans = len(first.json["loans"])
    return [
        none_of("library calls for cached pages", calls, ROUNDS * len(chosen)),
        told(
            f"cached page, CPU ({len(chosen)} cards, {loans} loans)",
            cached,
            "ms",
            hello_name,
            f"{cached / base:.0f}",
        ),
        told("page asked anew, CPU", anew, "ms", hello_name, f"{anew / base:.0f}"),
    ]


def main() -> None:
    with libraries() as chosen, TemporaryDirectory() as folder:
        values = values_for(Path(folder), chosen)
        house = open_house(checked_settings(values))
        schema.upgrade(house.database)
        try:
            rows = measure(make_app(values, house), chosen)
        finally:
            house.close()
            loop.close()
    show(
        "The loans page again within the cache time, in process, one thread",
        rows,
        f"The tenth percentile of {ROUNDS} interleaved rounds: what else runs here only ever adds.",
    )


if __name__ == "__main__":
    main()
