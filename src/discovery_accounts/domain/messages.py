"""Messages that a library sends to its patrons (rules 8)."""

from enum import StrEnum


class MessageKind(StrEnum):
    """What a message is about."""

    HOLD_READY = "hold_ready"
    HOLD_CANCELLED = "hold_cancelled"
    DUE = "due"
    ADVANCE_NOTICE = "advance_notice"
    OVERDUE = "overdue"
    CHECKOUT = "checkout"
    CHECKIN = "checkin"
    RENEWAL = "renewal"
    NEW_ITEMS = "new_items"
    CARD_EXPIRES = "card_expires"


class Channel(StrEnum):
    """By what a message comes."""

    EMAIL = "email"
    SMS = "sms"
    PUSH = "push"
    PRINT = "print"
