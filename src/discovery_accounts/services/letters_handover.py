"""The words of mails about a young patron's card that becomes their own to decide about. No name, number or title
in any of them; nobody learns from them who else sees the card."""

from discovery_accounts.locale.marking import marked as _
from discovery_accounts.services.letters import Words, write_words

_VIEWER_SUBJECT = _("Soon a young person decides who sees their library card")
_VIEWER_TEXT = _(
    "Hello,\n\n"
    "a card of %(library)s in your library account belongs to somebody who will soon be old enough to decide\n"
    "alone who sees it. From %(day)s on you see the card only if they say yes. They can say it before that\n"
    "day, too: they sign in with the card and look who can see it.\n\n"
    "Your cards:\n\n"
    "%(link)s\n\n"
    "Nothing changes at the library itself.\n"
)
_HOLDER_SUBJECT = _("Soon you decide who sees your library card")
_HOLDER_TEXT = _(
    "Hello,\n\n"
    "your card of %(library)s can be seen in the library account of somebody who looks after it. From\n"
    "%(day)s on you are old enough to decide that alone: then nobody sees your card any more, unless you\n"
    "say yes. To say yes, now or later, sign in with your card and look who can see it:\n\n"
    "%(link)s\n\n"
    "If you do nothing, nobody but you sees your card from that day on.\n"
)
_DAY_SUBJECT = _("Now a young person decides who sees their library card")
_DAY_TEXT = _(
    "Hello,\n\n"
    "a card of %(library)s in your library account belongs to somebody who is now old enough to decide alone\n"
    "who sees it. You see nothing of it until they say yes. They sign in with the card and look who can see\n"
    "it. You need not add the card again.\n\n"
    "Your cards:\n\n"
    "%(link)s\n"
)

SUBJECTS = {
    "handover_ahead": _VIEWER_SUBJECT,
    "handover_holder": _HOLDER_SUBJECT,
    "handover_day": _DAY_SUBJECT,
}


def ahead_to_viewer(language: str, library: str, day: str, link: str) -> Words:
    """To who sees a young patron's card. ``day`` is when that stops, ``link`` their cards page."""
    return write_words(language, _VIEWER_SUBJECT, _VIEWER_TEXT, library=library, day=day, link=link)


def ahead_to_holder(language: str, library: str, day: str, link: str) -> Words:
    """To the young patron, at the address on file. ``link`` is where they sign in and find their card."""
    return write_words(language, _HOLDER_SUBJECT, _HOLDER_TEXT, library=library, day=day, link=link)


def day_to_viewer(language: str, library: str, link: str) -> Words:
    """To who sees nothing of a young patron's card from now on. ``link`` is their cards page."""
    return write_words(language, _DAY_SUBJECT, _DAY_TEXT, library=library, link=link)
