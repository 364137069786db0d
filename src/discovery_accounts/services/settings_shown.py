"""The settings for IT to read: what is in force, without secrets, and what is wrong with them now."""

from collections.abc import Mapping
from dataclasses import dataclass

from discovery_accounts.config.faults import Fault
from discovery_accounts.config.keys import Key, ReadContext
from discovery_accounts.config.reference import ShownPart, parts
from discovery_accounts.config.settings import Settings
from discovery_accounts.connectors.registry import Kinds
from discovery_accounts.login.kinds import known_kinds, login_faults
from discovery_accounts.services.house import House
from discovery_accounts.sources.registry import known_kinds as kinds_of_sources


@dataclass(frozen=True, slots=True)
class ShownSettings:
    """``faults`` of a part stand there; ``warnings`` are of what works but is unwise, whoever's it is."""

    parts: tuple[ShownPart, ...]
    warnings: tuple[str, ...]


def tables_of(settings: Settings) -> Mapping[str, tuple[Key, ...]]:
    """The keys of the connectors and the kinds of login and source that are used, by their names."""
    kinds = Kinds()
    used = {library.connector for library in (*settings.libraries, *settings.verifiers)}
    loaded = {name: kinds.load(name) for name in used}
    tables = {name: kind.keys for name, kind in loaded.items() if not isinstance(kind, str)}
    sources = kinds_of_sources() if settings.sources else {}
    tables |= {f"source {name}": kind.keys for name, kind in sources.items()}
    return tables | {name: kind.keys for name, kind in known_kinds().items()}


def shown_settings(house: House) -> ShownSettings:
    """Everything in force. Logins are read once more, because files and secrets may have gone since the start;
    libraries and sources tell the faults that they were left out for. Nobody is asked."""
    settings = house.settings
    states = house.gateway.states()
    logins = login_faults(settings, ReadContext(settings.stage))

    def with_faults(part: ShownPart) -> ShownPart:
        state = states.get(part.name) if part.kind == "library" else None
        faults: tuple[Fault, ...] = state.faults if state is not None else part.faults
        if part.kind == "login":
            prefix = f"accounts.login.{part.name}."
            faults = tuple(fault for fault in logins if fault.key.startswith(prefix))
        if part.kind == "source":
            faults = house.sources.faults.get(part.name, ())
        return ShownPart(part.kind, part.name, part.library, part.rows, faults)

    return ShownSettings(tuple(map(with_faults, parts(settings, tables_of(settings)))), settings.warnings)
