"""The words of the mail that asks about alerts nobody has looked at for long."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from discovery_accounts.locale.catalogues import translations
from discovery_accounts.locale.marking import marked as _
from discovery_accounts.services.letters import Words, write_words
from discovery_accounts.services.mail_form import one_line

_ASKED_SUBJECT = _("Do you still want these new-item alerts?")
_ASKED_TEXT = _(
    "Hello,\n\n"
    "your new-item alerts have found something, and you have not looked at it for a long time.\n"
    "Do you still want to hear of it?\n\n"
    "%(alerts)s\n\n"
    "All your alerts:\n\n"
    "%(link)s\n\n"
    "If you do nothing, they go on as before.\n"
)
_KEEP = _("Keep it: %(link)s")
_STOP = _("No more mails of it: %(link)s")

SUBJECTS = {"alerts_asked": _ASKED_SUBJECT}


@dataclass(frozen=True, slots=True)
class AskedAbout:
    """An alert by its name, and the addresses that keep it and end its mails."""

    name: str = field(repr=False)
    keep: str = field(repr=False)
    stop: str = field(repr=False)


def asked(language: str, alerts: Sequence[AskedAbout], link: str) -> Words:
    """To the owner of alerts. ``link`` is the page of all of them."""
    say = translations(language).gettext
    lines = [
        f"* {one_line(one.name)}\n  {say(_KEEP) % {'link': one.keep}}\n  {say(_STOP) % {'link': one.stop}}"
        for one in alerts
    ]
    return write_words(language, _ASKED_SUBJECT, _ASKED_TEXT, alerts="\n\n".join(lines), link=link)
