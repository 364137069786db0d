"""Which events a card's log tells, and what kind of somebody does each."""

import uuid
from enum import StrEnum

from discovery_accounts.services import events


class By(StrEnum):
    """What kind of somebody did it. ``letter``: the holder, by an answer to a mail to the address
    on file; ``service``: what comes by itself."""

    ACCOUNT = "account"
    GONE = "gone"
    LETTER = "letter"
    STAFF = "staff"
    LIBRARY = "library"
    SERVICE = "service"


BY_ACCOUNTS = frozenset(
    {
        events.SIGNED_IN,
        events.LINK_LOOKED,
        events.BARCODE_SHOWN,
        events.LOANS_RENEWED,
        events.HOLD_PLACED,
        events.HOLD_CHANGED,
        events.HOLD_CANCELLED,
        events.HISTORY_SWITCHED,
        events.HISTORY_DELETED,
        events.CONTACT_CHANGED,
        events.MESSAGING_CHANGED,
        events.SUGGESTED,
        events.CARD_TIME_RENEWED,
        events.PIN_SET,
        events.PIN_RECOVERED,
        events.PIN_ACCEPTED,
        events.PIN_REFUSED,
        events.LINKED,
        events.LINK_REFUSED,
        events.LINK_APPROVED,
        events.LINK_CHANGED,
        events.UNLINKED,
        events.LINKING_FORBIDDEN,
        events.LINKING_ALLOWED,
        events.INVITED,
        events.INVITATION_TAKEN,
        events.INVITATION_REVOKED,
        events.HOLDER_PROVED,
        events.TRANSFERRED,
        events.FEED_MADE,
        events.FEED_REVOKED,
    }
)
"""What somebody with an account does."""
BY_LIBRARY = frozenset({events.PIN_CHANGED, events.CARD_RENUMBERED, events.CARD_GONE, events.LINK_PAUSED})
"""What comes of what the library told."""
BY_SERVICE = frozenset({events.LINK_TOLD})
BY_STAFF = frozenset({events.STAFF_LOOKED})
BY_ITS_DETAIL = frozenset({events.CARD_REOPENED})
"""By ``by``: staff, or the holder with a code."""
SHOWN = BY_ACCOUNTS | BY_LIBRARY | BY_SERVICE | BY_STAFF | BY_ITS_DETAIL
UNTOLD = {
    events.LINK_RENAMED: "what somebody calls the card is theirs alone",
    events.PIN_RECOVERY_ASKED: "anybody may ask, and the holder has the mail",
    events.WRONG_PATRON: "nothing was shown; it is for the library's IT",
    events.NEWS_HEARD: "what was heard stands here where it changed something",
}
"""Words of events that have a card and are left out, with the reason."""


def who_did(word: str, account_id: uuid.UUID | None, by: str, way: str) -> By:
    """Of an event, from its ``word``, whose it is, and what its detail tells as ``by`` and ``way``."""
    if way == "letter" or (word in BY_ITS_DETAIL and by == "holder"):
        return By.LETTER
    if word in BY_STAFF or by == "staff":
        return By.STAFF
    if word in BY_LIBRARY or by == "library":
        return By.LIBRARY
    if word in BY_SERVICE or by == "time":
        return By.SERVICE
    return By.ACCOUNT if account_id is not None else By.GONE
