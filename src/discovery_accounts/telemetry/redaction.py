"""Masks PINs and card numbers in log records: a second net under code that should not log them.

    with confidential(pin, number):
        …

Inside, every occurrence in a record that passes :class:`Redaction` becomes ``***``, also percent
encoded or escaped as in JSON and in a repr, and in tracebacks. When an exception leaves the block,
its values stay known to the block around it and go along with the exception, because it is
logged further out. Open an empty ``confidential()`` around a whole request for that.
"""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from urllib.parse import quote, quote_plus

MASK = "***"

_scope: ContextVar[set[str] | None] = ContextVar("confidential", default=None)
_MARK = "_discovery_accounts_confidential"
_formatter = logging.Formatter()


@contextmanager
def confidential(*values: str | None) -> Iterator[None]:
    """Mask these values in all logging of this context and of tasks started from it. A thread knows
    them only when it runs in a copy of the context."""
    outer = _scope.get()
    mine = (outer or set()) | {value for value in values if value}
    token = _scope.set(mine)
    try:
        yield
    except BaseException as error:
        if outer is not None:
            outer |= mine
        _mark(error, mine)
        raise
    finally:
        _scope.reset(token)


def redact(text: str, error: BaseException | None = None) -> str:
    """``text`` with every value of the current context masked, and those that ``error`` carries."""
    values = (_scope.get() or set()) | _carried(error)
    return _mask(text, values) if values else text


class Redaction(logging.Filter):
    """Put this on a handler: filters of a logger don't see the records of the loggers below it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Never drops a record; a record in which something is masked loses its raw parts."""
        error = record.exc_info[1] if record.exc_info else None
        values = (_scope.get() or set()) | _carried(error)
        if values:
            _redact_record(record, values)
        return True


def _redact_record(record: logging.LogRecord, values: set[str]) -> None:
    try:
        message = record.getMessage()
    except (TypeError, ValueError):  # args that don't fit: the handler reports that with all args
        message = str(record.msg)
        record.args = None
    masked = _mask(message, values)
    # The event word is a constant of ours; a short value must not eat letters out of it.
    if masked != message and not hasattr(record, "event_fields"):
        record.msg, record.args = masked, None
    if record.exc_info and record.exc_info[0] is not None:
        text = record.exc_text or _formatter.formatException(record.exc_info)
        masked = _mask(text, values)
        if masked != text:  # other handlers would format exc_info anew, so it goes and the text stays
            record.exc_text, record.exc_info = masked, None
    elif record.exc_text:
        record.exc_text = _mask(record.exc_text, values)
    if record.stack_info:
        record.stack_info = _mask(record.stack_info, values)


def _mask(text: str, values: set[str]) -> str:
    """All places are found before any is replaced, so values that overlap hide each other's rest."""
    spans: list[tuple[int, int]] = []
    for form in {form for value in values for form in _forms(value)}:
        at = text.find(form)
        while at >= 0:
            spans.append((at, at + len(form)))
            at = text.find(form, at + 1)
    pieces: list[str] = []
    done = 0
    for start, end in sorted(spans):
        if start >= done:
            pieces += [text[done:start], MASK]
        done = max(done, end)
    return "".join([*pieces, text[done:]])


def _forms(value: str) -> set[str]:
    plain = value.encode(errors="surrogatepass")
    escaped = {json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1], repr(value)[1:-1]}
    return {value, quote(plain, safe=""), quote(plain), quote_plus(plain)} | escaped


def _mark(error: BaseException, values: set[str]) -> None:
    with suppress(AttributeError):  # an exception with slots; the block around still knows the values
        setattr(error, _MARK, values | getattr(error, _MARK, set()))


def _carried(error: BaseException | None) -> set[str]:
    """The values marked on an exception and on those it came from."""
    found: set[str] = set()
    waiting, met = [error], set[int]()
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in met:
            continue
        met.add(id(one))
        found |= getattr(one, _MARK, set())
        waiting += [one.__cause__, one.__context__, *getattr(one, "exceptions", ())]
    return found
