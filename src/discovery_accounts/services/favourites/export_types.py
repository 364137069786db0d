"""What kind of thing a record's format is to reference managers. Catalogues write formats in many ways, so words
in them decide, the most telling first; the format itself is written into the file besides."""

import re

_WORDS: tuple[tuple[str, str, str], ...] = (
    (r"audio ?book|talking book|äänikirja|ljudbok|lydbok", "SOUND", "misc"),
    (r"e-?book|electronic book|e-?kirja|e-?bok\b", "EBOOK", "book"),
    (r"book ?(part|section|chapter)|chapter", "CHAP", "incollection"),
    (r"thesis|dissertation|opinnäyte|väitöskirja|avhandling", "THES", "phdthesis"),
    (r"proceedings|conference", "CONF", "proceedings"),
    (r"newspaper|sanomaleh|tidning\b|\bavis\b", "NEWS", "article"),
    (r"article|artikkel|artikel", "JOUR", "article"),
    (r"journal|serial|periodical|magazine|aikakausleh|lehti\b|tidskrift|tidsskrift", "JFULL", "misc"),
    (r"score|sheet music|nuotti|\bnoter", "MUSIC", "misc"),
    (r"music|sound|audio|\bcd\b|\blp\b|äänite|musiikki|musik", "SOUND", "misc"),
    (r"video|movie|film|\bdvd\b|blu-?ray|elokuva|elokuvat", "VIDEO", "misc"),
    (r"\bmap\b|atlas|kartta|kart\b|karta", "MAP", "misc"),
    (r"image|photo|picture|painting|\bkuva|\bbild|\bbilde|artwork", "ART", "misc"),
    (r"manuscript|käsikirjoitus|handskrift|manuskript", "MANSCPT", "unpublished"),
    (r"game|software|computer|\bpeli|\bspel|\bspill", "COMP", "misc"),
    (r"report|raportti|rapport", "RPRT", "techreport"),
    (r"website|web ?page|online", "ELEC", "misc"),
    (r"book|kirja|\bbok", "BOOK", "book"),
)
_RULES = tuple((re.compile(pattern, re.IGNORECASE), ris, bibtex) for pattern, ris, bibtex in _WORDS)
_LONGEST = 64


def ris_type(format_: str | None) -> str:
    """The ``TY`` of RIS; ``GEN`` where nothing is known."""
    return _types(format_)[0]


def bibtex_type(format_: str | None) -> str:
    return _types(format_)[1]


def _types(format_: str | None) -> tuple[str, str]:
    text = (format_ or "")[:_LONGEST].replace("_", " ")
    return next(((ris, bibtex) for rule, ris, bibtex in _RULES if rule.search(text)), ("GEN", "misc"))
