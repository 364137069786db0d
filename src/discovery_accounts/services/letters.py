"""The words of the mails we send, in the reader's language. Never a title, a PIN or a card number."""

from dataclasses import dataclass, field

from discovery_accounts.locale.catalogues import translations
from discovery_accounts.locale.marking import marked as _


@dataclass(frozen=True, slots=True)
class Words:
    """Subject and text of one mail; ``html`` says the same, where there is one."""

    subject: str = field(repr=False)
    text: str = field(repr=False)
    html: str | None = field(default=None, repr=False)


_CONFIRM_SUBJECT = _("Confirm your e-mail address")
_CONFIRM_TEXT = _(
    "Hello,\n\n"
    "somebody, hopefully you, gave this e-mail address for a library account.\n"
    "To use it, open this page within one hour and press the button there:\n\n"
    "%(link)s\n\n"
    "If it was not you, do nothing: the address will not be used.\n"
)
_CODE_SUBJECT = _("Your e-mail address is about to change")
_CODE_TEXT = _(
    "Hello,\n\n"
    "another e-mail address was given for your library account. If it was you, the page asks for this\n"
    "code:\n\n"
    "%(code)s\n\n"
    "If it was not you, tell nobody the code. Sign in and end the sessions that are not yours:\n\n"
    "%(link)s\n"
)
_REOPEN_SUBJECT = _("A code for your library card")
_REOPEN_TEXT = _(
    "Hello,\n\n"
    "after too many wrong PINs, signing in with your card of %(library)s was stopped for a while.\n"
    "Somebody, hopefully you, asked for a code to go on. It is good for ten minutes:\n\n"
    "%(code)s\n\n"
    "If it was not you, tell nobody the code, and change your PIN at the library.\n"
)
_SIGN_IN_SUBJECT = _("Your code for signing in")
_SIGN_IN_TEXT = _(
    "Hello,\n\n"
    "somebody, hopefully you, wants to sign in with this e-mail address as a patron of %(library)s.\n"
    "Type this code on the page that asks for it:\n\n"
    "%(code)s\n\n"
    "Or open this page, on any device, and press the button there:\n\n"
    "%(link)s\n\n"
    "Each works for ten minutes, and only one of them, once.\n"
    "If it was not you, do nothing and tell nobody the code: without it nobody is signed in.\n"
)
_STEP_UP_SUBJECT = _("Your code for confirming that it is you")
_STEP_UP_TEXT = _(
    "Hello,\n\n"
    "somebody who is signed in to your library account was asked to confirm that it is you. The code is\n"
    "good for ten minutes:\n\n"
    "%(code)s\n\n"
    "If it was not you, tell nobody the code. Sign in and end the sessions that are not yours:\n\n"
    "%(link)s\n"
)
_STEP_UP_SMS = _("Your code for your library account: %(code)s. Tell it to nobody.")
_CONTACT_SUBJECT = _("Your contact details at the library were changed")
_CONTACT_TEXT = _(
    "Hello,\n\n"
    "the e-mail address that %(library)s has of you was changed, or its change was asked for, in your\n"
    "library account. This message goes to the old address.\n"
    "If it was not you, tell the library at once, and change your PIN.\n"
)
_PIN_SUBJECT = _("The PIN of your library card was changed")
_PIN_TEXT = _(
    "Hello,\n\n"
    "the PIN of your card at %(library)s was changed.\n"
    "If it was not you, tell the library at once.\n"
)
_RECOVERY_SUBJECT = _("Your code for a new PIN")
_RECOVERY_TEXT = _(
    "Hello,\n\n"
    "somebody, hopefully you, asked for a new PIN for your card at %(library)s. Type this code on the page\n"
    "that asks for it. It is good for ten minutes:\n\n"
    "%(code)s\n\n"
    "If it was not you, do nothing and tell nobody the code: without it the PIN stays as it is.\n"
)
_RECOVERY_SMS = _("Your code for a new PIN: %(code)s. Tell it to nobody.")
_STAFF_SUBJECT = _("Your access to the library accounts")
_STAFF_TEXT = _(
    "Hello,\n\n"
    "you have been given access to the pages for staff. Open this page within 48 hours and choose a\n"
    "password; then set up a second way of proving that it is you:\n\n"
    "%(link)s\n\n"
    "The link works once and is for you alone. If you did not expect it, tell the library’s IT.\n"
)
_SIGNATURE = _("You can’t answer this message: it was sent by a program.")


