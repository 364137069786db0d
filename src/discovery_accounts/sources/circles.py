"""Watching for a server whose pages go in circles, of any length, without keeping where one has been.

Each step is compared with an older one, which is taken anew after 1, 2, 4, 8 … steps (Brent's way of finding a cycle).
"""

from collections.abc import Sequence
from hashlib import blake2s
from typing import Any

from discovery_accounts.sources.api import SourceFailed

Watch = tuple[str, int, int]
"""The older step, steps since then, and after how many it is taken anew. As JSON, a list."""

START: Watch = ("", 0, 1)


def stepped(watch: Watch, token: str) -> Watch:
    """After the step to the page of ``token``. Raises ``SourceFailed`` (``token_loops``) where it has been there."""
    seen, steps, span = watch
    mark = blake2s(token.encode("utf-8", "replace"), digest_size=12).hexdigest()
    if mark == seen:
        raise SourceFailed("token_loops")
    if not seen or steps + 1 >= span:
        return mark, 0, span * 2
    return seen, steps + 1, span


def read_watch(told: Any) -> Watch:
    """From JSON; raises ``ValueError`` where it is none."""
    if isinstance(told, Sequence) and len(told) == 3:
        seen, steps, span = told
        if isinstance(seen, str) and type(steps) is int and type(span) is int and steps >= 0 and span > 0:
            return seen, steps, span
    raise ValueError("no watch")
