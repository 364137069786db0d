"""What a record is, in the few words that alerts filter by.

MARC 21 says it in leader/06–07 and in fields 007 and 008; indexes say it in names of their own.
"""

BOOK, EBOOK, AUDIOBOOK, JOURNAL = "book", "ebook", "audiobook", "journal"
FILM, MUSIC, SCORE, MAP, GAME, OTHER = "film", "music", "score", "map", "game", "other"

_BY_TYPE = {
    "c": SCORE,
    "d": SCORE,
    "e": MAP,
    "f": MAP,
    "i": AUDIOBOOK,
    "j": MUSIC,
}
_PARTS_OF_SERIALS = ("b", "i", "s")
_ONLINE = ("o", "q", "s")

_BY_NAME = {
    "book": BOOK,
    "bookpart": BOOK,
    "booksection": BOOK,
    "ebook": EBOOK,
    "audiobook": AUDIOBOOK,
    "audiobookdaisy": AUDIOBOOK,
    "nonmusicalaudio": AUDIOBOOK,
    "spokenwordrecording": AUDIOBOOK,
    "journal": JOURNAL,
    "ejournal": JOURNAL,
    "serial": JOURNAL,
    "newspaper": JOURNAL,
    "magazine": JOURNAL,
    "video": FILM,
    "videodvd": FILM,
    "videobluray": FILM,
    "videofull": FILM,
    "dvd": FILM,
    "bluray": FILM,
    "film": FILM,
    "movie": FILM,
    "movingimage": FILM,
    "musicalrecording": MUSIC,
    "musicrecording": MUSIC,
    "music": MUSIC,
    "cd": MUSIC,
    "lp": MUSIC,
    "sound": MUSIC,
    "sounddisc": MUSIC,
    "musicalscore": SCORE,
    "score": SCORE,
    "notatedmusic": SCORE,
    "map": MAP,
    "atlas": MAP,
    "cartographicmaterial": MAP,
    "game": GAME,
    "boardgame": GAME,
    "videogame": GAME,
    "consolegame": GAME,
    "computergame": GAME,
    "text": BOOK,
}


def format_of_marc(leader: str, field_007: tuple[str, ...], field_008: str) -> str:
    """``leader`` may be cut off; what it does not say makes the record ``other``."""
    kind, level = leader[6:7].lower(), leader[7:8].lower()
    if kind in ("a", "t"):
        if level in _PARTS_OF_SERIALS:
            return JOURNAL
        return EBOOK if _is_online(field_007, field_008[23:24]) else BOOK
    if kind == "g":
        return FILM if field_008[33:34] in ("m", "v", " ", "|", "") or _is_film(field_007) else OTHER
    if kind == "m":
        return GAME if field_008[26:27] == "g" else OTHER
    if kind in ("r", "o"):
        return GAME if field_008[33:34] == "g" else OTHER
    return _BY_TYPE.get(kind, OTHER)


def format_by_name(names: tuple[str, ...]) -> str | None:
    """Of what an index calls it, the most telling: of ``0/Book/`` and ``1/Book/eBook/`` the last level. A
    name that is not known stays as it is."""
    deepest: str | None = None
    for name in names:
        parts = [part for part in name.split("/") if part and not part.isdigit()]
        if not parts:
            continue
        found = next((_BY_NAME[word] for word in map(_bare, reversed(parts)) if word in _BY_NAME), None)
        # later names of a hierarchy say more
        deepest = found or deepest or parts[-1].lower()
    return deepest


def _bare(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())


def _is_online(field_007: tuple[str, ...], form: str) -> bool:
    return form in _ONLINE or any(one[:1] == "c" for one in field_007)


def _is_film(field_007: tuple[str, ...]) -> bool:
    return any(one[:1] in ("m", "v") for one in field_007)
