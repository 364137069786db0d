"""What codes among the values of the parts mean, in words."""

from collections.abc import Mapping

from discovery_accounts.locale.marking import marked as _

CODES: Mapping[str, Mapping[str, str]] = {
    "email_source": {
        "library": _("From your library."),
        "provider": _("From your organisation."),
        "typed": _("You gave it."),
    },
    "relation": {"own": _("My own card"), "looked_after": _("A card I look after")},
    "frequency": {"daily": _("Every day"), "weekly": _("Every week"), "instant": _("At once")},
    "legal_basis": {"consent": _("Your consent"), "public_task": _("The library’s public task")},
    "channel": {"email": _("E-mail"), "sms": _("Text message")},
    "reason": {
        "asked": _("you asked"),
        "fault": _("a fault was looked for"),
        "misuse": _("misuse was suspected"),
    },
    "scopes": {
        "loans": _("See the loans"),
        "holds": _("See the holds"),
        "fees": _("See the fees"),
        "renew": _("Renew loans"),
        "hold": _("Place and cancel holds"),
        "card": _("Show the card’s barcode"),
    },
    "standing": {
        "good": _("In order"),
        "blocked": _("Blocked by the library"),
        "expired": _("The card has expired"),
    },
    "state": {
        "active": _("In order"),
        "good": _("In order"),
        "pending": _("Waits"),
        "waiting": _("Waiting"),
        "ended": _("Ended"),
        "sent": _("Sent"),
        "delivered": _("Sent"),
        "failed": _("could not be delivered"),
        "no_address": _("There was no address"),
        "shown": _("Shown"),
        "hidden": _("Hidden"),
        "pin_changed": _("The PIN was changed at the library"),
    },
    "kind": {
        "browser": _("Browser"),
        "api": _("App or program"),
        "loan": _("loan"),
        "hold": _("hold"),
        "sign_in": _("Sign-in"),
        "ordinary": _("By the library card"),
        "university": _("By a university"),
    },
    "strength": {
        "weak": _("By a code to the address on file"),
        "normal": _("By a PIN or password"),
        "strong": _("Identified by the state or by a second proof"),
    },
    "login": {"card": _("Library card"), "email": _("E-mail"), "password": _("Password")},
    "proof": {
        "pin": _("PIN"),
        "federation": _("Your organisation"),
        "email": _("E-mail"),
        "invitation": _("An invitation"),
        "guarantor": _("You answer for them"),
    },
    "ended_by": {"owner": _("You")},
    "reviews_at_end": {"keep_anonymous": _("Kept without your name"), "delete": _("Deleted")},
    "fields": {
        "user_name": _("User name"),
        "given_names": _("Given names"),
        "family_name": _("Family name"),
        "identity_code": _("Personal identity code"),
        "phone": _("Phone number"),
        "email": _("E-mail"),
    },
    "word": {
        "staff.looked": _("Staff looked"),
        "data.shown_by_staff": _("They showed you what is stored about you."),
        "data.handed_over": _("They gave you a copy of what is stored about you."),
        "sign_in.accepted": _("You signed in"),
        "session.ended": _("You signed out"),
        "data.exported": _("You saved what is stored about you"),
        "account.made": _("Your account was made"),
    },
}
"""By the name of a value; a code that has no words is shown as it is."""
