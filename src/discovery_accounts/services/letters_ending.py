"""The words of mails about the end of an account: that it comes, and that it came."""

from collections.abc import Sequence

from discovery_accounts.domain.account_ending import Reviews
from discovery_accounts.locale.catalogues import translations
from discovery_accounts.locale.marking import marked as _
from discovery_accounts.services.letters import Words, write_words

WARNING, ERASED = "account_warning", "account_erased"
"""Kinds of messages."""
_WARNING_SUBJECT = _("Your library account ends soon")
_WARNING_TEXT = _(
    "Hello,\n\n"
    "you have not signed in to your library account for a long time. It ends on %(day)s, unless you sign in\n"
    "before that day:\n\n"
    "%(link)s\n\n"
    "Signing in is all it takes; then the account goes on as it is.\n\n"
    "If you don’t sign in, your favourites, your alerts and the cards in the account are hidden on that day\n"
    "and erased two weeks later. Until then signing in brings everything back. Stars and reviews that you\n"
    "gave stay, without your name. Your library cards themselves remain valid.\n"
)
_ERASED_SUBJECT = _("Your library account was ended")
_ERASED_TEXT = _(
    "Hello,\n\n"
    "your library account was ended and everything in it was erased: favourites, alerts, cards and their\n"
    "PINs.\n\n"
    "%(reviews)s\n\n"
    "%(libraries)s\n\n"
    "If you did not want that, please tell your library.\n"
)
_KEPT = _("Stars and reviews that you gave stay, without your name.")
_DELETED = _("Stars and reviews that you gave were deleted, too.")
_BORROWER = _("You remain a borrower of: %(libraries)s. Loans, holds and fees there stay as they are.")
_NO_BORROWER = _("Loans, holds and fees at your libraries stay as they are.")

SUBJECTS = {WARNING: _WARNING_SUBJECT, ERASED: _ERASED_SUBJECT}


def warning(language: str, day: str, link: str) -> Words:
    """``day`` is when the account ends, ``link`` where one signs in."""
    return write_words(language, _WARNING_SUBJECT, _WARNING_TEXT, day=day, link=link)


def erased(language: str, libraries: Sequence[str], reviews: Reviews) -> Words:
    """The receipt; ``libraries`` are those where the person remains a borrower."""
    say = translations(language).gettext
    borrower = say(_BORROWER) % {"libraries": ", ".join(libraries)} if libraries else say(_NO_BORROWER)
    told = say(_DELETED if reviews is Reviews.DELETE else _KEPT)
    return write_words(language, _ERASED_SUBJECT, _ERASED_TEXT, reviews=told, libraries=borrower)
