"""Simulated libraries as running servers: in a thread for tests, in the foreground for the demo."""

import asyncio
import signal
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Literal, Self

from discovery_accounts.simulator.alma.webhooks import send_webhook
from discovery_accounts.simulator.application import make_runner
from discovery_accounts.simulator.calls import Call
from discovery_accounts.simulator.desk.desk import Desk
from discovery_accounts.simulator.koha.modifications import approve
from discovery_accounts.simulator.outage import HOST, Outage
from discovery_accounts.simulator.records import LibraryKind, SimulatedPatron
from discovery_accounts.simulator.simulation import (
    API_KEY,
    CLIENT_ID,
    CLIENT_SECRET,
    Generation,
    Manners,
    Simulation,
)

__all__ = ["Call", "SimulatedLibrary", "SimulatedPatron", "serve"]


class SimulatedLibrary:
    """A pretend library on a port of this machine, to be used with `with`.

    It starts in a thread with an event loop of its own. `stop` closes the port and every connection,
    `start` comes back on the same port with the same records. See `Manners` for what the options mean.
    """

    client_id = CLIENT_ID
    client_secret = CLIENT_SECRET
    api_key = API_KEY

    def __init__(
        self,
        kind: LibraryKind,
        *,
        seed: int = 1,
        patrons: int = 40,
        latency_ms: float = 0,
        port: int = 0,
        generation: Generation = "25.11",
        plugin: bool = False,
        token_seconds: int = 3600,
        failed_login_attempts: int = 0,
        per_second: int = 0,
        inactive_barcodes_match: bool = True,
        cancellation_requests: bool = True,
        paia: Literal["", "patron", "everybody"] = "",
        database: str = ":memory:",
    ) -> None:
        self.kind: LibraryKind = kind
        self._port = port
        self._simulation = Simulation(
            kind,
            seed,
            patrons,
            Manners(
                latency_ms,
                generation,
                plugin,
                token_seconds,
                failed_login_attempts,
                per_second,
                inactive_barcodes_match,
                cancellation_requests,
                paia,
            ),
            database,
        )
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ending: asyncio.Event | None = None

    def __repr__(self) -> str:
        return f"SimulatedLibrary({self.kind!r}, url={self.url!r})"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """Where it listens, without a slash at the end. The port is known after the first start."""
        return f"http://{HOST}:{self._port}"

    def start(self) -> None:
        """Listens. Does nothing when it does already; raises `OSError` when the port is taken."""
        if self._thread is not None:
            return
        ready = threading.Event()
        failures: list[BaseException] = []
        self._thread = threading.Thread(
            target=self._live, args=(ready, failures), daemon=True, name=f"simulated-{self.kind}"
        )
        self._thread.start()
        ready.wait()
        if failures:
            self._thread.join()
            self._thread = None
            raise failures[0]

    def stop(self) -> None:
        """Closes port and connections and ends the thread; calls that hang are cut off."""
        if self._thread is None or self._loop is None or self._ending is None:
            return
        self._loop.call_soon_threadsafe(self._ending.set)
        self._thread.join()
        self._thread = None

    def _live(self, ready: threading.Event, failures: list[BaseException]) -> None:
        try:
            asyncio.run(self._run(ready))
        except OSError as failure:
            failures.append(failure)
        finally:
            ready.set()

    async def _run(self, ready: threading.Event) -> None:
        self._loop, self._ending = asyncio.get_running_loop(), asyncio.Event()
        outage = Outage()
        runner = make_runner(self._simulation, outage)
        await runner.setup()
        try:
            self._port = await outage.open(runner, self._port)
            ready.set()
            await self._ending.wait()
        finally:
            await outage.end(runner)

    # --- what it knows

    @property
    def patrons(self) -> tuple[SimulatedPatron, ...]:
        """Everybody, as things stand now; the named patrons come first."""
        return self._simulation.store.simulated_patrons()

    @property
    def generation(self) -> Generation:
        """Which version of Koha it imitates."""
        return self._simulation.manners.generation

    @property
    def desk(self) -> Desk:
        """Its records, for whatever else is to happen at the library."""
        return self._simulation.store

    @property
    def calls(self) -> tuple[Call, ...]:
        """Every call to the imitated API since the start or the last clearing."""
        return self._simulation.log.calls()

    def count(self, method: str | None = None, path_contains: str | None = None) -> int:
        """How many calls had that method and that text in their recorded path."""
        return self._simulation.log.count(method, path_contains)

    def clear_calls(self) -> None:
        """Forgets the recorded calls."""
        self._simulation.log.clear()

    # --- how it behaves

    def set_latency(self, ms: float) -> None:
        """Waits that many milliseconds before every answer."""
        self._simulation.manners.latency_ms = ms

    def set_fault(
        self, kind: str, *, path_contains: str = "", times: int | None = None, method: str = ""
    ) -> None:
        """Spoils the next `times` calls of that method whose path holds that text; see `faults.FAULTS`."""
        self._simulation.faults.set(kind, path_contains, times, method)

    def clear_faults(self) -> None:
        """Everything works again."""
        self._simulation.faults.clear()

    # --- what happens to its patrons; all raise `store.UnknownPatronError`

    def change_pin(self, patron_id: str, new_pin: str) -> None:
        """Gives the patron another PIN."""
        self._simulation.store.change_pin(patron_id, new_pin)

    def renew_card(self, patron_id: str) -> str:
        """Gives the patron a new card number, which is returned."""
        return self._simulation.store.renew_card(patron_id)

    def delete_patron(self, patron_id: str) -> None:
        """Removes the patron record."""
        self._simulation.store.delete_patron(patron_id)

    def block(self, patron_id: str, blocked: bool = True) -> None:
        """Restricts the patron, or lifts the restriction."""
        self._simulation.store.block(patron_id, blocked)

    def expire(self, patron_id: str) -> None:
        """Ends the patron's membership in the past."""
        self._simulation.store.expire(patron_id)

    def set_email(self, patron_id: str, email: str) -> None:
        """Gives the patron another e-mail address; an empty one is none."""
        self._simulation.store.set_email(patron_id, email)

    def set_birth_date(self, patron_id: str, day: str) -> None:
        """Corrects the patron's date of birth (`2011-12-24`); an empty one is none."""
        self._simulation.store.set_birth_date(patron_id, day)

    def give_identifier(self, patron_id: str, id_type: str, value: str) -> None:
        """A further identifier (Alma) or attribute (Koha), even if somebody else has it."""
        self._simulation.store.give_identifier(patron_id, id_type, value)

    def approve_changes(self, patron_id: str) -> None:
        """Staff say yes to what the patron wants changed (Koha with the plugin)."""
        approve(self._simulation.store, patron_id)

    def set_fees(self, patron_id: str, amount: float) -> None:
        """Makes the patron owe that much."""
        self._simulation.store.oblige(patron_id, fees=amount)

    def set_guarantees(self, patron_id: str, count: int) -> None:
        """Makes the patron answer for that many others (Koha)."""
        self._simulation.store.oblige(patron_id, guarantees=count)

    def add_loans(self, patron_id: str, count: int) -> None:
        """Lends that many more works to the patron."""
        self._simulation.store.add_loans(patron_id, count)

    def set_loan_count(self, patron_id: str, count: int) -> None:
        """Makes the patron have exactly that many current loans."""
        self._simulation.store.set_loan_count(patron_id, count)

    def send_webhook(self, url: str, secret: str, patron_id: str, event: str) -> int:
        """Alma tells a portal on this machine what happened, by an event of `alma.webhooks.EVENTS`; gives the
        status of the answer. Raises `LookupError` for what it can't tell, `OSError` when nobody answers."""
        return send_webhook(self._simulation.store, url, secret, patron_id, event)


