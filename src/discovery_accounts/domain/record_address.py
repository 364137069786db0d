"""Where a catalogue shows a record."""

import re
from functools import lru_cache
from urllib.parse import quote

IMPORTED = "imported"
"""The source of a record that came with a file of favourites which tells of no source: no catalogue has it under
that name."""

_PLAIN = re.compile(r"[A-Za-z0-9_.~-]*")


def record_address(pattern: str, source: str, record_id: str) -> str:
    """``pattern`` with ``{record_id}``, and maybe ``{source}``, filled in; empty where there is no pattern, and for
    what no catalogue shows."""
    if source == IMPORTED:
        return ""
    return _encoded(record_id).join(_around(pattern, source))


@lru_cache(maxsize=512)
def _around(pattern: str, source: str) -> tuple[str, ...]:
    """What stands before and after a record's id: the same for all of a source."""
    return tuple(pattern.replace("{source}", _encoded(source)).split("{record_id}"))


def _encoded(text: str) -> str:
    """Most ids are as they have to be: to see that takes a tenth of the time."""
    return text if _PLAIN.fullmatch(text) else quote(text, safe="")
