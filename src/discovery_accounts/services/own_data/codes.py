"""What codes among the values of the parts mean, in words."""

from collections.abc import Mapping

from discovery_accounts.locale.marking import marked as _
from discovery_accounts.services.event_words import IN_WORDS
from discovery_accounts.services.favourites.order_words import ORDERS
from discovery_accounts.services.record_words import AUDIENCES, FORMATS

_CONTACT = {
    "user_name": _("User name"),
    "given_names": _("Given names"),
    "family_name": _("Family name"),
    "identity_code": _("Personal identity code"),
    "phone": _("Phone number"),
    "email": _("E-mail"),
}
_MAINTAINED = {
    **_CONTACT,
    "street": _("Street address"),
    "postal_code": _("Postal code"),
    "city": _("Town"),
    "country": _("Country"),
    "language": _("Language of the library’s messages"),
}
_LOOK_REASONS = {
    "at_desk": _("you were at the desk"),
    "called": _("you called"),
    "wrote": _("you wrote"),
    "fault": _("a fault was looked for"),
    "asked": _("you asked"),
    "misuse": _("misuse was suspected"),
    "authority": _("an authority asked, as the law provides"),
    "holder_asked": _("you asked"),
    "safety": _("for safety"),
    "mistake": _("a mistake was put right"),
    "settled": _("the reason for it is gone"),
}

