"""Alma's own words for a "no", and the house's codes for them."""

from discovery_accounts.domain.renewal import NotRenewable as Why
from discovery_accounts.domain.standing import BlockCode

# Alma gives one code for every refused renewal, and the reason in a text that institutions may
# translate. The first row whose words are found in it decides.
RENEWAL_REASONS: tuple[tuple[str, Why], ...] = (
    ("recall", Why.RECALLED),
    ("request", Why.ON_HOLD_FOR_ANOTHER),
    ("hold", Why.ON_HOLD_FOR_ANOTHER),
    ("maximum", Why.TOO_MANY_RENEWALS),
    ("renewal limit", Why.TOO_MANY_RENEWALS),
    ("renew period", Why.TOO_MANY_RENEWALS),
    ("already set to the renewed due date", Why.TOO_SOON),
    ("too early", Why.TOO_SOON),
    ("overdue", Why.OVERDUE),
    ("fine", Why.FEES),
    ("fee", Why.FEES),
    ("owed", Why.FEES),
    ("expire", Why.CARD_EXPIRED),
    ("block", Why.CARD_BLOCKED),
    ("not loanable", Why.REFERENCE_ONLY),
)

# Codes that institutions give to blocks; the table is theirs to fill, so most are not known here and
# are shown in the library's own words.
BLOCKS: dict[str, BlockCode] = {
    "OVERDUE": BlockCode.OVERDUES,
    "DELINQUENT": BlockCode.OVERDUES,
    "FINES": BlockCode.FEES,
    "CASH": BlockCode.FEES,
    "LOST_CARD": BlockCode.CARD_LOST,
}


def renewal_reason(text: str) -> str:
    """The code for a refused renewal, from Alma's text."""
    lower = text.lower()
    return next((reason for words, reason in RENEWAL_REASONS if words in lower), Why.LIBRARY_SAYS_NO)


def keeps_no_pin(account_type: str | None) -> bool:
    """Whether the password of such an account is kept elsewhere: external accounts, and internal
    ones with external authentication. No call can check it."""
    return account_type is not None and "EXT" in account_type.upper()
