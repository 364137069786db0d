"""The numbers by which Alma knows the works, copies and requests of a simulated library."""

import re

_MMS = re.compile(r"99([0-9]{6})0000121")
_ITEM = re.compile(r"23([0-9]{6})00010121")


def mms_id(biblio_id: int) -> str:
    """The number of a work."""
    return f"99{biblio_id:06d}0000121"


def item_pid(biblio_id: int) -> str:
    """The number of the copy of a work that can be asked for by itself."""
    return f"23{biblio_id:06d}00010121"


def biblio_of(mms: str | None, item: str | None) -> int | None:
    """The work that is meant by the one or the other number."""
    found = _ITEM.fullmatch(item) if item else _MMS.fullmatch(mms or "")
    return int(found[1]) if found else None