def confirm_address(language: str, link: str) -> Words:
    """To a new address: the one-time link that proves it."""
    return write_words(language, _CONFIRM_SUBJECT, _CONFIRM_TEXT, link=link)


def address_changes(language: str, code: str, link: str) -> Words:
    """To the old address: the code without which it is not replaced."""
    return write_words(language, _CODE_SUBJECT, _CODE_TEXT, code=code, link=link)


def card_reopens(language: str, code: str, library: str) -> Words:
    """To the holder of a card that is closed after too many tries: the code that opens it."""
    return write_words(language, _REOPEN_SUBJECT, _REOPEN_TEXT, code=code, library=library)


def sign_in(language: str, code: str, link: str, library: str) -> Words:
    """To the address on file of one patron: the code and the one-time link that sign in as that patron."""
    return write_words(language, _SIGN_IN_SUBJECT, _SIGN_IN_TEXT, code=code, link=link, library=library)


def step_up(language: str, code: str, link: str) -> Words:
    """To somebody who is signed in: the code for something that matters. ``link`` is the account page."""
    return write_words(language, _STEP_UP_SUBJECT, _STEP_UP_TEXT, code=code, link=link)


def step_up_text(language: str, code: str) -> str:
    """The same as a text message: one part long in every language."""
    return translations(language).gettext(_STEP_UP_SMS) % {"code": code}


def contact_changed(language: str, library: str) -> Words:
    """To the address that a library had on file before it was changed there."""
    return write_words(language, _CONTACT_SUBJECT, _CONTACT_TEXT, library=library)


def pin_changed(language: str, library: str) -> Words:
    """To the address on file of a card that has a new PIN."""
    return write_words(language, _PIN_SUBJECT, _PIN_TEXT, library=library)


def pin_recovery(language: str, code: str, library: str) -> Words:
    """To the address on file of a patron who forgot the PIN: the code without which there is no new one."""
    return write_words(language, _RECOVERY_SUBJECT, _RECOVERY_TEXT, code=code, library=library)


def pin_recovery_text(language: str, code: str) -> str:
    """The same as a text message: one part long in every language."""
    return translations(language).gettext(_RECOVERY_SMS) % {"code": code}


SUBJECTS = {
    "email_confirm": _CONFIRM_SUBJECT,
    "email_code": _CODE_SUBJECT,
    "card_reopens": _REOPEN_SUBJECT,
    "email_sign_in": _SIGN_IN_SUBJECT,
    "step_up": _STEP_UP_SUBJECT,
    "contact_changed": _CONTACT_SUBJECT,
    "pin_changed": _PIN_SUBJECT,
    "pin_recovery": _RECOVERY_SUBJECT,
    "staff_invitation": _STAFF_SUBJECT,
}
"""What a message is about, by its ``Letter.kind``; ``letter_subjects`` knows those of all letters."""


def staff_invited(language: str, link: str) -> Words:
    """To a member of staff: the one-time link by which they set a password."""
    return write_words(language, _STAFF_SUBJECT, _STAFF_TEXT, link=link)


def write_words(language: str, subject: str, text: str, **values: str) -> Words:
    """The mail with these words, signed as all are; ``subject`` and ``text`` are as in the catalogues."""
    words = translations(language)
    body = words.gettext(text) % values
    return Words(words.gettext(subject), f"{body}\n-- \n{words.gettext(_SIGNATURE)}\n")