def serve(
    kind: LibraryKind,
    port: int,
    latency_ms: float = 0,
    fault: str | None = None,
    seed: int = 1,
    patrons: int = 40,
    announce: Callable[[str], None] = print,
    plugin: bool = False,
) -> None:
    """Runs a simulated library in the foreground until Ctrl-C or SIGTERM.

    Port 0 takes a free one; `announce` is told where it listens; `plugin` is Koha's for discovery. Raises
    `faults.UnknownFaultError` for a fault this kind does not have and `OSError` when the port is taken.
    """
    simulation = Simulation(kind, seed, patrons, Manners(latency_ms=latency_ms, plugin=plugin))
    if fault is not None:
        simulation.faults.set(fault)
    asyncio.run(_foreground(simulation, port, announce))


async def _foreground(simulation: Simulation, port: int, announce: Callable[[str], None]) -> None:
    ending = asyncio.Event()
    loop = asyncio.get_running_loop()
    for ended_by in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(ended_by, ending.set)
    outage = Outage()
    runner = make_runner(simulation, outage)
    await runner.setup()
    try:
        url = f"http://{HOST}:{await outage.open(runner, port)}"
        base = f"{url}/api/v1" if simulation.kind == "koha" else f"{url}/almaws/v1"
        announce(f"simulated {simulation.kind} at {base} (people and PINs: {url}/_control/patrons)")
        await ending.wait()
    finally:
        await outage.end(runner)
