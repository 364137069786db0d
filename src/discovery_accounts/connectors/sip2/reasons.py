"""What servers' flags and words mean in the house's codes.

SIP2 has no codes for a "no": only a text for a screen (AF). What is in no row here is "the library says
no". The texts are those of Koha's and Evergreen's servers and of vendors' pages, in lower case.
"""

import re
from collections.abc import Iterable

from discovery_accounts.domain.holds import HoldReason as NoHold
from discovery_accounts.domain.renewal import NotRenewable as NoRenewal
from discovery_accounts.domain.standing import Block, BlockCode

# The fourteen flags of a patron, by their place from 0. Left out: what a server says of single services
# (renewing, recalling, placing holds), and the limits on loans and renewals: a patron who has reached one
# has no blocked card, and the library says no by itself.
_CHARGE_DENIED = 0
_FLAGS: dict[int, BlockCode] = {
    4: BlockCode.CARD_LOST,
    6: BlockCode.OVERDUES,
    8: BlockCode.LIBRARY_SAYS,
    9: BlockCode.LIBRARY_SAYS,
    10: BlockCode.FEES,
    11: BlockCode.FEES,
    12: BlockCode.OVERDUES,
    13: BlockCode.FEES,
}
_LIMITS = (5, 7)

_RENEWALS: tuple[tuple[str, NoRenewal], ...] = (
    (r"on_reserve|reserved for another|on hold for|has holds|item is on hold|requested by another",
     NoRenewal.ON_HOLD_FOR_ANOTHER),
    (r"too_many|too many renewals|renewal limit|maximum (number of )?renewals|no renewals left",
     NoRenewal.TOO_MANY_RENEWALS),
    (r"too_soon|too soon|too early", NoRenewal.TOO_SOON),
    (r"recalled", NoRenewal.RECALLED),
    (r"\boverdue", NoRenewal.OVERDUE),
    (r"(card|patron|membership|account) (has |is )?expired", NoRenewal.CARD_EXPIRED),
    (r"\bfines?\b|\bfees?\b|\bowes\b|auto_too_much_oweing", NoRenewal.FEES),
    (r"(card|patron|borrower|account) (is )?(blocked|barred|suspended|restricted)", NoRenewal.CARD_BLOCKED),
)  # fmt: skip

_HOLDS: tuple[tuple[str, NoHold], ...] = (
    (r"already (on hold|reserved|requested|has a hold)|duplicate (hold|request)", NoHold.ALREADY_HELD),
    (r"already (checked out|on loan|charged)", NoHold.ALREADY_ON_LOAN),
    (r"too many (holds|reserves|requests)|hold limit|maximum (number of )?holds", NoHold.TOO_MANY_HOLDS),
    (r"no (such )?(item|title|record)|(item|title) not found|unknown item", NoHold.NO_SUCH_RECORD),
    (r"not (for loan|holdable|requestable)|may not be (held|reserved)|reference only", NoHold.NOT_FOR_LOAN),
    (r"(invalid|unknown) (pickup|pick-up|branch|location)", NoHold.PICKUP_NOT_ALLOWED),
    (r"(card|patron|membership|account) (has |is )?expired", NoHold.CARD_EXPIRED),
    (r"\bfines?\b|\bfees?\b|\bowes\b", NoHold.FEES),
    (r"(card|patron|borrower|account) (is )?(blocked|barred|suspended|restricted)", NoHold.CARD_BLOCKED),
)  # fmt: skip


def blocks(flags: str) -> tuple[Block, ...]:
    """The reasons in the flags, each once. That borrowing is denied is one of its own where no other flag
    tells why."""
    up = [place for place, flag in enumerate(flags) if flag == "Y"]
    codes = dict.fromkeys(_FLAGS[place] for place in up if place in _FLAGS)
    if _CHARGE_DENIED in up and not codes and not set(_LIMITS) & set(up):
        codes = {BlockCode.RESTRICTED: None}
    return tuple(Block(code) for code in codes)


def refused_renewal(texts: Iterable[str]) -> str:
    """The code for a renewal that was refused with these texts."""
    return _first(_RENEWALS, texts, NoRenewal.LIBRARY_SAYS_NO)


def refused_hold(texts: Iterable[str]) -> str:
    """The code for a hold that was refused with these texts, to be placed or cancelled."""
    return _first(_HOLDS, texts, NoHold.LIBRARY_SAYS_NO)


def _first(rows: Iterable[tuple[str, str]], texts: Iterable[str], unknown: str) -> str:
    said = " ".join(texts).lower()
    return next((code for pattern, code in rows if re.search(pattern, said)), unknown)
