"""Codes of six digits, sent to somebody and typed over: how they are made, kept, compared, and how often tried.

Each is in a row of its own with what it opens. What becomes of a row whose code was right, or was tried
too often, is up to whoever sent it.
"""

import hmac
import secrets
from datetime import timedelta

from discovery_accounts.config.settings import RateLimit
from discovery_accounts.models import CardReopening, EmailChange, EmailSignIn, HolderCode, PinRecovery, StepUp
from discovery_accounts.services.house import House

LASTS = timedelta(minutes=10)
TRIES = 5

# Of codes that anybody can have sent to a card's holder: for opening the card again, and for a new PIN.
ASK_AGAIN_AFTER = timedelta(minutes=2)
CARD_CODE_ASKS = RateLimit(10, 900)
"""How often one network may ask for codes or give them in."""
CODES_FOR_A_CARD = RateLimit(5, 24 * 3600)
"""How many are sent; ``TRIES`` belong to each."""
CODES_AT_A_LIBRARY = RateLimit(300, 3600)
"""How many may be given in there by everybody: guessing at many cards at once must not pay (checklist B2)."""

CodeRow = CardReopening | EmailChange | EmailSignIn | HolderCode | PinRecovery | StepUp


def new_code() -> str:
    """Six digits for typing over; few, so the tries are counted."""
    return f"{secrets.randbelow(1_000_000):06d}"


class Codes:
    """Codes for one purpose. ``about`` is whom or what a code is for; a code for another one never fits."""

    def __init__(self, house: House, purpose: str) -> None:
        self._house = house
        self._purpose = purpose

    def hash(self, code: str, *about: str) -> str:
        """What is kept. Keyed: few digits could be guessed from a plain hash in a copy of the database."""
        return self._house.vault.keyed_hash(self._purpose, *about, code)

    def fits(self, row: CodeRow, typed: str, *about: str) -> bool:
        """Count a try, and compare; nothing fits a row without a code."""
        row.tries += 1
        wanted = row.code_hash or secrets.token_hex(32)
        return hmac.compare_digest(wanted, self.hash(typed.strip(), *about))

    def is_open(self, row: CodeRow) -> bool:
        """Whether the code may still be typed."""
        return row.expires_at > self._house.now() and not is_used_up(row)


def is_used_up(row: CodeRow) -> bool:
    """Whether it was tried as often as it may be."""
    return row.tries >= TRIES
