"""What a fee is for: the codes that connectors map their vendors' words to."""

from enum import StrEnum


class FeeKind(StrEnum):
    """Each has words in every language; ``OTHER`` is shown by the library's own description."""

    OVERDUE = "overdue"
    LOST = "lost"
    REPLACEMENT = "replacement"
    HOLD = "hold"
    MEMBERSHIP = "membership"
    CARD = "card"
    RENTAL = "rental"
    NOTICE = "notice"
    PROCESSING = "processing"
    INTERLIBRARY = "interlibrary"
    MANUAL = "manual"
    OTHER = "other"
