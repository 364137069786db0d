"""The words of mails about who sees a card. No name, number or title in any of them; what there is to know more
stands on the page behind the link."""

from discovery_accounts.domain.cards import LinkProof
from discovery_accounts.locale.marking import marked as _
from discovery_accounts.services.letters import Words, write_words

_LINKED_SUBJECT = _("Your library card was added to an account")
_LINKED_TEXT = _(
    "Hello,\n\n"
    "a card of yours at %(library)s was added to one more library account, which can see it now.\n"
    "Open this page to see what that account may see, to end it, or to keep others from adding the card:\n\n"
    "%(link)s\n\n"
    "The link works once, for 14 days. If you expected this, there is nothing to do.\n"
    "Whoever knows a card and its PIN can do this. If nobody else should know it, change your PIN at the\n"
    "library.\n"
)
_WAITS_SUBJECT = _("Somebody asks to see your library card")
_WAITS_TEXT = _(
    "Hello,\n\n"
    "a card of yours at %(library)s was added to one more library account. That account sees nothing\n"
    "before you agree. Open this page to see who asks for what, and to say yes or no:\n\n"
    "%(link)s\n\n"
    "The link works once, for 14 days. If you do nothing, nothing is shown.\n"
    "Whoever knows a card and its PIN can ask. If nobody else should know it, change your PIN at the\n"
    "library.\n"
)
_INVITED_TEXT = _(
    "Hello,\n\n"
    "somebody used an invitation to your card of %(library)s: a code that was made in your account here.\n"
    "Their library account can see the card now. Open this page to see what it may see, to end it, or to\n"
    "keep others from adding the card:\n\n"
    "%(link)s\n\n"
    "The link works once, for 14 days. If you invited them, there is nothing to do. If you did not, change\n"
    "your PIN at the library, too.\n"
)
_ANSWERS_FOR_TEXT = _(
    "Hello,\n\n"
    "a card of yours at %(library)s was added to the library account of somebody who answers for you, as the\n"
    "library tells us. That account can see the card now. Open this page to see what it may see, to end it,\n"
    "or to keep others from adding the card:\n\n"
    "%(link)s\n\n"
    "The link works once, for 14 days. If you expected this, there is nothing to do. If nobody answers for\n"
    "you any more, tell the library.\n"
)
_ANSWERS_FOR_WAITS_TEXT = _(
    "Hello,\n\n"
    "somebody who answers for you, as the library %(library)s tells us, has added your card to their library\n"
    "account. That account sees nothing before you agree. Open this page to see who asks for what, and to say\n"
    "yes or no:\n\n"
    "%(link)s\n\n"
    "The link works once, for 14 days. If you do nothing, nothing is shown. If nobody answers for you any\n"
    "more, tell the library.\n"
)
_APPROVED_SUBJECT = _("You can see a library card now")
_APPROVED_TEXT = _(
    "Hello,\n\n"
    "the holder of a card of %(library)s that you added to your library account has agreed. You can see it now:\n\n"
    "%(link)s\n"
)
_ENDED_SUBJECT = _("A library card is no longer in your account")
_ENDED_TEXT = _(
    "Hello,\n\n"
    "a card of %(library)s that you had added to your library account is no longer there.\n"
    "Nothing changes for your own cards.\n"
)
_HOLDER_SUBJECT = _("Your code to show that the card is yours")
_HOLDER_TEXT = _(
    "Hello,\n\n"
    "somebody who has added your card of %(library)s to a library account, hopefully you, says that it is\n"
    "their own. Type this code on the page that asks for it. It is good for ten minutes:\n\n"
    "%(code)s\n\n"
    "With it that account can do everything with the card, and decide who else sees it.\n"
    "If it was not you, tell nobody the code, and change your PIN at the library.\n"
)

SUBJECTS = {
    "card_linked": _LINKED_SUBJECT,
    "card_waits": _WAITS_SUBJECT,
    "link_approved": _APPROVED_SUBJECT,
    "link_ended": _ENDED_SUBJECT,
    "holder_code": _HOLDER_SUBJECT,
}


_LINKED_TEXTS = {LinkProof.INVITATION: _INVITED_TEXT, LinkProof.GUARANTOR: _ANSWERS_FOR_TEXT}
_WAITS_TEXTS = {LinkProof.GUARANTOR: _ANSWERS_FOR_WAITS_TEXT}
"""Each says how the card came there; all other ways begin with its PIN."""


def card_was_linked(language: str, library: str, link: str, *, proof: LinkProof, waits: bool) -> Words:
    """To the address on file of a card that was added to an account it does not open (rules 3.3). ``link`` is
    the one-time address by which its reader decides."""
    if waits:
        subject, text = _WAITS_SUBJECT, _WAITS_TEXTS.get(proof, _WAITS_TEXT)
    else:
        subject, text = _LINKED_SUBJECT, _LINKED_TEXTS.get(proof, _LINKED_TEXT)
    return write_words(language, subject, text, library=library, link=link)


def link_was_approved(language: str, library: str, link: str) -> Words:
    """To whose link waited: the holder said yes. ``link`` is their cards page."""
    return write_words(language, _APPROVED_SUBJECT, _APPROVED_TEXT, library=library, link=link)


def link_was_ended(language: str, library: str) -> Words:
    """To whose link ended: that it did. Never by whom."""
    return write_words(language, _ENDED_SUBJECT, _ENDED_TEXT, library=library)


def holder_code(language: str, library: str, code: str) -> Words:
    """To the address on file: the code by which an account becomes a card's holder."""
    return write_words(language, _HOLDER_SUBJECT, _HOLDER_TEXT, library=library, code=code)
