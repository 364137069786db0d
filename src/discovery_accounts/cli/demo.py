"""``demo``: everything at once on this machine, with two pretend libraries."""

import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import click

from discovery_accounts.cli.context import Context, Failed
from discovery_accounts.cli.serve import serve_house
from discovery_accounts.services import schema
from discovery_accounts.services.house import House

LIBRARIES = (("lumme", "koha", 8101, "/api"), ("helka", "alma", 8102, ""))
KINDS_SHOWN = ("good", "child", "many_loans", "blocked", "expired", "external")
START_SECONDS = 60


@click.command()
@click.option("--port", type=int, default=6543, show_default=True)
@click.pass_obj
def demo(context: Context, port: int) -> None:
    """Start the portal with two pretend libraries and print cards to try. Ctrl-C ends all."""
    values = context.values()
    if not _is_free(port):
        raise Failed(f"port {port} is in use; choose another one with “make demo PORT=7000”")
    context.set_up_logging()
    logging.getLogger("alembic").setLevel(logging.WARNING)
    for ended_by in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ended_by, _end)
    with ExitStack() as stack:
        stack.callback(click.echo, "Ended.")
        values["accounts.public_url"] = f"http://127.0.0.1:{port}"
        started = {}
        processes = []
        for name, kind, wanted, path in LIBRARIES:
            at = wanted if _is_free(wanted) else _any_free()
            processes.append((stack.enter_context(_pretend_library(kind, at)), kind, at))
            values[f"accounts.library.{name}.url"] = f"http://127.0.0.1:{at}{path}"
            started[name] = at
        house = context.house(context.settings(**values))
        schema.upgrade(house.database)
        for process, kind, at in processes:
            _await(process, kind, at)
        threading.Thread(target=_introduce, args=(house, port, started), daemon=True).start()
        serve_house(house, values, "127.0.0.1", port)


def _end(_signal: int, _frame: object) -> None:
    """By Ctrl-C or by another program: the pretend libraries end too."""
    raise SystemExit(0)


@contextmanager
def _pretend_library(kind: str, port: int) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "discovery_accounts", "simulate", kind, "--port", str(port)]
    command += ["--plugin"] if kind == "koha" else []
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603 (our own program, own words)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await(process: subprocess.Popen[bytes], kind: str, port: int) -> None:
    ends = time.monotonic() + START_SECONDS
    while time.monotonic() < ends:
        if process.poll() is not None:
            raise Failed(f"the pretend {kind} library did not start")
        if _answers(port):
            return
        time.sleep(0.05)
    raise Failed(f"the pretend {kind} library did not answer within {START_SECONDS} seconds")


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _introduce(house: House, port: int, started: dict[str, int]) -> None:
    """Once the portal can be opened, say where it is and which cards there are."""
    while not _answers(port):
        time.sleep(0.05)
    click.echo(f"\n  The portal:   http://127.0.0.1:{port}/")
    click.echo(f"  Its API:      http://127.0.0.1:{port}/api/v1/openapi.json")
    click.echo(f"  Mail goes to: {os.path.relpath(house.settings.mail.folder or '.')}\n")
    click.echo("  Cards to try (the people are made up):")
    for name, at in started.items():
        click.echo(f"\n  {house.library(name).title('en')} (pretend, http://127.0.0.1:{at}/)")
        for patron in _patrons(at):
            click.echo(
                f"    card {patron['card_number']:<14} PIN {patron['pin']}   "
                f"{patron['loans']:>3} loans   {_WORDS.get(patron['kind'], patron['kind'])}"
            )
    click.echo(f"\n  A hold to place: http://127.0.0.1:{port}/holds/new?library=lumme&record_id=336")
    click.echo("\n  Ctrl-C ends everything.\n")


_WORDS = {
    "good": "an ordinary card",
    "child": "a child's card",
    "many_loans": "a great reader's card",
    "blocked": "blocked by the library",
    "expired": "the card has expired",
    "external": "signs in elsewhere: the library can't check a PIN",
}


def _patrons(port: int) -> list[dict[str, str]]:
    """One card of each kind, from the pretend library itself."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/_control/patrons", timeout=5) as answer:
        found = json.load(answer)
    patrons = found["patrons"] if isinstance(found, dict) else found
    first: dict[str, dict[str, str]] = {}
    for patron in patrons:
        first.setdefault(patron["kind"], patron)
    return [first[kind] for kind in KINDS_SHOWN if kind in first]


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _any_free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
