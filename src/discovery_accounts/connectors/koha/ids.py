"""Koha's ids, which are whole numbers everywhere."""

import re

_ID = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)


def is_id(text: str) -> bool:
    """Whether Koha could have such an id; nothing else ever gets into a path."""
    return _ID.fullmatch(text) is not None
