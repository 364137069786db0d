"""Libraries that check PINs for others: ``accounts.library.NAME.verify = KIND:OTHER``.

The other one has its own keys like any library, and need not be listed: then it is opened and nobody is
shown it. Whatever is wrong with it is wrong with the library that needs it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from discovery_accounts.config.faults import Fault
from discovery_accounts.config.keys import ReadContext
from discovery_accounts.config.named import read_library
from discovery_accounts.config.settings import LibrarySettings


@dataclass(frozen=True, slots=True)
class Verifying:
    """``libraries`` without those whose checker is faulty, which are in ``half_read`` and ``faults``;
    ``verifiers`` that are in no list; and every name that was given for one."""

    libraries: tuple[LibrarySettings, ...]
    half_read: tuple[LibrarySettings, ...]
    faults: Mapping[str, tuple[Fault, ...]]
    verifiers: tuple[LibrarySettings, ...]
    warnings: tuple[str, ...]
    named: frozenset[str]


def read_verifiers(
    libraries: tuple[LibrarySettings, ...],
    faulty: Mapping[str, tuple[Fault, ...]],
    sections: Mapping[str, Mapping[str, str]],
    context: ReadContext,
) -> Verifying:
    """Reads those that check PINs. ``faulty`` are the listed libraries that can't be used."""
    listed = {library.name: library for library in libraries}
    wanted = {library.verifier for library in libraries if library.verifier}
    # What a faulty library wanted is no stray section: that would keep the whole portal from starting.
    meant = {sections.get(name, {}).get("verify", "").rpartition(":")[2].strip() for name in faulty}
    hidden: dict[str, LibrarySettings] = {}
    theirs = dict(faulty)
    warnings: tuple[str, ...] = ()
    for name in sorted((wanted - listed.keys() - faulty.keys()) & sections.keys()):
        hidden[name], theirs[name], warned = read_library(name, sections[name], context)
        warnings += warned
    faults = {
        library.name: found
        for library in libraries
        if (found := _faults(library, {**listed, **hidden}, theirs))
    }
    return Verifying(
        tuple(library for library in libraries if library.name not in faults),
        tuple(library for library in libraries if library.name in faults),
        faults,
        tuple(one for name, one in hidden.items() if not theirs[name]),
        warnings,
        frozenset(wanted | meant),
    )


def _faults(
    library: LibrarySettings,
    known: Mapping[str, LibrarySettings],
    faulty: Mapping[str, tuple[Fault, ...]],
) -> tuple[Fault, ...]:
    """What is wrong with ``library`` because of the one that is to check its PINs."""
    name, key = library.verifier, f"{library.prefix}verify"
    if name is None or library.verify is None:
        return ()
    kind = library.verify.partition(":")[0]
    other = known.get(name)
    if name == library.name:
        return (Fault(key, "names the library itself; leave it out"),)
    if faulty.get(name):
        return (Fault(key, f"names {name}, whose settings are faulty"), *faulty[name])
    if other is None:
        return (Fault(key, f"names {name}, but there is no accounts.library.{name}.connector"),)
    if other.connector != kind:
        return (Fault(key, f"says {kind}, but accounts.library.{name}.connector is another"),)
    if other.verify:
        return (Fault(key, f"names {name}, which has its own PINs checked elsewhere"),)
    return ()
