"""Translations, read from the catalogues as they are kept: no compiled files to forget."""

import gettext
import io
import threading
from importlib.resources import files

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

DOMAIN = "discovery_accounts"

AUTONYMS = {"fi": "Suomi", "sv": "Svenska", "en": "English", "nb": "Norsk bokmål"}
"""Each language by its own name, as people look for it in a list."""

_catalogues: dict[str, gettext.NullTranslations] = {}
_reading = threading.Lock()


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
    source = files("discovery_accounts.locale") / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    catalogue = read_po(io.BytesIO(source.read_bytes()), locale=language, domain=DOMAIN)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
