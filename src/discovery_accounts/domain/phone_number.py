"""Telephone numbers as libraries write them, and as text messages are sent to (ITU-T E.164)."""

import re

_E164 = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
_SEPARATORS = re.compile(r"[\s\-\u2010-\u2015().,/]+")
_WHOLE_NUMBERS = {"45": 8, "47": 8, "298": 6, "354": 7}
"""Countries without a 0 before numbers inside the country, and how many digits a number has there."""


def is_e164(number: str) -> bool:
    """Whether it is a plus, the country's code and at most 15 digits in all, and nothing else."""
    return bool(_E164.fullmatch(number))


def to_e164(on_file: str | None, country: str | None) -> str | None:
    """The number for sending to, or ``None`` when what is on file is not surely one number.

    ``country`` is the code (``358``) that a number without one gets. Nothing is guessed at: a
    wrong guess would send a code to a stranger.
    """
    bare = _SEPARATORS.sub("", on_file or "")
    if bare.startswith("00"):
        bare = f"+{bare[2:]}"
    elif country and bare.isascii() and bare.isdigit():
        if country in _WHOLE_NUMBERS:
            bare = f"+{country}{bare}" if len(bare) == _WHOLE_NUMBERS[country] else ""
        elif bare.startswith("0"):
            bare = f"+{country}{bare[1:]}"
    return bare if is_e164(bare) else None
