"""What mail that came back says of the address: rules in plain Python.

Codes are those of RFC 5321 (three digits) and RFC 3463 (``class.subject.detail``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

KNOWN_FOR = timedelta(days=14)
"""How long after it was sent a mail may come back; what is told later is not believed."""
SOFT_IN_A_ROW = 5
SOFT_OVER = timedelta(days=2)
"""So many mails one after the other, over so long at least, and the address is taken not to work."""

_NO_MAILBOX = (550, 551, 553)
"""Without an enhanced code: no such mailbox, moved, no such name. 552 is a full one, 554 may be anything."""
_SENDERS = ("5.1.7", "5.1.8")
"""About the sender's address, so about us."""


class BounceKind(StrEnum):
    """``HARD``: the address does not exist or takes no mail any more. ``SOFT``: this time it did not arrive."""

    HARD = "hard"
    SOFT = "soft"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one mail to an address, and when; ``bounced`` is ``None`` where it did not come back."""

    at: datetime
    bounced: BounceKind | None


def kind_of(code: int | None, status: str | None) -> BounceKind:
    """Of a refusal for good. Only what is about the address itself is hard: a server that takes us for a nuisance
    (5.7.x) says nothing of the person's mailbox."""
    if status is not None:
        about_address = status.startswith("5.1.") and status not in _SENDERS
        return BounceKind.HARD if about_address or status == "5.2.1" else BounceKind.SOFT
    return BounceKind.HARD if code in _NO_MAILBOX else BounceKind.SOFT


def is_given_up(newest_first: Sequence[Outcome]) -> bool:
    """Whether the last mails to an address all came back, over long enough a time."""
    last = newest_first[:SOFT_IN_A_ROW]
    return (
        len(last) == SOFT_IN_A_ROW
        and all(one.bounced is not None for one in last)
        and last[0].at - last[-1].at >= SOFT_OVER
    )
