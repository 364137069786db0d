"""Where a catalogue shows a record."""

from urllib.parse import quote


def record_address(pattern: str, source: str, record_id: str) -> str:
    """``pattern`` with ``{record_id}``, and maybe ``{source}``, filled in; empty where there is no pattern."""
    filled = pattern.replace("{record_id}", quote(record_id, safe=""))
    return filled.replace("{source}", quote(source, safe=""))
