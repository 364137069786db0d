"""``serve``: the portal by waitress."""

import errno
import gc
from urllib.parse import urlsplit

import click
import waitress
from pyramid.router import Router

from discovery_accounts.cli.context import Context, Failed
from discovery_accounts.jobs.schedule import start_schedule
from discovery_accounts.services import schema
from discovery_accounts.services.house import House
from discovery_accounts.web.application import make_app

MOST_SENT = 2**20
"""Bytes of a request; each page and call takes less, and says so itself."""
THREADS = 64
"""More than there are loans pages at the same time: each waits for the slowest library."""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=int, help="Left out: the port of accounts.public_url.")
@click.pass_obj
def serve(context: Context, host: str, port: int | None) -> None:
    """Serve the account pages."""
    context.set_up_logging()
    values = context.values()
    settings = context.settings()
    house = context.house(settings)
    if schema.is_behind(house.database):
        raise Failed(schema.BEHIND)
    serve_house(house, values, host, port or urlsplit(settings.public_url).port or 6543)


def serve_house(house: House, values: dict[str, str], host: str, port: int) -> None:
    """Serve until ended; the jobs run by the clock beside it where the settings say so."""
    app = make_app(values, house)
    collect_rarely()
    clock = start_schedule(house) if house.settings.schedule else None
    try:
        _serve(app, host, port)
    except OSError as problem:
        if problem.errno != errno.EADDRINUSE:
            raise
        raise Failed(f"port {port} is in use on {host}: end what listens there, or choose another") from None
    finally:
        if clock is not None:
            clock.shutdown(wait=False)
        house.close()


def _serve(app: Router, host: str, port: int) -> None:
    waitress.serve(
        app,
        host=host,
        port=port,
        threads=THREADS,
        ident=None,
        _quiet=True,
        max_request_body_size=MOST_SENT,
        # the portal itself believes X-Forwarded-For only from accounts.trusted_proxies
        clear_untrusted_proxy_headers=False,
    )


def collect_rarely() -> None:
    """Leave what was built at the start out of every later collection, and collect less often.

    A loans page makes many small records and few cycles; searching all of the house for cycles at
    each page was 7 to 21 % of its CPU time (``benchmarks/``).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
