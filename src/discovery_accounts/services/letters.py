"""The words of the mails we send, in the reader's language. Never a title, a PIN or a card number."""

from dataclasses import dataclass, field

from discovery_accounts.locale.catalogues import translations


def _(message: str) -> str:
    """Marks words for the catalogues; they are translated where they are used."""
    return message


@dataclass(frozen=True, slots=True)
class Words:
    """Subject and text of one mail."""

    subject: str = field(repr=False)
    text: str = field(repr=False)


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
_LINKED_SUBJECT = _("Your library card was added to an account")
_LINKED_TEXT = _(
    "Hello,\n\n"
    "a card of yours at %(library)s was added to one more library account.\n"
    "Whoever knows a card and its PIN can do this. If you did not expect it, change your PIN at the\n"
    "library: the account then sees nothing any more.\n"
)
_SIGNATURE = _("You can’t answer this message: it was sent by a program.")


def confirm_address(language: str, link: str) -> Words:
    """To a new address: the one-time link that proves it."""
    return _words(language, _CONFIRM_SUBJECT, _CONFIRM_TEXT, link=link)


def address_changes(language: str, code: str, link: str) -> Words:
    """To the old address: the code without which it is not replaced."""
    return _words(language, _CODE_SUBJECT, _CODE_TEXT, code=code, link=link)


def card_reopens(language: str, code: str, library: str) -> Words:
    """To the holder of a card that is closed after too many tries: the code that opens it."""
    return _words(language, _REOPEN_SUBJECT, _REOPEN_TEXT, code=code, library=library)


def card_was_linked(language: str, library: str) -> Words:
    """To the address on file of a card that was linked by an account it does not open (rules 3.3)."""
    return _words(language, _LINKED_SUBJECT, _LINKED_TEXT, library=library)


def _words(language: str, subject: str, text: str, **values: str) -> Words:
    words = translations(language)
    body = words.gettext(text) % values
    return Words(words.gettext(subject), f"{body}\n-- \n{words.gettext(_SIGNATURE)}\n")
