"""What a card's log says, by the words of events: who did it stands before it, so it has no subject."""

from discovery_accounts.locale.marking import marked as _
from discovery_accounts.services import events
from discovery_accounts.services.card_log_words import By

DONE: dict[str, str] = {
    events.SIGNED_IN: _("Signed in with the card"),
    events.BARCODE_SHOWN: _("Showed the barcode of the card"),
    events.HOLD_PLACED: _("Placed a hold"),
    events.HOLD_CHANGED: _("Changed a hold"),
    events.HOLD_CANCELLED: _("Cancelled a hold"),
    events.HISTORY_SWITCHED: _("Chose whether past loans are kept"),
    events.HISTORY_DELETED: _("Deleted the past loans"),
    events.CONTACT_CHANGED: _("Changed the contact details"),
    events.MESSAGING_CHANGED: _("Changed which messages the library sends"),
    events.SUGGESTED: _("Suggested something to the library"),
    events.CARD_TIME_RENEWED: _("Renewed the time of the card"),
    events.PIN_SET: _("Changed the PIN"),
    events.PIN_RECOVERED: _("Set a new PIN with a code sent to the contact on file"),
    events.PIN_ACCEPTED: _("Gave the PIN, and it was right"),
    events.PIN_REFUSED: _("Gave a PIN that was not accepted"),
    events.PIN_CHANGED: _("The stored PIN was no longer accepted"),
    events.LINKED: _("Added the card to the account"),
    events.LINK_REFUSED: _("Tried to add the card, and was refused"),
    events.LINKING_FORBIDDEN: _("Let nobody else add the card any more"),
    events.LINKING_ALLOWED: _("Let others add the card again"),
    events.INVITED: _("Made a code that lets somebody see the card"),
    events.INVITATION_TAKEN: _("Used a code that lets them see the card"),
    events.INVITATION_REVOKED: _("Cancelled a code that lets somebody see the card"),
    events.HOLDER_PROVED: _("Proved with a code sent to the contact on file that the card is theirs"),
    events.TRANSFERRED: _("Signed in by an organisation, and was found at the library"),
    events.FEED_MADE: _("Made a calendar of the due dates"),
    events.FEED_REVOKED: _("Stopped a calendar of the due dates"),
    events.CARD_RENUMBERED: _("The card got a new number"),
    events.CARD_GONE: _("The library no longer knew the card"),
    events.LINK_TOLD: _("Everybody was told when the card becomes its holder’s own"),
    events.CARD_REOPENED: _("Opened the card for signing in again"),
    events.STAFF_LOOKED: _("Looked at how the account and its cards are doing"),
    events.UNLINKED: _("Removed the card from the account"),
    events.LINK_APPROVED: _("Agreed that somebody sees the card"),
    events.LINK_CHANGED: _("Changed what somebody can see"),
    events.LINK_PAUSED: _("Has a new rule: somebody waits for the holder’s answer"),
}

DONE_TO: dict[str, str] = {
    events.LINK_PAUSED: _("Has a new rule: %(name)s waits for the holder’s answer"),
    events.UNLINKED: _("Ended what %(name)s could see"),
    events.LINK_APPROVED: _("Agreed that %(name)s sees the card"),
    events.LINK_CHANGED: _("Changed what %(name)s can see"),
}
"""Of what is done to somebody's link."""

ASKED_TO_ADD = _("Asked to add the card, and waits for the holder’s answer")
LOOKED_AT = _("Looked at %(things)s")
TRIED_TO_RENEW = _("Tried to renew loans")

SEEN: dict[str, str] = {
    "loans": _("the loans"),
    "holds": _("the holds"),
    "fees": _("the fees"),
    "standing": _("whether the card is in order"),
}

WHO: dict[str, str] = {
    "me": _("You"),
    By.GONE: _("Somebody whose account ended"),
    By.LETTER: _("You, by mail"),
    By.STAFF: _("Library staff"),
    By.LIBRARY: _("The library"),
    By.SERVICE: _("This service"),
}
NAMELESS = _("Somebody without a name")
SIGNS_IN_BY = _("Somebody with a card of %(library)s")

WENT_WELL = {
    "",
    "active",
    "placed",
    "cancelled",
    "pickup_changed",
    "suspended",
    "resumed",
    "switched",
    "deleted",
    "changed",
    "waiting",
    "suggested",
    "renewed",
    "asked",
    "cancel_asked",
    "found",
    "made",
    "pending",
}
"""Outcomes that need no more words."""
ACTS = {
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
}
"""What a library may say no to."""
NOT_DONE = _("The library said no.")
NOT_ANSWERED = _("The library did not answer. It may have been done.")
BY_ITSELF = _("By a calendar or a message they have asked for.")
NOT_TOLD = _("They were not told.")
NOW_MAY = _("Since then: %(scopes)s")
