"""The ways of signing in that exist, found by entry points of the group ``discovery_accounts.logins``."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import entry_points
from typing import Any

from discovery_accounts.config.faults import Fault
from discovery_accounts.config.keys import Key, ReadContext
from discovery_accounts.config.named import read_options
from discovery_accounts.config.settings import LoginSettings, Settings
from discovery_accounts.connectors.gateway import Gateway
from discovery_accounts.login.memory import Replays
from discovery_accounts.telemetry.log import event

log = logging.getLogger(__name__)

GROUP = "discovery_accounts.logins"


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class LoginTools:
    """What a login may need of the house. ``pages`` is the address under which its pages are,
    ``…/sign-in/{login}``, without a slash at its end; ``memories`` are Protocols of the kind's own
    folder, by type, which services implement."""

    pages: str
    development: bool
    gateway: Gateway
    replays: Replays
    now: Callable[[], datetime] = _utc_now
    memories: Mapping[type, object] = field(default_factory=dict)

    def memory(self, protocol: type) -> Any:
        """The implementation of a Protocol that a kind keeps its memory behind."""
        return self.memories[protocol]


@dataclass(frozen=True, slots=True)
class LoginKind:
    """One way of signing in: its name in ``accounts.login.….kind``, its own keys, and what opens it.

    ``open`` gets the login, the values of ``keys`` by name and the tools; it connects to nothing yet and
    may raise ``ValueError``. ``check`` tells faults that no single key shows. Kinds that services
    carry out whole (``card``, ``email``) have no ``open``.
    """

    name: str
    keys: tuple[Key, ...] = ()
    open: Callable[[LoginSettings, Mapping[str, Any], LoginTools], object] | None = None
    check: Callable[[LoginSettings, Mapping[str, Any], ReadContext], tuple[Fault, ...]] | None = None


def known_kinds() -> dict[str, LoginKind]:
    """All kinds that are installed, by name. A package of somebody else's that can't be loaded is told of
    and left out: a login of its kind is then a fault, and the others go on."""
    kinds: dict[str, LoginKind] = {}
    for point in entry_points(group=GROUP):
        try:
            kinds[point.name] = point.load()
        except Exception as error:  # noqa: BLE001 (whatever an outside package does at import)
            event(log, "login_kind.broken", level=logging.ERROR, kind=point.name, error=type(error).__name__)
    return kinds


def login_faults(settings: Settings, context: ReadContext) -> tuple[Fault, ...]:
    """What is wrong with the logins' own settings: an unknown kind, a missing or unknown key."""
    kinds = known_kinds()
    faults: list[Fault] = []
    for login in settings.logins:
        kind = kinds.get(login.kind)
        if kind is None:
            faults.append(_unknown_kind(login, sorted(kinds)))
            continue
        values, found = read_options(kind.keys, login, context)
        faults += found
        if not found and kind.check is not None:
            faults += kind.check(login, values, context)
    return tuple(faults)


def open_logins(
    settings: Settings, context: ReadContext, tools_for: Callable[[LoginSettings], LoginTools]
) -> dict[str, object]:
    """Every login that has something to open, by the name of its settings."""
    kinds = known_kinds()
    opened: dict[str, object] = {}
    for login in settings.logins:
        kind = kinds.get(login.kind)
        if kind is not None and kind.open is not None:
            values, faults = read_options(kind.keys, login, context)
            if not faults:
                opened[login.name] = kind.open(login, values, tools_for(login))
    return opened


def _unknown_kind(login: LoginSettings, known: list[str]) -> Fault:
    return Fault(f"{login.prefix}kind", "is no way of signing in that is installed", " or ".join(known))
