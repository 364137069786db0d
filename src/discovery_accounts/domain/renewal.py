"""Why a loan can't be renewed: the codes that connectors map their vendors' words to."""

from enum import StrEnum


class NotRenewable(StrEnum):
    """Each has words in every language; ``LIBRARY_SAYS_NO`` when the vendor's reason is unknown."""

    TOO_MANY_RENEWALS = "too_many_renewals"
    ON_HOLD_FOR_ANOTHER = "on_hold_for_another"
    TOO_SOON = "too_soon"
    RECALLED = "recalled"
    OVERDUE = "overdue"
    CARD_BLOCKED = "card_blocked"
    CARD_EXPIRED = "card_expired"
    FEES = "fees"
    REFERENCE_ONLY = "reference_only"
    RENEWED_AUTOMATICALLY = "renewed_automatically"
    LIBRARY_SAYS_NO = "library_says_no"


REASONS: frozenset[str] = frozenset(reason.value for reason in NotRenewable)
