"""Whether this portal has reviews at all, and how often one person may change theirs."""

import uuid

from discovery_accounts.config.settings import RateLimit
from discovery_accounts.domain.review import Mode
from discovery_accounts.services.house import House
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.throttles import Throttles

RATING = RateLimit(300, 3600)
"""Stars given by one person: a shelf of books in an evening, no more."""
WRITING = RateLimit(30, 3600)
REPORTING = RateLimit(20, 3600)


def mode_of(house: House) -> Mode:
    """How texts come to be shown. Raises ``Problem`` ``not_found`` where the portal has no reviews."""
    mode = Mode(house.settings.reviews)
    if mode is Mode.NONE:
        raise Problem(Code.NOT_FOUND)
    return mode


def count_change(house: House, kind: str, limit: RateLimit, account_id: uuid.UUID) -> None:
    """Raises ``Problem`` ``too_many_attempts``, with the wait. In a transaction of its own."""
    Throttles(house).count_asking(kind, limit, str(account_id))
