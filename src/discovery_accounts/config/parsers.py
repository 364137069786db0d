"""From text to values. Each parser takes the text and a :class:`ReadContext`; ``integer()``,
``number()``, ``seconds()``, ``choice()`` and ``some_of()`` make one.

A parser raises ``BadValue`` with what it wants, and never repeats the text it was given: somebody
may have put a secret on the wrong line.
"""

import math
import re
from collections.abc import Callable
from ipaddress import ip_network
from pathlib import Path
from zoneinfo import ZoneInfo

from discovery_accounts.config.keys import BadValue, ReadContext
from discovery_accounts.config.references import resolve
from discovery_accounts.config.secret import Secret
from discovery_accounts.config.settings import LANGUAGES, Network, RateLimit

_IDENTIFIER = re.compile(r"[a-z][a-z0-9_-]{0,31}")
_RATE = re.compile(r"([1-9][0-9]{0,8})/([1-9][0-9]{0,8})([smhd])")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_TRUE, _FALSE = ("true", "yes", "on", "1"), ("false", "no", "off", "0")


def text(given: str, _context: ReadContext) -> str:
    """One line of text."""
    if _CONTROL.search(given):
        raise BadValue("must be one line without control characters")
    return given


def words(given: str, _context: ReadContext) -> tuple[str, ...]:
    """Words parted by spaces or lines."""
    return tuple(given.split())


def identifiers(given: str, context: ReadContext) -> tuple[str, ...]:
    """Different short names: a small letter, then small letters, digits, ``_`` or ``-``."""
    found = words(given, context)
    if any(not _IDENTIFIER.fullmatch(name) for name in found):
        raise BadValue("names must be small letters, digits, _ or -, begin with a letter, 32 at most")
    if len(set(found)) < len(found):
        raise BadValue("names something twice")
    return found


def integer(minimum: int = 0, maximum: int | None = None) -> Callable[[str, ReadContext], int]:
    """A whole number within bounds."""

    def parse(given: str, _context: ReadContext) -> int:
        if not re.fullmatch(r"-?[0-9]{1,18}", given):
            raise BadValue(f"must be a whole number {_bounds(minimum, maximum)}")
        value = int(given)
        if value < minimum or (maximum is not None and value > maximum):
            raise BadValue(f"must be {_bounds(minimum, maximum)}")
        return value

    return parse


def number(minimum: float = 0.0, maximum: float | None = None) -> Callable[[str, ReadContext], float]:
    """A number with a decimal point, within bounds."""

    def parse(given: str, _context: ReadContext) -> float:
        try:
            value = float(given)
        except ValueError:
            value = math.nan
        # The comparisons are false for NaN, so it falls here too; infinity is no wish anybody has.
        if not (value >= minimum and math.isfinite(value) and (maximum is None or value <= maximum)):
            raise BadValue(f"must be a number {_bounds(minimum, maximum)}")
        return value

    return parse


def seconds(minimum: float = 0.0, maximum: float = 3600.0) -> Callable[[str, ReadContext], float]:
    """A time in seconds, with a decimal point where needed."""
    return number(minimum, maximum)


def boolean(given: str, _context: ReadContext) -> bool:
    """``true`` or ``false``."""
    word = given.lower()
    if word not in _TRUE + _FALSE:
        raise BadValue("must be true or false")
    return word in _TRUE


def choice(*known: str) -> Callable[[str, ReadContext], str]:
    """One of the words given."""

    def parse(given: str, _context: ReadContext) -> str:
        if given not in known:
            raise BadValue(f"must be one of: {', '.join(known)}")
        return given

    return parse


def some_of(*known: str) -> Callable[[str, ReadContext], tuple[str, ...]]:
    """Some of the words given, or none, parted by spaces."""

    def parse(given: str, context: ReadContext) -> tuple[str, ...]:
        found = words(given, context)
        if not set(found) <= set(known):
            raise BadValue(f"must be some of: {', '.join(known)}")
        return found

    return parse


def country_code(given: str, _context: ReadContext) -> str:
    """A country's code before telephone numbers, without a plus or zeros in front."""
    if not re.fullmatch(r"[1-9][0-9]{0,2}", given, re.ASCII):
        raise BadValue("must be a country's telephone code of digits, such as 358")
    return given


def currency(given: str, _context: ReadContext) -> str:
    """An ISO 4217 code such as ``EUR``."""
    code = given.strip().upper()
    if not (len(code) == 3 and code.isascii() and code.isalpha()):
        raise ValueError("must be a currency code of three letters, such as EUR")
    return code


def zone(given: str, _context: ReadContext) -> ZoneInfo:
    """A time zone of the IANA list."""
    try:
        return ZoneInfo(given)
    except (OSError, ValueError, KeyError):  # KeyError: ZoneInfoNotFoundError
        raise BadValue("must be a time zone of the IANA list") from None


def languages(given: str, context: ReadContext) -> tuple[str, ...]:
    """Languages the pages are written in; the first is the default."""
    found = words(given, context)
    if not found or any(language not in LANGUAGES for language in found):
        raise BadValue(f"must be one or more of: {' '.join(LANGUAGES)}")
    if len(set(found)) < len(found):
        raise BadValue("names a language twice")
    return found


def days_before(given: str, context: ReadContext) -> tuple[int, ...]:
    """Numbers of days before an event, given in any order; the farthest first."""
    found = {integer(1, 3650)(word, context) for word in words(given, context)}
    if not found:
        raise BadValue("must be one or more numbers of days")
    return tuple(sorted(found, reverse=True))


def rate(given: str, _context: ReadContext) -> RateLimit:
    """So many in a window, the window in s, m, h or d: ``10/15m``."""
    match = _RATE.fullmatch(given)
    if match is None:
        raise BadValue("must be a count, / and a time in s, m, h or d")
    return RateLimit(int(match[1]), int(match[2]) * _UNITS[match[3]])


def networks(given: str, context: ReadContext) -> tuple[Network, ...]:
    """IP addresses and networks."""
    try:
        found = tuple(ip_network(word) for word in words(given, context))
    except ValueError:
        raise BadValue("must be IP addresses or networks without host bits") from None
    if any(network.prefixlen == 0 for network in found):
        raise BadValue("must not hold every address there is: then any client could name its own")
    return found


def path(given: str, context: ReadContext) -> Path:
    """The path of a file or folder."""
    return Path(text(given, context))


def file_path(given: str, context: ReadContext) -> Path:
    """``file:PATH``."""
    kind, _, where = given.partition(":")
    if kind != "file" or not where:
        raise BadValue("must be file: and a path")
    return path(where, context)


def secret(given: str, context: ReadContext) -> Secret:
    """``env:NAME`` or ``file:PATH``; the secret itself is taken in development only."""
    found = resolve(given, context)
    if found is not None:
        return Secret(found)
    if not context.development:
        raise BadValue("must be env:NAME or file:PATH; the secret itself is taken in development only")
    return Secret(given)


def _bounds(minimum: float, maximum: float | None) -> str:
    return f"from {minimum:g} to {maximum:g}" if maximum is not None else f"from {minimum:g} up"
