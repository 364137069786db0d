"""The code of an invitation: short enough to be read out on the telephone, too long to be guessed."""

import secrets
import unicodedata

ALPHABET = "34679CDFGHJKMNPQRTWXY"
"""No two that look alike on paper, and no vowels: a code never is a word."""
LENGTH = 10
_GROUP = 5


def new_code() -> str:
    """44 bits from the system's source of chance, as it is kept (hashed) and compared."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def grouped(code: str) -> str:
    """As it is shown: two groups with a dash."""
    return f"{code[:_GROUP]}-{code[_GROUP:]}"


def read_code(typed: str) -> str | None:
    """What was typed, in any case, with or without dash and blanks; ``None`` for what can't be a code."""
    text = unicodedata.normalize("NFKC", typed).upper()
    code = "".join(sign for sign in text if not sign.isspace() and unicodedata.category(sign) != "Pd")
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else None
