"""What is wrong with a field of a form; the code is ``field.fault``."""

from discovery_accounts.locale.marking import marked as _

FIELD_ERRORS: dict[str, str] = {
    "username.missing": _("Type your user name."),
    "username.too_long": _("The user name is too long."),
    "username.bad_characters": _("The user name has a character that can’t be part of it."),
    "password.missing": _("Type your password."),
    "password.too_long": _("The password is too long."),
    "password.too_short": _("Use at least 12 characters."),
    "password.too_common": _(
        "Others would come upon this one soon. Choose words that do not belong together."
    ),
    "password.not_the_same": _("The two are not the same. Type the new password twice."),
    "password.bad_characters": _("The password has a character that can’t be part of it."),
    "organisation.unknown": _("Choose your home organisation from the list."),
    "card_number.missing": _("Type the card number."),
    "card_number.too_long": _("The card number is too long."),
    "card_number.bad_characters": _("Use only the numbers and letters that are on the card."),
    "pin.missing": _("Type the PIN."),
    "pin.not_present": _("Only a patron who is here at the desk types a PIN."),
    "reason.missing": _("Choose why you look."),
    "pin.too_long": _("The PIN is too long."),
    "pin.bad_characters": _("The PIN has a character that can’t be part of it."),
    "pin.other_digits": _("Type the digits 0–9. Your keyboard makes digits of another script."),
    "label.missing": _("Give the card a name."),
    "label.too_long": _("The name can have at most 60 characters."),
    "label.bad_characters": _("The name has a character that can’t be shown."),
    "name.missing": _("Type your name."),
    "name.too_long": _("The name is too long."),
    "name.bad_characters": _("The name has a character that can’t be shown."),
    "email.missing": _("Type an e-mail address."),
    "email.too_long": _("The e-mail address is too long."),
    "email.bad_characters": _("Check the address: it should be like name@example.org."),
    "library.missing": _("Choose the library."),
    "library.unknown": _("Choose a library from the list."),
    "library.unavailable": _("This library is not available just now."),
    "relation.missing": _("Choose whose card it is."),
    "channel.missing": _("Choose how the code is sent."),
    "channel.unavailable": _("A code can’t be sent that way just now. Choose another, or try again later."),
    "code.missing": _("Type the code."),
    "code.wrong": _("The code is not right. Check it and try again."),
}
