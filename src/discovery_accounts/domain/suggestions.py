"""Words for purchase suggestions."""

from enum import StrEnum


class SuggestionState(StrEnum):
    """How far the library is with a suggestion."""

    ASKED = "asked"
    CHECKED = "checked"
    ACCEPTED = "accepted"
    ORDERED = "ordered"
    AVAILABLE = "available"
    REJECTED = "rejected"
    OTHER = "other"


class SuggestionReason(StrEnum):
    """Why a suggestion was not taken."""

    TOO_MANY = "too_many"
    ALREADY_SUGGESTED = "already_suggested"
    FIELD_MISSING = "field_missing"
    CARD_BLOCKED = "card_blocked"
    LIBRARY_SAYS_NO = "library_says_no"
