"""A SIP2 message: what may be in one, how it is written, and how an answer is read.

Layouts are a table: after the two digits of its kind a message has fixed parts by their widths, then
fields of two letters and a value, each ended by ``|``. No text of an exception here holds a value: PINs,
card numbers and names are among them.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from discovery_accounts.connectors.api import LibraryError, UnexpectedAnswer
from discovery_accounts.connectors.sip2 import fields as f

LONGEST_VALUE = 255  # characters of a value that goes out, by the standard

_DATE = ("date", 18)
_STATUS = (("status", 14), ("language", 3), _DATE)

LAYOUTS: Mapping[str, tuple[tuple[str, int], ...]] = {
    "15": (("mode", 1), _DATE),
    "16": (("ok", 1), ("available", 1), _DATE),
    "17": (_DATE,),
    "18": (("circulation_status", 2), ("security", 2), ("fee_type", 2), _DATE),
    "23": (("language", 3), _DATE),
    "24": _STATUS,
    "29": (("third_party", 1), ("no_block", 1), _DATE, ("no_block_due", 18)),
    "30": (("ok", 1), ("renewal_ok", 1), ("magnetic", 1), ("desensitise", 1), _DATE),
    "63": (("language", 3), _DATE, ("summary", 10)),
    "64": (
        *_STATUS,
        *((name, 4) for name in ("hold_items", "overdue_items", "charged_items", "fine_items")),
        *((name, 4) for name in ("recall_items", "unavailable_holds")),
    ),
    "93": (("user_algorithm", 1), ("password_algorithm", 1)),
    "94": (("ok", 1),),
    "96": (),
    "98": (
        *((name, 1) for name in ("on_line", "checkin", "checkout", "renewal", "status_update", "off_line")),
        ("timeout", 3),
        ("retries", 3),
        _DATE,
        ("version", 4),
    ),
    "99": (("status", 1), ("width", 3), ("version", 4)),
}

ANSWERS = {"15": "16", "17": "18", "23": "24", "29": "30", "63": "64", "93": "94", "99": "98"}
"""The kind of the answer to each question."""

# What would end a value or a message, or be something else for one server or another.
_FORBIDDEN = re.compile("[|\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
# What an answer may hold and neither a page nor a database should.
_UNWRITABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_TRAILER = re.compile(rb"(?:AY(?P<sequence>[0-9]))?AZ(?P<sum>[0-9A-Fa-f]{4})$")


def can_be_sent(value: str, encoding: str) -> bool:
    """Whether the value can travel as exactly itself (checklist P3)."""
    if _FORBIDDEN.search(value) or len(value) > LONGEST_VALUE:
        return False
    try:
        return value.encode(encoding).decode(encoding) == value
    except UnicodeError:
        return False


@dataclass(frozen=True, slots=True)
class Question:
    """A message to the server. ``sent_once`` ones change something, or count a person's failures."""

    kind: str
    fixed: Mapping[str, str] = field(default_factory=dict, repr=False)
    fields: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    sent_once: bool = False
    optional: bool = False


def write(question: Question, encoding: str, sequence: int | None) -> bytes:
    """The bytes of a message without its end; with ``sequence`` (0 to 9) also its checksum.

    Raises ``LibraryError``, unsent, for a value that can't be sent as it is.
    """
    parts = [question.kind]
    for name, width in LAYOUTS[question.kind]:
        value = question.fixed.get(name, "")
        if len(value) > width or not can_be_sent(value, "ascii"):
            raise LibraryError(f"{name} can't be written in a SIP2 message", sent=False)
        parts.append(value.ljust(width))
    for code, value in question.fields:
        if not can_be_sent(value, encoding):
            raise LibraryError(f"field {code} can't be written in a SIP2 message", sent=False)
        parts.append(f"{code}{value}|")
    if sequence is None:
        return "".join(parts).encode(encoding)
    told = "".join([*parts, f.SEQUENCE, str(sequence), f.CHECKSUM]).encode(encoding)
    return told + checksum(told)