CODES: Mapping[str, Mapping[str, str]] = {
    "audience": AUDIENCES,
    "blocks": {
        "card_expired": _("The card has expired. The library can renew it."),
        "restricted": _("The library has put a restriction on the card."),
        "card_lost": _("The card has been reported lost."),
        "address_unknown": _("The library does not have a valid address. Tell it the new one."),
        "fees": _("There are unpaid fees."),
        "overdues": _("There are overdue loans."),
        "inactive": _("The card is not in use. Ask the library."),
        "library_says": _("Ask the library for the reason."),
    },
    "channel": {"email": _("E-mail"), "sms": _("Text message")},
    "colour": {
        "1": _("Blue"),
        "2": _("Orange"),
        "3": _("Green"),
        "4": _("Purple"),
        "5": _("Gold"),
        "6": _("Pink"),
        "7": _("Grey"),
        "8": _("Turquoise"),
    },
    "email_paused_because": {
        "hard_bounce": _("The address does not exist"),
        "soft_bounces": _("Mail could not be delivered several times"),
    },
    "email_source": {
        "library": _("From your library."),
        "provider": _("From your organisation."),
        "typed": _("You gave it."),
    },
    "ended_because": {"time": _("Nobody had signed in for a long time"), "asked": _("you asked")},
    "ended_by": {
        "owner": _("You"),
        "holder": _("The card’s holder"),
        "staff": _("Library staff"),
        "time": _("Its last day"),
        "library": _("The library"),
    },
    "fields": {**_MAINTAINED, "valid_until": _("Last valid day of your account there")},
    "format": FORMATS,
    "frequency": {"daily": _("Every day"), "weekly": _("Every week"), "instant": _("At once")},
    "kept_because": {
        "no_policy": _("Nothing ends it by time here."),
        "not_yet": _("Its time is not over."),
        "open_loans": _("Its time is over, but there are open loans. It stays until they are returned."),
        "open_holds": _(
            "Its time is over, but there are holds. It stays until they are fetched or cancelled."
        ),
        "unpaid_fees": _("Its time is over, but there are unpaid fees. It stays until they are paid."),
        "guarantor": _("Its time is over, but you answer for another patron."),
        "protected": _("Its time is over, but the library keeps it."),
        "library_says_no": _("Its time is over, but the library keeps it."),
        "other_account": _("Its time is over, but the card is also in another account that uses it."),
        "unreachable": _("Its time is over, but the library did not answer. Nothing ends before it does."),
        "notice_due": _("Its time is nearly over. You are written to before it ends."),
        "notice_runs": _("Its time is nearly over. We wrote to you about it."),
        "in_use": _("You use it: it is renewed by itself."),
        "time_is_over": _("Its time is over."),
    },
    "kind": {
        "browser": _("Browser"),
        "api": _("App or program"),
        "loan": _("a loan"),
        "hold": _("a hold"),
        "sign_in": _("Sign-in"),
        "ordinary": _("By the library card"),
        "university": _("By a university"),
        "overdue": _("A loan is overdue"),
        "not_renewable": _("A loan can’t be renewed"),
        "due_soon": _("A loan is due soon"),
        "ready": _("A hold can be fetched"),
        "pin_changed": _("The PIN is no longer accepted"),
        "gone": _("No longer a card of this library"),
        "unasked": _("The library did not answer"),
        "remove": _("Items were removed"),
        "remove_list": _("A list was removed"),
        "move": _("Items were moved"),
        "copy": _("Items were copied"),
    },
    "legal_basis": {"consent": _("Your consent"), "public_task": _("The library’s public task")},
    "locked": _MAINTAINED,
    "login": {
        "card": _("Library card"),
        "email": _("E-mail"),
        "password": _("Password"),
        "saml": _("An organisation"),
        "oidc": _("An organisation"),
        "ldap": _("An organisation"),
    },
    "moderated_because": {
        "offensive": _("it is offensive"),
        "personal_data": _("it tells private things about somebody"),
        "advertising": _("it is advertising"),
        "off_topic": _("it is not about this work"),
        "unlawful": _("it is against the law"),
        "reported": _("several readers reported it"),
    },
    "ordering": ORDERS,
    "proof": {
        "pin": _("PIN"),
        "federation": _("Your organisation"),
        "email": _("E-mail"),
        "invitation": _("An invitation"),
        "guarantor": _("You answer for them"),
    },
    "protected_because": {
        "person_asked": _("you asked"),
        "legal_hold": _("the law asks for it"),
        "service": _("it is needed for the service"),
    },
    "reason": {
        **_LOOK_REASONS,
        "offensive": _("It is offensive, or incites hatred"),
        "personal_data": _("It tells private things about somebody"),
        "advertising": _("It is advertising"),
        "off_topic": _("It is not about this work"),
        "other": _("Something else"),
        "person_asked": _("you asked"),
        "legal_hold": _("the law asks for it"),
        "service": _("it is needed for the service"),
    },
    "relation": {"own": _("My own card"), "looked_after": _("A card I look after")},
    "reviews_at_end": {"keep_anonymous": _("Kept without your name"), "delete": _("Deleted")},
    "role": {"helpdesk": _("Help desk"), "it": _("IT"), "insight": _("Insight")},
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
        "sending": _("Waiting"),
        "ended": _("Ended"),
        "sent": _("Sent"),
        "delivered": _("Sent"),
        "failed": _("could not be delivered"),
        "unknown": _("Nobody knows whether it was sent"),
        "withdrawn": _("Not sent"),
        "no_address": _("There was no address"),
        "shown": _("Shown"),
        "hidden": _("Hidden"),
        "pin_changed": _("The PIN was changed at the library"),
        "no_pin_here": _("The PIN is asked each time"),
    },
    "strength": {
        "weak": _("By a code to the address on file"),
        "normal": _("By a PIN or password"),
        "strong": _("Identified by the state or by a second proof"),
    },
    "word": IN_WORDS,
}
"""By the name of a value; a code that has no words is shown as it is."""

FILTERS: Mapping[str, str] = {
    "format": _("Format"),
    "languages": _("Language of the item"),
    "libraries": _("Library"),
    "branches": _("Branch"),
    "audience": _("For whom"),
}
"""What an alert is narrowed down to, by the names of its filters."""

SEEN: Mapping[str, str] = {
    "loans": _("Loans"),
    "holds": _("Holds"),
    "fees": _("Fees"),
    "standing": _("Whether the card is in order"),
}
"""What was looked at through a link, by the names that the link keeps."""
