"""Many short texts made ready in one go: a call for each of them costs ten times as much."""

from collections.abc import Callable, Sequence
from urllib.parse import quote

from markupsafe import escape

_BETWEEN = "\x1f"
"""ASCII's own separator of units; what people type is cleaned of it."""


def escape_all(texts: Sequence[str]) -> list[str]:
    """Each as it stands in HTML, quotes too. They are plain ``str``: a template that escapes by itself would do it
    twice."""
    return _each(texts, lambda text: str(escape(text)), _BETWEEN)


def quote_all(texts: Sequence[str]) -> list[str]:
    """Each as it stands in an address's query, percent encoded."""
    return _each(texts, quote, quote(_BETWEEN))


def _each(texts: Sequence[str], ready: Callable[[str], str], between: str) -> list[str]:
    done = ready(_BETWEEN.join(texts)).split(between)
    # one of them holds the separator after all, or there are none
    return done if len(done) == len(texts) else [ready(text) for text in texts]
