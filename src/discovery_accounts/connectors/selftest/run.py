"""The self-test of one library, for callers that wait in a thread."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from discovery_accounts.config.faults import Fault
from discovery_accounts.config.settings import LibrarySettings, Settings
from discovery_accounts.connectors import loop
from discovery_accounts.connectors.api import (
    CheckCause,
    CheckName,
    CheckState,
    CheckStep,
    LibraryError,
    TestCard,
    Verification,
)
from discovery_accounts.connectors.http import LibraryHttp
from discovery_accounts.connectors.registry import Libraries, open_libraries
from discovery_accounts.connectors.selftest.asking import Asking
from discovery_accounts.connectors.selftest.causes import Failure
from discovery_accounts.connectors.selftest.network import Network
from discovery_accounts.connectors.selftest.probe import Probe
from discovery_accounts.connectors.selftest.steps import SLACK, WITHIN, Outcome, Passed, Skipped, Steps
from discovery_accounts.connectors.session import verifying_context
from discovery_accounts.connectors.transport import Transport

Tell = Callable[[CheckStep], None]
TransportFor = Callable[[LibrarySettings], Transport]
_MOST_FAULTS = 5


@dataclass(frozen=True, slots=True)
class Plan:
    """What to test one library with. ``instead_of_pin`` is what to say of the PIN where it must not be sent,
    ``instead_of_card`` of a card that can't be asked about."""

    card: TestCard | None = field(default=None, repr=False)
    instead_of_pin: Failure | Skipped | None = None
    instead_of_card: Failure | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The steps, and what the PIN came to: ``None`` when it was not sent."""

    steps: tuple[CheckStep, ...]
    pin: Verification | LibraryError | None = field(default=None, repr=False)


def self_test(
    settings: Settings,
    library: LibrarySettings,
    plan: Plan,
    *,
    tell: Tell | None = None,
    transport_for: TransportFor = LibraryHttp,
) -> Found:
    """Test one library with a connector of its own, so that neither a breaker nor a kept token hides anything.

    Its settings are read anew. Takes half a minute at most, usually a second. ``tell`` hears of each step in
    another thread.
    """
    alone = replace(
        settings,
        libraries=(library,),
        verifiers=settings.verifiers_of(library),
        half_read=(),
        faulty_libraries=MappingProxyType({}),
        logins=(),
    )
    probes: dict[str, Probe] = {}

    def looked_on(one: LibrarySettings) -> Transport:
        return probes.setdefault(one.name, Probe(transport_for(one)))

    opened = open_libraries(alone, looked_on)
    faults = opened.faults.get(library.name)
    if faults:
        return faulty(faults, tell)
    work = _test(opened, library, probes.get(library.name), plan, tell)
    return loop.run(work, WITHIN + 2 * SLACK)


def faulty(faults: tuple[Fault, ...], tell: Tell | None = None) -> Found:
    """What is said of a library whose settings are no good: nothing else can be tested."""
    told = "; ".join(f"{fault.key} {fault.problem}" for fault in faults[:_MOST_FAULTS])
    steps = [CheckStep(CheckName.SETTINGS, CheckState.FAILED, 0.0, told, CheckCause.SETTINGS_FAULTY)]
    because = f"because this failed before: {CheckName.SETTINGS}"
    steps += [CheckStep(name, CheckState.SKIPPED, 0.0, because) for name in list(CheckName)[1:]]
    for step in steps if tell else ():
        assert tell is not None
        tell(step)
    return Found(tuple(steps))


async def _test(
    opened: Libraries, library: LibrarySettings, probe: Probe | None, plan: Plan, tell: Tell | None
) -> Found:
    steps = Steps(library.timeout, lambda: probe.last if probe else None, tell)
    network = Network(library, verifying_context())
    connector = opened.connectors[library.name]
    asking = Asking(connector, library, probe, plan.card, plan.instead_of_pin, plan.instead_of_card)
    try:
        await steps.run(CheckName.SETTINGS, _sound)
        await steps.run(CheckName.DNS, network.name)
        await steps.run(CheckName.TCP, network.line)
        await steps.run(CheckName.TLS, network.encryption)
        await steps.run(CheckName.ANSWER, asking.answer)
        await steps.run(CheckName.CREDENTIALS, asking.credentials)
        await steps.run(CheckName.RIGHTS, asking.rights)
        await steps.run(CheckName.CLOCK, asking.clock)
        await steps.run(CheckName.TEST_PATRON, asking.patron)
        await steps.run(CheckName.TEST_PIN, asking.pin)
        await steps.run(CheckName.LOANS, asking.loans)
        await steps.run(CheckName.PAGING, asking.paging)
    finally:
        await opened.close()
    return Found(tuple(steps.done), asking.pin_outcome)


async def _sound() -> Outcome:
    return Passed("no fault")
