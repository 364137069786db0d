"""Rewrites the tables of configuration.md and capabilities.md from what the program itself reads and declares.

Run it after a setting was added or changed, or a connector learnt something: ``.venv/bin/python
docs/generate.py``. Tests compare.
"""

import sys
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path

from discovery_accounts.config.keys import Key, ReadContext, read_keys
from discovery_accounts.config.reference import settings_table
from discovery_accounts.config.settings import LibrarySettings
from discovery_accounts.connectors.api import Connector
from discovery_accounts.connectors.registry import GROUP, ConnectorKind, Kinds
from discovery_accounts.login.kinds import known_kinds
from discovery_accounts.sources.registry import known_kinds as kinds_of_sources
from discovery_accounts.testing.capabilities import markdown
from discovery_accounts.testing.replay import ReplayTransport

HERE = Path(__file__).parent
PAGE = HERE / "configuration.md"
CAPABILITIES = HERE / "capabilities.md"
BEGIN = "<!-- from here on written by docs/generate.py -->"

_KOHA = ("new_patron_category", "new_patron_library", "card_self_renewal")
# Column, kind, and what is set, as in its example, beside the keys that must be.
TYPICAL: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("Koha", "koha", _KOHA),
    ("Koha with its discovery plugin", "koha", (*_KOHA, "di_plugin")),
    ("Koha by ILS-DI", "koha-ilsdi", ("pickup_locations",)),
    ("Alma", "alma", ("new_user_group", "new_account_type", "card_renewal_months", "webhook_secret")),
    ("SIP2", "sip2", ("pickup_locations",)),
    ("PAIA", "paia", ("pickup_locations",)),
    ("Pretend library", "memory", ()),
)


def tables() -> dict[str, tuple[Key, ...]]:
    """The keys of every connector and every kind of login or source that has keys of its own, by their headings."""
    kinds = Kinds()
    connectors = [kinds.load(name) for name in kinds.names]
    found = {
        f"Libraries with `connector = {kind.name}`: `accounts.library.NAME…`": kind.keys
        for kind in connectors
        if isinstance(kind, ConnectorKind)
    }
    for name, kind in sorted(known_kinds().items()):
        found[f"Logins with `kind = {name}`: `accounts.login.NAME…`"] = kind.keys
    for name, source in sorted(kinds_of_sources().items()):
        found[f"Sources with `kind = {name}`: `accounts.source.NAME…`"] = source.keys
    return {heading: keys for heading, keys in found.items() if keys}


def page(present: str) -> str:
    """The page of settings as it should be; what stands above the mark is kept."""
    return _below(present, settings_table(extra=tables()), PAGE)


def capabilities_page(present: str) -> str:
    """The page of capabilities as it should be; what stands above the mark is kept."""
    return _below(present, markdown(dict(connectors())), CAPABILITIES)


def connectors() -> Iterator[tuple[str, Connector]]:
    """A connector for each column; kinds that are not installed are left out, kinds without a column of
    their own come last."""
    ours = {
        point.name for point in entry_points(group=GROUP) if point.module.startswith("discovery_accounts.")
    }
    named = {name for _, name, _ in TYPICAL}
    kinds = Kinds()
    for column, name, chosen in (*TYPICAL, *((name, name, ()) for name in sorted(ours - named))):
        kind = kinds.load(name)
        if name in ours and isinstance(kind, ConnectorKind):
            yield column, _build(kind, chosen)


def _build(kind: ConnectorKind, chosen: tuple[str, ...]) -> Connector:
    given = {key.name: key.example for key in kind.keys if key.required or key.name in chosen}
    context = ReadContext("development", _pretended(kind.keys))
    values, faults = read_keys(kind.keys, given, "accounts.library.typical.", context)
    if faults:
        raise SystemExit(f"{kind.name}: {faults[0]}")
    library = LibrarySettings("typical", kind.name, url=f"{kind.schemes[0]}://library.example:6443")
    return kind.build(library, values, ReplayTransport([]))


def _pretended(keys: tuple[Key, ...]) -> dict[str, str]:
    """An environment in which every secret of the examples is."""
    examples = (key.example for key in keys)
    return {text.removeprefix("env:"): "example" for text in examples if text.startswith("env:")}


def _below(present: str, written: str, path: Path) -> str:
    kept, mark, _ = present.partition(BEGIN)
    if not mark:
        raise SystemExit(f"{path.name} has lost the line {BEGIN}")
    return f"{kept}{BEGIN}\n\n{written.rstrip()}\n"


if __name__ == "__main__":
    for file, write in ((PAGE, page), (CAPABILITIES, capabilities_page)):
        before = file.read_text(encoding="utf-8")
        after = write(before)
        file.write_text(after, encoding="utf-8")
        sys.stdout.write(f"{file.name}: {'as it was' if before == after else 'rewritten'}\n")
