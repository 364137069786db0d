"""Named sources are opened; kinds are found by entry points, ours and others' alike."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import entry_points

from discovery_accounts.config.faults import Fault
from discovery_accounts.config.keys import ReadContext
from discovery_accounts.config.named import read_options
from discovery_accounts.config.settings import Settings, SourceSettings
from discovery_accounts.sources.api import Source, SourceKind
from discovery_accounts.telemetry.log import event

log = logging.getLogger(__name__)

GROUP = "discovery_accounts.sources"


@dataclass(frozen=True, slots=True)
class Sources:
    """Every configured source: opened, with its settings, or the faults that keep it out."""

    opened: Mapping[str, Source] = field(default_factory=dict)
    settings: Mapping[str, SourceSettings] = field(default_factory=dict)
    faults: Mapping[str, tuple[Fault, ...]] = field(default_factory=dict)


def known_kinds() -> dict[str, SourceKind]:
    """All kinds that are installed, by name. A package of somebody else's that can't be loaded is told of and left
    out."""
    kinds: dict[str, SourceKind] = {}
    for point in entry_points(group=GROUP):
        try:
            kind = point.load()
        except Exception as error:  # noqa: BLE001 (whatever an outside package does at import)
            event(log, "source_kind.broken", level=logging.ERROR, kind=point.name, error=type(error).__name__)
            continue
        if isinstance(kind, SourceKind):
            kinds[point.name] = kind
    return kinds


def open_sources(settings: Settings, kinds: Mapping[str, SourceKind] | None = None) -> Sources:
    """Every source of the settings; a faulty one never stops the others."""
    kinds = (known_kinds() if settings.sources else {}) if kinds is None else kinds
    context = ReadContext(settings.stage)
    opened: dict[str, Source] = {}
    faults = dict(settings.faulty_sources)
    for one in settings.sources:
        found = _open(one, kinds, context)
        if isinstance(found, tuple):
            faults[one.name] = found
        else:
            opened[one.name] = found
    return Sources(opened, {one.name: one for one in settings.sources if one.name in opened}, faults)


def _open(
    source: SourceSettings, kinds: Mapping[str, SourceKind], context: ReadContext
) -> Source | tuple[Fault, ...]:
    kind = kinds.get(source.kind)
    if kind is None:
        problem = "is no kind of source that is installed"
        return (Fault(f"{source.prefix}kind", problem, " or ".join(sorted(kinds))),)
    values, faults = read_options(kind.keys, source, context)
    if faults:
        return faults
    try:
        return kind.open(source, values)
    except Exception as error:  # noqa: BLE001 - whatever a kind does, the other sources go on
        # its text may repeat a value
        problem = f"the source could not be opened ({type(error).__name__})"
        return (Fault(f"{source.prefix}kind", problem),)
