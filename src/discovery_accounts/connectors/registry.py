"""Named libraries become connectors; kinds are found by entry points, ours and others' alike."""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
from typing import Any
from urllib.parse import urlsplit

from discovery_accounts.config.faults import Fault, SettingsError
from discovery_accounts.config.keys import Key, ReadContext
from discovery_accounts.config.named import read_options
from discovery_accounts.config.settings import LibrarySettings, Settings
from discovery_accounts.connectors import api
from discovery_accounts.connectors.api import Capability, Connector
from discovery_accounts.connectors.health import TellsHealth
from discovery_accounts.connectors.http import LibraryHttp
from discovery_accounts.connectors.transport import NoTransport, Transport
from discovery_accounts.connectors.verifying import checked_elsewhere
from discovery_accounts.telemetry.log import event

log = logging.getLogger(__name__)

GROUP = "discovery_accounts.connectors"

PROTOCOLS: Mapping[Capability, type] = {
    Capability.VERIFY_PATRON: api.VerifiesPatrons,
    Capability.READ_PATRON: api.ReadsPatrons,
    Capability.LIST_LOANS: api.ListsLoans,
    Capability.ASK_RENEWABILITY: api.AsksRenewability,
    Capability.RENEW_LOANS: api.RenewsLoans,
    Capability.FIND_PATRONS: api.FindsPatrons,
    Capability.MAKE_PATRONS: api.MakesPatrons,
    Capability.CHANGE_PATRONS: api.ChangesPatrons,
    Capability.REMOVE_PATRONS: api.RemovesPatrons,
    Capability.LIST_HOLDS: api.ListsHolds,
    Capability.PLACE_HOLDS: api.PlacesHolds,
    Capability.CANCEL_HOLDS: api.CancelsHolds,
    Capability.CHANGE_PICKUP: api.ChangesPickup,
    Capability.SUSPEND_HOLDS: api.SuspendsHolds,
    Capability.LIST_FEES: api.ListsFees,
    Capability.LIST_PAYMENTS: api.ListsPayments,
    Capability.LIST_HISTORY: api.ListsHistory,
    Capability.SWITCH_HISTORY: api.SwitchesHistory,
    Capability.DELETE_HISTORY: api.DeletesHistory,
    Capability.READ_PROFILE: api.ReadsProfiles,
    Capability.CHANGE_CONTACT: api.ChangesContact,
    Capability.CHANGE_PIN: api.ChangesPins,
    Capability.RECOVER_PIN: api.SetsPins,
    Capability.KEEP_MESSAGING: api.KeepsMessaging,
    Capability.LIST_NOTICES: api.ListsNotices,
    Capability.READ_FAMILY: api.ReadsFamilies,
    Capability.RENEW_CARD: api.RenewsCards,
    Capability.SUGGEST_PURCHASES: api.TakesSuggestions,
    Capability.HEAR_NEWS: api.HearsNews,
}


CAPABILITIES: Mapping[type, Capability] = {protocol: name for name, protocol in PROTOCOLS.items()}
"""By Protocol, what it is called."""


@dataclass(frozen=True, slots=True)
class ConnectorKind:
    """One kind of library system: the table of its own keys, and what makes a connector of them.

    ``build`` is called with the library, the values of ``keys`` by name, and what to speak through.
    It opens nothing yet; it may raise ``ValueError``. ``pretends``: there is no library behind it, and in
    production it is never opened.
    """

    name: str
    keys: tuple[Key, ...]
    build: Callable[[LibrarySettings, Mapping[str, Any], Transport], Connector]
    pretends: bool = False
    schemes: tuple[str, ...] = ("https", "http")


@dataclass(frozen=True, slots=True)
class Libraries:
    """Every configured library: a connector and what tells its health, or the faults that keep it out."""

    connectors: Mapping[str, Connector] = field(default_factory=dict)
    faults: Mapping[str, tuple[Fault, ...]] = field(default_factory=dict)
    transports: Mapping[str, Transport | TellsHealth] = field(default_factory=dict)

    def capabilities(self, name: str) -> frozenset[Capability]:
        """What the library can do; nothing when it is faulty or unknown."""
        connector = self.connectors.get(name)
        return frozenset() if connector is None else connector.capabilities

    async def close(self) -> None:
        """Close every connector; one that fails does not keep the others open."""
        for name, connector in self.connectors.items():
            try:
                await connector.close()
            except Exception as bug:  # noqa: BLE001 - the others must be closed too
                event(log, "connector_not_closed", level=logging.ERROR, library=name, kind=type(bug).__name__)


