"""Every call that changes something: its guard, or why it needs none. A new one has to be thought of here."""

from typing import Any

from discovery_accounts.services.joining import TEXT_VERSION
from tests.factories.levels import Guard
from tests.factories.strangers import ACTS, BOOK, NEW_PIN

OPENS = "opens a session or a card by a proof of its own"
PROOF = "is one more proof itself"
GIVES_UP = "only takes away what somebody else, or another device, could do"
AT_LIBRARY = "an act with what is borrowed or asked for: the card's scopes and the library decide"
OWN_WRITING = "what the person writes for themselves; nothing of who they are"
PAST_LOANS = "titles of what was borrowed, seen by whoever is signed in: no contact, no proof"
MAIL_ABOUT = "which messages come to the contacts on file; the contacts stay as they are"

CALLS: dict[str, Guard | str] = {
    "signInByCard": OPENS,
    "askPinRecovery": OPENS,
    "recoverPin": OPENS,
    "askStepUp": PROOF,
    "verifyStepUp": PROOF,
    "endCurrentSession": GIVES_UP,
    "endSession": GIVES_UP,
    "changeAccount email": Guard.CODE,
    "changeAccount name": Guard.SIGHT,
    "changeAccount language": "the language of pages tells nothing of anybody",
    "changeCardDetails": Guard.CODE,
    "changeCardPin": Guard.CODE,
    "giveConsent": Guard.CODE,
    "withdrawConsent": Guard.CODE,
    "endAccount": Guard.CODE,
    "exportAccount": Guard.SURE,
    "showBarcode": Guard.SIGHT,
    "stayPatron": "one stays a patron for longer: nothing ends, and nothing is told",
    "linkCard": Guard.FRESH,
    "removeCard": Guard.FRESH,
    "acceptInvitation": Guard.FRESH,
    "takeOffer": Guard.SURE,
    "changeCard": "a name and a colour that only its owner sees; a PIN is its own proof",
    "renewCard": "the card is valid for longer; the library asks for its PIN where it wants one",
    "invite": Guard.SURE,
    "revokeInvitation": GIVES_UP,
    "endAllViewers": Guard.SURE,
    "changeViewer": Guard.SURE,
    "endViewer": Guard.SURE,
    "approveViewer": Guard.SURE,
    "allowLinking": Guard.SURE,
    "askHolderCode": Guard.SURE,
    "verifyHolderCode": Guard.SURE,
    "makeFeed": Guard.SURE,
    "revokeFeed": GIVES_UP,
    "changeMessaging": MAIL_ABOUT,
    "changeReminders": MAIL_ABOUT,
    "suggestPurchase": AT_LIBRARY,
    "renewLoans": AT_LIBRARY,
    "placeHold": AT_LIBRARY,
    "changeHold": AT_LIBRARY,
    "cancelHold": AT_LIBRARY,
    "switchHistory": PAST_LOANS,
    "deleteHistory": PAST_LOANS,
    "makeList": OWN_WRITING,
    "importLists": OWN_WRITING,
    "changeList": OWN_WRITING,
    "addItem": OWN_WRITING,
    "actOnItems": OWN_WRITING,
    "changeItem": OWN_WRITING,
    "removeItem": OWN_WRITING,
    "undoListAct": OWN_WRITING,
    "removeList": OWN_WRITING,
    "rate": OWN_WRITING,
    "removeRating": OWN_WRITING,
    "writeReview": OWN_WRITING,
    "writeReview signed": Guard.SIGHT,
    "removeReview": OWN_WRITING,
    "reportReview": OWN_WRITING,
    "makeAlert": Guard.SIGHT,
    "previewAlert": "tells how much there is of what was typed, of nobody's",
    "changeAlert": Guard.SIGHT,
    "removeAlert": Guard.SIGHT,
}
"""By operation id, and a word where it depends on what is asked for."""

_RECORD = "/records/finna/r1"
_CARD = {"library": "helka", "card_number": "HK10004", "pin": "4567"}
SENT: dict[str, list[tuple[str, str, Any]]] = {
    **ACTS,
    "exportAccount": [("GET", "/account/export", None)],
    "changeAccount email": [("PATCH", "/account", {"email": "new@example.org"})],
    "changeAccount name": [("PATCH", "/account", {"name": "Somebody Else"})],
    "changeAccount language": [("PATCH", "/account", {"language": "sv"})],
    "changeCardPin": [("POST", "/cards/{card}/pin", {**NEW_PIN, "old_pin": "1234"})],
    "giveConsent": [
        ("POST", "/consents", {"way": "{identity}", "text_version": TEXT_VERSION, "fields": ["email"]})
    ],
    "askHolderCode": [("POST", "/cards/{linked}/holder", None)],
    "verifyHolderCode": [("POST", "/cards/{linked}/holder/verify", {"code": "123456"})],
    "changeReminders": [("PUT", "/reminders", {"on": False})],
    "linkCard": [("POST", "/cards", _CARD)],
    "makeList": [("POST", "/lists", {"name": "Another"})],
    "importLists": [("POST", "/lists/import", {"lists": []})],
    "rate": [("PUT", f"{_RECORD}/rating", {"stars": 4})],
    "removeRating": [("DELETE", f"{_RECORD}/rating", None)],
    "writeReview": [("PUT", f"{_RECORD}/reviews", {"text": "Good."})],
    "writeReview signed": [("PUT", f"{_RECORD}/reviews", {"text": "Good.", "signed": True})],
    "removeReview": [("DELETE", f"{_RECORD}/reviews", None)],
    "makeAlert": [("POST", "/alerts", {"query": "hylje", "by_feed": True})],
    "previewAlert": [("POST", "/alerts/preview", {"query": "hylje"})],
    "addItem": [("POST", "/lists/{list}/items", {**BOOK, "record_id": "r9"})],
    "endAccount": [("DELETE", "/account", {"reviews": "delete"})],
}
"""What is sent to try each; a call that is not named is about a session of its own, or of nobody."""
