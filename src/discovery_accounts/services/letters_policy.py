"""The words of mails about a library's rules on linking. No name, number or title in any of them."""

from discovery_accounts.locale.marking import marked as _
from discovery_accounts.services.letters import Words, write_words

_ENDS_SUBJECT = _("Your library has new rules: a card is no longer in your account")
_ENDS_TEXT = _(
    "Hello,\n\n"
    "%(library)s has changed its rules about cards of other people in a library account. A card of it that\n"
    "you had added is no longer in yours.\n"
    "Nothing changes for your own cards. The library can tell you more.\n"
)
_ASKS_SUBJECT = _("Your library has new rules: a card waits for its holder’s yes")
_ASKS_TEXT = _(
    "Hello,\n\n"
    "%(library)s has changed its rules about cards of other people in a library account. A card of it that\n"
    "you had added shows nothing until its holder says yes. Ask them to sign in with the card and to look\n"
    "who can see it. You need not add the card again:\n\n"
    "%(link)s\n"
)

SUBJECTS = {"rules_ended": _ENDS_SUBJECT, "rules_ask": _ASKS_SUBJECT}


def rules_ended(language: str, library: str) -> Words:
    """To whose link ended, as the library's rules allow it no more."""
    return write_words(language, _ENDS_SUBJECT, _ENDS_TEXT, library=library)


def rules_ask(language: str, library: str, link: str) -> Words:
    """To whose link waits for the holder's yes from now on. ``link`` is their cards page."""
    return write_words(language, _ASKS_SUBJECT, _ASKS_TEXT, library=library, link=link)