class Kinds:
    """The kinds installed here, each imported when a library first asks for it."""

    def __init__(self, found: Iterable[EntryPoint] | None = None) -> None:
        self._found: dict[str, list[EntryPoint]] = {}
        for point in entry_points(group=GROUP) if found is None else found:
            self._found.setdefault(point.name, []).append(point)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(sorted(self._found))

    def load(self, name: str) -> ConnectorKind | str:
        """The kind of that name, or in plain words why there is none."""
        points = self._found.get(name, [])
        if not points:
            return f"no such connector; known are: {', '.join(self.names) or 'none'}"
        if len(points) > 1:
            return "more than one installed package has a connector of this name"
        try:
            kind = points[0].load()
        except Exception as bug:  # noqa: BLE001 - whatever a package does at import, the others go on
            return f"this connector can't be loaded ({type(bug).__name__} in {points[0].module})"
        if not isinstance(kind, ConnectorKind):
            return f"{points[0].value} is not a ConnectorKind"
        return kind


def open_libraries(
    settings: Settings,
    transport_for: Callable[[LibrarySettings], Transport] = LibraryHttp,
    kinds: Kinds | None = None,
) -> Libraries:
    """A connector for every library of the settings; a faulty one never stops the others."""
    kinds = Kinds() if kinds is None else kinds
    connectors: dict[str, Connector] = {}
    transports: dict[str, Transport | TellsHealth] = {}
    faults = dict(settings.faulty_libraries)
    context = ReadContext(settings.stage)
    for library in settings.half_read:
        own = _faults_of_options(library, kinds, context)
        faults[library.name] = (*faults.get(library.name, ()), *own)
    for library in (*settings.libraries, *settings.verifiers):
        try:
            connectors[library.name], transports[library.name] = _open(library, kinds, context, transport_for)
        except SettingsError as error:
            faults[library.name] = error.faults
    listed = {library.name: library for library in settings.libraries}
    for name, found in checked_elsewhere(listed, connectors, faults).items():
        if isinstance(found, Fault):
            faults[name] = (found,)
            del connectors[name], transports[name]
        else:
            connectors[name] = found
    for hidden in {one.name for one in settings.verifiers} - listed.keys():
        for table in (connectors, transports, faults):
            table.pop(hidden, None)  # nobody asks for it by name
    return Libraries(connectors, faults, transports)


def _faults_of_options(library: LibrarySettings, kinds: Kinds, context: ReadContext) -> tuple[Fault, ...]:
    """What is wrong with a faulty library beside its common keys, so that all is told at once."""
    if not library.connector:
        return ()  # told already
    kind = kinds.load(library.connector)
    if isinstance(kind, str):
        return (_unknown_kind(library, kind, kinds),)
    if kind.pretends and not context.development:
        return (_pretends(library),)
    return read_options(kind.keys, library, context)[1]


def _unknown_kind(library: LibrarySettings, problem: str, kinds: Kinds) -> Fault:
    return Fault(f"{library.prefix}connector", problem, next(iter(kinds.names), ""))


def _pretends(library: LibrarySettings) -> Fault:
    problem = "is a pretend library, for development and tests; in production it can't be used"
    return Fault(f"{library.prefix}connector", problem)


def _open(
    library: LibrarySettings,
    kinds: Kinds,
    context: ReadContext,
    transport_for: Callable[[LibrarySettings], Transport],
) -> tuple[Connector, Transport | TellsHealth]:
    key = f"{library.prefix}connector"
    kind = kinds.load(library.connector)
    if isinstance(kind, str):
        raise SettingsError([_unknown_kind(library, kind, kinds)])
    if kind.pretends and not context.development:
        raise SettingsError([_pretends(library)])
    values, faults = read_options(kind.keys, library, context)
    scheme = urlsplit(library.url).scheme
    if library.url and scheme not in kind.schemes:
        problem = f"must begin with {' or '.join(f'{one}://' for one in kind.schemes)} for this connector"
        faults = (*faults, Fault(f"{library.prefix}url", problem))
    if faults:
        raise SettingsError(faults)
    try:
        speaks_http = "https" in kind.schemes
        transport = transport_for(library) if speaks_http else NoTransport()
        connector = kind.build(library, values, transport)
        lies = [name for name, protocol in PROTOCOLS.items() if not _keeps_word(connector, name, protocol)]
    except SettingsError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a builder does, the other libraries go on
        # Its text may repeat a value, and values may be secrets.
        problem = f"the connector could not be opened ({type(error).__name__})"
        raise SettingsError([Fault(key, problem)]) from None
    if lies:
        raise SettingsError([Fault(key, f"the connector declares {', '.join(lies)} but can't do it")])
    return connector, transport if speaks_http or not isinstance(connector, TellsHealth) else connector


def _keeps_word(connector: Connector, capability: Capability, protocol: type) -> bool:
    return capability not in connector.capabilities or isinstance(connector, protocol)
