"""Which language a page is in, and its translations, read from the catalogues as they are kept."""

import gettext
import io
import re
import threading
from collections.abc import Sequence
from importlib.resources import files

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

DOMAIN = "discovery_accounts"

AUTONYMS = {"fi": "Suomi", "sv": "Svenska", "en": "English", "nb": "Norsk bokmål"}
"""Each language by its own name, as people look for it in a list."""

_SAME_AS = {"no": "nb", "nn": "nb"}
_RANGE = re.compile(r"\s*([A-Za-z]{1,8}|\*)(?:-[A-Za-z0-9]{1,8})*\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?")
_MAX_HEADER = 1000  # characters; a browser sends far less

_catalogues: dict[str, gettext.NullTranslations] = {}
_reading = threading.Lock()


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


def translations(language: str) -> gettext.NullTranslations:
    """The catalogue of ``language``, read once and kept; without one, the words stay as written (English)."""
    found = _catalogues.get(language)
    if found is not None:
        return found
    with _reading:
        if language not in _catalogues:
            _catalogues[language] = _read(language)
        return _catalogues[language]


def _read(language: str) -> gettext.NullTranslations:
    if language not in AUTONYMS:
        return gettext.NullTranslations()
    source = files("discovery_accounts") / "locale" / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    catalogue = read_po(io.BytesIO(source.read_bytes()), locale=language, domain=DOMAIN)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


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
