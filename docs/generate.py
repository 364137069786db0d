"""Rewrites the table of settings in configuration.md from the tables that the program itself reads.

Run it after a setting was added or changed: ``.venv/bin/python docs/generate.py``. A test compares.
"""

import sys
from pathlib import Path

from discovery_accounts.config.keys import Key
from discovery_accounts.config.reference import settings_table
from discovery_accounts.connectors.registry import ConnectorKind, Kinds
from discovery_accounts.login.kinds import known_kinds

PAGE = Path(__file__).with_name("configuration.md")
BEGIN = "<!-- from here on written by docs/generate.py -->"


def tables() -> dict[str, tuple[Key, ...]]:
    """The keys of every connector and every kind of login that has keys of its own, by their headings."""
    kinds = Kinds()
    connectors = [kinds.load(name) for name in kinds.names]
    found = {
        f"Libraries with `connector = {kind.name}`: `accounts.library.NAME…`": kind.keys
        for kind in connectors
        if isinstance(kind, ConnectorKind)
    }
    for name, kind in sorted(known_kinds().items()):
        found[f"Logins with `kind = {name}`: `accounts.login.NAME…`"] = kind.keys
    return {heading: keys for heading, keys in found.items() if keys}


def page(present: str) -> str:
    """The page as it should be; what stands above the mark is kept."""
    written, mark, _ = present.partition(BEGIN)
    if not mark:
        raise SystemExit(f"{PAGE.name} has lost the line {BEGIN}")
    return f"{written}{BEGIN}\n\n{settings_table(extra=tables()).rstrip()}\n"


if __name__ == "__main__":
    before = PAGE.read_text(encoding="utf-8")
    after = page(before)
    PAGE.write_text(after, encoding="utf-8")
    sys.stdout.write(f"{PAGE.name}: {'as it was' if before == after else 'rewritten'}\n")
