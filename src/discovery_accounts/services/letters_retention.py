"""The words of mails about the end of being a library's patron. No name, number or title in any of them."""

from discovery_accounts.domain.retention import Policy
from discovery_accounts.locale.marking import marked as _
from discovery_accounts.services.letters import Words, write_words

_UNUSED_SUBJECT = _("Your library will soon remove your unused card")
_UNUSED_TEXT = _(
    "Hello,\n\n"
    "you have not used your card of %(library)s for a long time. The library therefore removes it, with what\n"
    "it knows of you, on %(day)s or soon after.\n\n"
    "Would you like to keep it? Then use it once before that day: borrow something, place a hold, or only\n"
    "sign in here:\n\n"
    "%(link)s\n\n"
    "If you do not need it any more, you need do nothing. Whoever has something on loan or has a fee to pay\n"
    "stays a patron until that is settled.\n"
)
_UNIVERSITY_SUBJECT = _("Your time as a university patron of the library ends soon")
_UNIVERSITY_TEXT = _(
    "Hello,\n\n"
    "your university account is no longer valid. %(library)s therefore removes your card, with what it knows\n"
    "of you, on %(day)s or soon after.\n\n"
    "Would you like to stay a patron of the library, without the university? Sign in here and say so:\n\n"
    "%(link)s\n\n"
    "Whoever has something on loan or has a fee to pay stays a patron until that is settled.\n"
)

SUBJECTS = {"patron_unused_ends": _UNUSED_SUBJECT, "patron_university_ends": _UNIVERSITY_SUBJECT}


def kind_of(policy: Policy | None) -> str:
    """The ``Letter.kind`` of the notice by that policy."""
    return "patron_university_ends" if policy is Policy.UNIVERSITY_ENDED else "patron_unused_ends"


def will_be_removed(language: str, policy: Policy | None, library: str, day: str, link: str) -> Words:
    """To a patron who will be removed. ``day`` is when, in words; ``link`` their memberships."""
    if policy is Policy.UNIVERSITY_ENDED:
        return write_words(
            language, _UNIVERSITY_SUBJECT, _UNIVERSITY_TEXT, library=library, day=day, link=link
        )
    return write_words(language, _UNUSED_SUBJECT, _UNUSED_TEXT, library=library, day=day, link=link)
