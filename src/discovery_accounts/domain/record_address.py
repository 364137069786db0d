"""Where a catalogue shows a record."""

from urllib.parse import quote

IMPORTED = "imported"
"""The source of a record that came with a file of favourites which tells of no source: no catalogue has it under
that name."""


def record_address(pattern: str, source: str, record_id: str) -> str:
    """``pattern`` with ``{record_id}``, and maybe ``{source}``, filled in; empty where there is no pattern, and for
    what no catalogue shows."""
    if source == IMPORTED:
        return ""
    filled = pattern.replace("{record_id}", quote(record_id, safe=""))
    return filled.replace("{source}", quote(source, safe=""))
