"""What a record is and whom it is for, in words. Sources write these few; whatever else one writes stays as it is."""

from collections.abc import Mapping
from functools import cache

from discovery_accounts.locale.catalogues import translations
from discovery_accounts.locale.marking import marked as _

FORMATS: dict[str, str] = {
    "book": _("Book"),
    "ebook": _("E-book"),
    "audiobook": _("Audiobook"),
    "journal": _("Journal or magazine"),
    "film": _("Film"),
    "music": _("Music"),
    "score": _("Sheet music"),
    "map": _("Map"),
    "game": _("Game"),
    "other": _("Other material"),
}

AUDIENCES: dict[str, str] = {
    "children": _("Children"),
    "young": _("Young people"),
    "adults": _("Adults"),
}


def format_in_words(value: str | None, language: str) -> str:
    """Empty where a record tells none."""
    return formats_in_words(language).get(value, value) if value else ""


def audience_in_words(value: str, language: str) -> str:
    return translations(language).gettext(AUDIENCES[value]) if value in AUDIENCES else value


@cache
def formats_in_words(language: str) -> Mapping[str, str]:
    return {value: translations(language).gettext(said) for value, said in FORMATS.items()}
