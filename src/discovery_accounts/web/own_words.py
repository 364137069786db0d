"""What is told of a patron's own data at the library, of the PIN, and of the card's time."""

from discovery_accounts.connectors.api import Capability as Able
from discovery_accounts.connectors.api import ContactField, Editing, NotCardRenewable, PinFault
from discovery_accounts.locale.marking import marked as _

OWN_PLACES: dict[str, tuple[str, str]] = {
    Able.READ_PROFILE: (_("My details"), _("Address, telephone and what else the library has of you.")),
    Able.CHANGE_PIN: (_("Change the PIN"), _("With the PIN you have now.")),
    Able.KEEP_MESSAGING: (_("Message settings"), _("Which messages the library sends, and how.")),
    Able.RENEW_CARD: (_("Renew the card’s time"), _("So that the card stays valid.")),
    Able.LIST_HISTORY: (_("Loans of the past"), _("What has been borrowed, where the library keeps it.")),
    "reminders": (_("Reminders"), _("One message about what is due and ready on all your cards.")),
    "reviews": (_("My stars and reviews"), _("What you think of books, films and music.")),
    "memberships": (_("Where you are a patron"), _("How long libraries keep you as their patron, and why.")),
    "calendar": (_("Due dates in your calendar"), _("Your calendar program shows when loans are due.")),
    "viewers": (_("Who can see this card"), _("Which accounts have it, and what they may do.")),
    "invite": (_("Invite somebody to this card"), _("By a code: your PIN stays yours.")),
    "card_log": (
        _("Who looked and who acted"),
        _("What was done with this card here, by you and by others."),
    ),
    Able.LIST_NOTICES: (_("Messages sent"), _("What the library and we have sent to you.")),
    "messages": (_("Messages of all your cards"), _("Which messages your libraries send you, and how.")),
    Able.SUGGEST_PURCHASES: (_("Suggestions"), _("What you would like the library to buy.")),
}
"""Where a card's holder can go, by what the library must be able to do: the name, and what is there. Reminders
are ours."""

CONTACT_FIELDS: dict[str, str] = {
    ContactField.EMAIL: _("E-mail"),
    ContactField.PHONE: _("Telephone"),
    ContactField.SMS_NUMBER: _("Number for text messages"),
    ContactField.STREET: _("Street address"),
    ContactField.POSTAL_CODE: _("Postal code"),
    ContactField.CITY: _("Town"),
    ContactField.COUNTRY: _("Country"),
    ContactField.PICKUP_ALIAS: _("Name on the pickup shelf"),
    ContactField.LANGUAGE: _("Language of the library’s messages"),
    ContactField.SELF_SERVICE_BLOCKED: _("Self-service library"),
}

CONTACT_HELP: dict[str, str] = {
    ContactField.PICKUP_ALIAS: _("Stands on the shelf in place of your name when you fetch holds."),
    ContactField.SMS_NUMBER: _("The library sends its text messages to it."),
}

EDITING: dict[str, str] = {
    Editing.DIRECT: _("Changes at once."),
    Editing.APPROVAL: _("Changes when the library’s staff have looked at it."),
}

CARD_NOT_RENEWABLE: dict[str, str] = {
    NotCardRenewable.TOO_EARLY: _("It is too early: the card is valid for a good while yet."),
    NotCardRenewable.BLOCKED: _("The card is blocked. The library can tell you more."),
    NotCardRenewable.FEES: _("There are unpaid fees. Pay them first."),
    NotCardRenewable.AGE: _("The card now belongs to another age group. Come to the library to renew it."),
    NotCardRenewable.CONTACT_UNCONFIRMED: _("The library wants your contact details confirmed first."),
    NotCardRenewable.AT_THE_DESK: _("The library renews this card at its desk only."),
    NotCardRenewable.LIBRARY_SAYS_NO: _("The library does not renew this card here. Ask at its desk."),
}

_PIN_FAULTS: dict[str, str] = {
    PinFault.TOO_SHORT: _("The new PIN is too short."),
    PinFault.TOO_LONG: _("The new PIN is too long."),
    PinFault.TOO_SIMPLE: _("The new PIN is too easy to guess. Choose another."),
    PinFault.NOT_DIGITS: _("Use digits only."),
    PinFault.USED_BEFORE: _("You have had this PIN before. Choose another."),
    PinFault.BLANKS: _("A PIN can’t begin or end with a blank."),
    PinFault.LIBRARY_SAYS_NO: _("The library does not take this PIN. Choose another."),
}

OWN_FIELD_ERRORS: dict[str, str] = {
    "old_pin.missing": _("Type the PIN you have now."),
    "old_pin.too_long": _("The PIN is too long."),
    "old_pin.bad_characters": _("The PIN has a character that can’t be part of it."),
    "old_pin.other_digits": _("Type the digits 0–9. Your keyboard makes digits of another script."),
    "old_pin.rejected": _("That is not the PIN of this card."),
    "pin.rejected": _("That is not the PIN of this card."),
    "new_pin.missing": _("Type a new PIN."),
    "new_pin.bad_characters": _("The PIN has a character that can’t be part of it."),
    "new_pin.other_digits": _("Type the digits 0–9. Your keyboard makes digits of another script."),
    **{f"new_pin.{fault}": words for fault, words in _PIN_FAULTS.items()},
    "new_pin_again.not_the_same": _("The two are not the same. Type the new PIN twice."),
    "email.refused": _("The library does not take this address."),
    "phone.too_long": _("This is too long."),
    "phone.bad_characters": _("There is a character here that can’t be used."),
    "phone.refused": _("The library does not take this number."),
    "sms_number.too_long": _("This is too long."),
    "sms_number.bad_characters": _("There is a character here that can’t be used."),
    "sms_number.refused": _("The library does not take this number."),
    **{
        f"{name}.{fault}": words
        for name in ("street", "postal_code", "city", "country", "pickup_alias", "language")
        for fault, words in (
            ("too_long", _("This is too long.")),
            ("bad_characters", _("There is a character here that can’t be used.")),
            ("refused", _("The library does not take this.")),
        )
    },
    "self_service_blocked.refused": _("The library does not take this."),
    "contact_confirmed.missing": _("Look at your contact details, then say that they are right."),
    "card.missing": _("Choose the card."),
    "card.too_many_feeds": _("You have as many calendars as there may be. Stop one first."),
    "title.missing": _("Type the title."),
    "title.too_long": _("The title is too long."),
    "title.bad_characters": _("The title has a character that can’t be shown."),
    "author.too_long": _("This is too long."),
    "author.bad_characters": _("There is a character here that can’t be used."),
    "publisher.too_long": _("This is too long."),
    "publisher.bad_characters": _("There is a character here that can’t be used."),
    "isbn.too_long": _("This is too long."),
    "isbn.bad_characters": _("There is a character here that can’t be used."),
    "year.bad_characters": _("Write the year with four digits."),
    **{
        f"{name}.library": _("The library needs this.")
        for name in ("title", "author", "publisher", "year", "isbn", "note")
    },
    "messages.refused": _("The library does not take this choice."),
}

LEFT_OUT: dict[str, str] = {
    "pin_needed": _(
        "Can’t be in the message: its library wants the PIN typed each time, so we can’t look when you are away."
    ),
    "missing_scope": _("Can’t be in the message: you may see neither its loans nor its holds."),
    "pending_approval": _("Can’t be in the message yet: the card’s holder has not agreed yet."),
    "library_unavailable": _("Can’t be in the message: its library is not available here just now."),
}
"""Why a card can't be in a digest."""
