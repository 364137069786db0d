"""Which language a page is in: what was chosen, else what the browser asks for."""

import re
from collections.abc import Sequence

from discovery_accounts.locale.catalogues import AUTONYMS, translations

__all__ = ["AUTONYMS", "negotiate", "translations"]

_SAME_AS = {"no": "nb", "nn": "nb"}
_RANGE = re.compile(r"\s*([A-Za-z]{1,8}|\*)(?:-[A-Za-z0-9]{1,8})*\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?")
_MAX_HEADER = 1000  # characters; a browser sends far less


def negotiate(accept_language: str | None, chosen: str | None, allowed: Sequence[str]) -> str:
    """The language to show: the one ``chosen``, else what the browser likes best, else the first allowed.

    ``accept_language`` is the header as it came; parts of it that make no sense are passed over. Any
    Norwegian is answered in Bokmål.
    """
    if chosen:
        language = _primary(chosen)
        if language in allowed:
            return language
    for asked in _by_preference(accept_language or ""):
        if asked == "*":
            return allowed[0]
        if asked in allowed:
            return asked
    return allowed[0]


def _primary(tag: str) -> str:
    language = tag.replace("_", "-").partition("-")[0].strip().lower()
    return _SAME_AS.get(language, language)


def _by_preference(header: str) -> list[str]:
    asked: list[tuple[float, str]] = []
    for part in header[:_MAX_HEADER].split(","):
        match = _RANGE.fullmatch(part)
        if match is None:
            continue
        quality = float(match[2]) if match[2] else 1.0
        if quality > 0:
            asked.append((min(quality, 1.0), _primary(match[1])))
    return [language for _, language in sorted(asked, key=lambda pair: -pair[0])]
