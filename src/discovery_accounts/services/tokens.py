"""Random words given to people and browsers; the database keeps their hashes only."""

import hashlib
import secrets


def new_token() -> str:
    """256 random bits, safe in a cookie, a header and a path."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """SHA-256 in hex: enough for a random word of this length, which can't be guessed back."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
