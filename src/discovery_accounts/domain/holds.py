"""Words for holds: how far one is, and why one can't be placed or changed."""

from enum import StrEnum


class HoldState(StrEnum):
    """``cancelling``: the library was asked to cancel it and has not done so yet."""

    WAITING = "waiting"
    READY = "ready"
    IN_TRANSIT = "in_transit"
    IN_PROCESSING = "in_processing"
    SUSPENDED = "suspended"
    CANCELLING = "cancelling"


class HoldReason(StrEnum):
    """Why a hold can't be placed or changed. Each has words in every language; ``LIBRARY_SAYS_NO`` when the
    vendor's reason is unknown."""

    TOO_MANY_HOLDS = "too_many_holds"
    TOO_MANY_ON_RECORD = "too_many_on_record"
    ALREADY_HELD = "already_held"
    ALREADY_ON_LOAN = "already_on_loan"
    NO_ITEMS = "no_items"
    NOT_FOR_LOAN = "not_for_loan"
    ON_SHELF = "on_shelf"
    AGE_RESTRICTED = "age_restricted"
    ITEM_NOT_CHOSEN = "item_not_chosen"
    PICKUP_NOT_ALLOWED = "pickup_not_allowed"
    NO_SUCH_RECORD = "no_such_record"
    CARD_BLOCKED = "card_blocked"
    CARD_EXPIRED = "card_expired"
    CARD_LOST = "card_lost"
    FEES = "fees"
    ADDRESS_UNKNOWN = "address_unknown"
    TOO_LATE = "too_late"
    BAD_DATE = "bad_date"
    LIBRARY_SAYS_NO = "library_says_no"


REASONS: frozenset[str] = frozenset(reason.value for reason in HoldReason)
