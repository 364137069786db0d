"""What a card's log says, by the words of events: who did it stands before it, so it has no subject."""

from discovery_accounts.locale.marking import marked as _
from discovery_accounts.services import events
from discovery_accounts.services.card_log_words import By
from discovery_accounts.services.event_words import OF_CARDS

DONE = OF_CARDS
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
