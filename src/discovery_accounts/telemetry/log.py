"""Log lines: a constant event word and fields, always exactly one line.

``2026-03-01T09:30:00.125Z WARNING sign_in_refused library=lumme tries=3 request=5f0c…``

Values never break out of their field: control characters, line separators and quotes are escaped,
and what holds a space or ``=`` is quoted. Records of other libraries appear as the word ``log``.
"""

import logging
import re
import sys
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime

from discovery_accounts.telemetry import request_id
from discovery_accounts.telemetry.redaction import Redaction, redact

_PLAIN = re.compile(r"[^\s\"'=\\]+")
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\", '"': '\\"'}


def event(
    logger: logging.Logger, word: str, /, level: int = logging.INFO, exc_info: bool = False, **fields: object
) -> None:
    """Log one event: ``word`` is constant, ``fields`` are ids, counts and codes, nothing personal.

    ``exc_info`` adds the traceback of the exception being handled. Values of the current
    ``confidential`` block are masked here already, whatever handlers a host portal has.
    """
    if not logger.isEnabledFor(level):
        return
    error = sys.exc_info()[1] if exc_info else None
    told = {name: redact(_text(value), error) for name, value in fields.items()}
    if error is not None:
        told["exception"] = redact(
            logging.Formatter().formatException((type(error), error, error.__traceback__)), error
        )
    line = " ".join([word, *_pairs(told)])
    # The fields are in the message too, so a host portal's own formatter shows them.
    logger.log(level, "%s", line, extra={"event_fields": told, "event_word": word}, stacklevel=2)


class LineFormatter(logging.Formatter):
    """``time level word key=value … request=ID``; time in UTC."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, whatever the record holds."""
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        word = getattr(record, "event_word", None)
        if word is None:
            parts = [
                "log",
                *_pairs({"logger": record.name, "message": record.getMessage(), **_trace(record)}),
            ]
        else:
            parts = [escape(str(word)), *_pairs({**getattr(record, "event_fields", {}), **_trace(record)})]
        request = request_id.current()
        parts += _pairs({"request": request}) if request else []
        return " ".join([time.replace("+00:00", "Z"), record.levelname, *parts])


def configure(level: int | str = logging.INFO) -> None:
    """Send all logging to standard error in our format. For our own app and commands only: inside a
    host portal, logging belongs to the host."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(LineFormatter())
    handler.addFilter(Redaction())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)


def mask_handlers() -> None:
    """Mask confidential values on the handlers that an INI file has set up: such a file can't name filters."""
    for handler in logging.getLogger().handlers:
        if not any(isinstance(one, Redaction) for one in handler.filters):
            handler.addFilter(Redaction())


def escape(text: str) -> str:
    """``text`` on one line: control, format and separator characters, quotes and backslashes escaped."""
    return "".join(_escape(character) for character in text)


def _escape(character: str) -> str:
    if character in _SHORT:
        return _SHORT[character]
    # Cc, Cf, Cs, Co, Cn: control, direction marks, surrogates; Zl, Zp: line separators
    category = unicodedata.category(character)
    if category[0] != "C" and category not in ("Zl", "Zp"):
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _pairs(fields: Mapping[str, object]) -> list[str]:
    return [
        f"{re.sub(r'[^A-Za-z0-9_.]', '_', name)}={_value(_text(value))}" for name, value in fields.items()
    ]


def _value(text: str) -> str:
    return text if _PLAIN.fullmatch(text) and escape(text) == text else f'"{escape(text)}"'


def _text(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, bool) or value is None:
        return str(value).lower()
    return str(value)


def _trace(record: logging.LogRecord) -> dict[str, str]:
    """The traceback as a field: one line for one record, or a forged line could hide in it."""
    text = record.exc_text
    if not text and record.exc_info and record.exc_info[1] is not None:
        text = logging.Formatter().formatException(record.exc_info)
    fields = {"exception": text} if text else {}
    return {**fields, "stack": record.stack_info} if record.stack_info else fields