def checksum(told: bytes) -> bytes:
    """Four hexadecimal digits that make the sum of all bytes zero (SIP2, AZ)."""
    return b"%04X" % (-sum(told) & 0xFFFF)


@dataclass(frozen=True, slots=True)
class Answer:
    """A message from the server. A field may be there several times."""

    kind: str
    fixed: Mapping[str, str] = field(repr=False)
    fields: Mapping[str, tuple[str, ...]] = field(repr=False)

    def all(self, code: str) -> tuple[str, ...]:
        """Every value of a field that is not empty."""
        return tuple(value for value in self.fields.get(code, ()) if value)

    def first(self, code: str) -> str | None:
        """The first value of a field that nothing depends on."""
        return next(iter(self.all(code)), None)

    def only(self, code: str) -> str | None:
        """The value of a field that may not be there with two: a name with a ``|`` in it, which servers
        pass on, could otherwise say whose answer this is. Raises ``UnexpectedAnswer``."""
        values = set(self.fields.get(code, ()))
        if len(values) > 1:
            raise UnexpectedAnswer(f"message {self.kind} has field {code} with two values")
        return next(iter(values), "") or None

    def needed(self, code: str) -> str:
        """As :meth:`only`, of a field that must be there."""
        value = self.only(code)
        if value is None:
            raise UnexpectedAnswer(f"message {self.kind} lacks field {code}")
        return value

    def flag(self, code: str) -> bool | None:
        """A field that says Y or N; ``None`` when it is missing. Anything else is a failure."""
        value = self.only(code)
        if value not in (None, "Y", "N"):
            raise UnexpectedAnswer(f"message {self.kind} has a field {code} that is neither Y nor N")
        return None if value is None else value == "Y"

    def count(self, name: str) -> int | None:
        """A fixed number; ``None`` when it is blank, as servers write that leave a list out."""
        text = self.fixed[name].strip()
        if text and not (text.isascii() and text.isdigit()):
            raise UnexpectedAnswer(f"message {self.kind} has a {name} that is no number")
        return int(text) if text else None


def read(message: bytes, encoding: str, sequence: int | None) -> Answer:
    """The answer in ``message``, which has no end any more.

    With ``sequence`` it must bear that number and a right checksum. A checksum is looked at even where
    none was asked for. Raises ``UnexpectedAnswer``.
    """
    trailer = _TRAILER.search(message)
    if trailer is None and sequence is not None:
        raise UnexpectedAnswer("an answer without sequence number and checksum")
    if trailer is not None:
        told = message[: trailer.start("sum")]
        if checksum(told) != trailer["sum"].upper():
            raise UnexpectedAnswer("an answer with a wrong checksum")
        if sequence is not None and trailer["sequence"] != b"%d" % sequence:
            raise UnexpectedAnswer("an answer to another question: its sequence number differs")
        message = message[: trailer.start()]
    return _split(message.decode(encoding, errors="replace"))


def _split(text: str) -> Answer:
    kind, rest = text[:2], text[2:]
    layout = LAYOUTS.get(kind)
    if layout is None or kind not in (*ANSWERS.values(), "96"):
        raise UnexpectedAnswer("not a SIP2 answer that we know")
    fixed: dict[str, str] = {}
    for name, width in layout:
        fixed[name], rest = rest[:width], rest[width:]
        if len(fixed[name]) < width:
            raise UnexpectedAnswer(f"message {kind} is too short")
    return Answer(kind, fixed, _fields(rest.split("|")))


def _fields(parts: Iterable[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for part in parts:
        code, value = part[:2], _UNWRITABLE.sub("\ufffd", part[2:]).strip()
        if len(code) == 2:
            found.setdefault(code, []).append(value)
    return {code: tuple(values) for code, values in found.items()}
