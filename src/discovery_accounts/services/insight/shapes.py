"""Tables of insight: codes of what is counted, and of the bands it is counted in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from discovery_accounts.domain.small_groups import Published

Counted = dict[tuple[str, str], int]
"""How many, by library and band."""


class Subject(StrEnum):
    """What a table counts. ``IMPORTED`` is by month what others counted, a kind each."""

    SIGN_INS = "sign_ins"
    JOINED = "joined"
    CARDS = "cards"
    ALERTS = "alerts"
    LOANS = "loans"
    AGES = "ages"
    IMPORTED = "imported"


SIGN_IN_DAYS: Mapping[str, int | None] = {"30": 30, "90": 90, "180": 180, "365": 365, "older": None}
"""Bands of days since the last sign-in: each from where the one before ends."""
ACTIVE = ("30", "90")
"""Who signed in within these is an active member."""
CARD_BANDS = {"1": 1, "2-3": 3, "4+": None}
ALERT_BANDS = {"0": 0, "1-3": 3, "4+": None}
LOAN_BANDS = ("0", "1-3", "4-11", "12+")
EARLIER = "earlier"


@dataclass(frozen=True, slots=True)
class InsightTable:
    """``published`` is ``None`` where there are fewer than the threshold altogether. ``kind`` is that of an imported
    count; ``counted_at`` is told of those that are counted here."""

    subject: Subject
    published: Published | None = field(repr=False)
    kind: str = ""
    counted_at: datetime | None = None


def active_and_passive(table: Published, row: int) -> tuple[int, int] | None:
    """Members of one line of ``SIGN_INS``; ``None`` where a merged group reaches over what divides them."""
    active = passive = 0
    for names, count in zip(table.columns, table.cells[row], strict=True):
        inside = [name in ACTIVE for name in names]
        if all(inside):
            active += count
        elif any(inside):
            return None
        else:
            passive += count
    return active, passive
