"""How SIP2 servers differ, as data.

What Koha does is known from its source; the others are what their vendors' pages and users say, and every
difference can be set for one library by itself (settings.py).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

ENCODINGS = ("utf-8", "latin-1", "cp850", "cp1252", "ascii")
"""In none of them can a byte of another sign be taken for ``|`` or a line end."""

_STANDARD = ("%Y%m%d    %H%M%S", "%Y%m%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d")
_POINTS = ("%d.%m.%Y %H:%M", "%d.%m.%Y")

_BARCODE = re.compile(r"(?P<item>.+)")
# "Overdue fine for Kalevala 2.50", "2.50 Lost card", "EUR 2,50 Overdue": an amount at one of the ends.
_FINE = re.compile(
    r"(?P<text>.*?)\s*(?P<amount>-?\d+[.,]\d{2})\s*$|^\s*(?:[A-Z]{3}\s+)?(?P<amount_first>-?\d+[.,]\d{2})\s+(?P<text_last>.*)"
)


@dataclass(frozen=True, slots=True)
class Dialect:
    """One kind of server.

    ``end`` ends a message. ``dates`` are tried in this order for due dates, ``expiry`` are the fields that
    may hold the last day of a membership. ``listed`` reads a line of a list: the groups ``item`` and, where
    a server tells more, ``title`` and ``due``. ``fine`` reads a line of a list of fees: ``amount`` and
    ``text``. ``page`` is how many lines are asked for at a time. ``record_holds``: a hold may be placed by
    the number of a record alone. ``birth`` is the field with the date of birth in eight
    digits, ``None`` where that is not known.
    """

    encoding: str = "utf-8"
    end: bytes = b"\r"
    checksum: bool = True
    verify_with: str = "63"
    dates: tuple[str, ...] = (*_STANDARD, *_POINTS)
    expiry: tuple[str, ...] = ("PE", "PX", "PA")
    listed: re.Pattern[str] = _BARCODE
    fine: re.Pattern[str] = _FINE
    birth: str | None = None
    page: int = 100
    record_holds: bool = True


DIALECTS: Mapping[str, Dialect] = {
    "generic": Dialect(),
    "koha": Dialect(end=b"\r\n", expiry=(), birth="PB", record_holds=False),
    "evergreen": Dialect(expiry=("PA",), record_holds=False),
    "sierra": Dialect(dates=(*_STANDARD, "%m-%d-%y %I:%M%p", "%m-%d-%y", *_POINTS)),
    "polaris": Dialect(expiry=("PX",)),
    "symphony": Dialect(expiry=("PE",)),
}
"""By the name in the setting ``.dialect``."""
