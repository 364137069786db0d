"""One id for everything that happens while one request is answered."""

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_ACCEPTED = re.compile(r"[A-Za-z0-9-]{8,64}")
_current: ContextVar[str | None] = ContextVar("request_id", default=None)


def accept(incoming: str | None) -> str:
    """The id a proxy or portal sent, when it looks like one; otherwise a new id."""
    if incoming is not None and _ACCEPTED.fullmatch(incoming):
        return incoming
    return uuid.uuid4().hex


def current() -> str | None:
    """The id of the request being answered, ``None`` outside of one."""
    return _current.get()


@contextmanager
def request(incoming: str | None = None) -> Iterator[str]:
    """Everything inside belongs to one request; gives its id."""
    token = _current.set(accept(incoming))
    try:
        yield _current.get() or ""
    finally:
        _current.reset(token)
