"""One code for a language, whatever an index or Dublin Core writes: that of MARC 21 (ISO 639-2, bibliographic)."""

_TABLE = """
ar ara Arabic|bg bul Bulgarian|bs bos Bosnian|ca cat Catalan|cs cze Czech|cy wel Welsh|da dan Danish
de ger German|el gre Greek|en eng English|es spa Spanish|et est Estonian|eu baq Basque|fa per Persian
fi fin Finnish|fo fao Faroese|fr fre French|ga gle Irish|he heb Hebrew|hi hin Hindi|hr hrv Croatian
hu hun Hungarian|is ice Icelandic|it ita Italian|ja jpn Japanese|kl kal Kalaallisut|ko kor Korean
ku kur Kurdish|la lat Latin|lt lit Lithuanian|lv lav Latvian|nb nob Bokmål|nl dut Dutch|nn nno Nynorsk
no nor Norwegian|pl pol Polish|ps pus Pushto|pt por Portuguese|ro rum Romanian|ru rus Russian
se sme Northern Sami|sk slo Slovak|sl slv Slovenian|so som Somali|sq alb Albanian|sr srp Serbian
sv swe Swedish|th tha Thai|ti tir Tigrinya|tr tur Turkish|uk ukr Ukrainian|ur urd Urdu|vi vie Vietnamese
zh chi Chinese
"""
_ROWS = [row.split(maxsplit=2) for line in _TABLE.strip().splitlines() for row in line.split("|")]
_OTHER_NAMES = {
    "norwegian (bokmål)": "nob",
    "norwegian bokmål": "nob",
    "norwegian (nynorsk)": "nno",
    "norwegian nynorsk": "nno",
    "deu": "ger",
    "fra": "fre",
    "nld": "dut",
    "isl": "ice",
    "ces": "cze",
    "zho": "chi",
    "ell": "gre",
    "fas": "per",
    "slk": "slo",
    "ron": "rum",
    "sqi": "alb",
    "cym": "wel",
    "eus": "baq",
}
_CODES = {
    **{two: three for two, three, _ in _ROWS},
    **{name.lower(): three for _, three, name in _ROWS},
    **_OTHER_NAMES,
}
_MOST = 40


def language_code(given: str) -> str | None:
    """Of ``fi``, ``fi-FI``, ``fin`` or ``Finnish`` the code ``fin``; a short text that is not known stays as it is, in
    small letters, a long one is no language."""
    bare = " ".join(given.lower().split())
    if not bare or len(bare) > _MOST:
        return None
    return _CODES.get(bare) or _CODES.get(bare.replace("_", "-").partition("-")[0], bare)


def language_codes(given: list[str]) -> list[str]:
    return [code for code in map(language_code, given) if code]
