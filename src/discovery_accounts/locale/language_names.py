"""What languages are called, by the codes that catalogues have (ISO 639, of two letters or three)."""

from babel import Locale
from babel.core import get_global


def language_name(code: str, language: str) -> str:
    """In ``language``; empty for what is no code of a language."""
    wanted = code.strip().lower()
    if not (wanted.isascii() and wanted.isalpha() and 2 <= len(wanted) <= 3):
        return ""
    known = get_global("language_aliases").get(wanted, wanted)
    return str(Locale.parse(language).languages.get(known, ""))
