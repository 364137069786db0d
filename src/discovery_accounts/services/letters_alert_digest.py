"""The words of what alerts found, in a mail of their own or as a part of a digest, in the reader's language.

Names of alerts and titles of records are other people's texts: they stand in the mail's body only, never in a
header (checklist A4).
"""

from collections.abc import Sequence

from discovery_accounts.domain.record_address import record_address
from discovery_accounts.locale.catalogues import translations
from discovery_accounts.locale.marking import marked as _
from discovery_accounts.services.alerts.stopping import stop_address
from discovery_accounts.services.alerts.telling import AlertPart
from discovery_accounts.services.catalogue import RecordLine
from discovery_accounts.services.house import House
from discovery_accounts.services.letters import Words
from discovery_accounts.services.mail_form import Entry, Form, Said, Section, as_html, as_text, one_line
from discovery_accounts.services.outbox import ALERTS

SUBJECTS = {ALERTS: _("New items of your alerts")}
"""What such a message was about, in the list of messages sent."""
_HELLO = _("Hello,")
_NEW_FOR = _("New for “%(name)s”")
_SEE = _("See them all:")
_ONE_STOP = _("No more mails of this alert:")
_ALL = _("All your new-item alerts:")
_STOP_ALL = _("No more mails of any alert:")
_SIGNATURE = _("You can’t answer this message: it was sent by a program.")
_MOST_AUTHORS = 3


def alert_digest(house: House, language: str, news: Sequence[AlertPart], stop: str) -> Words:
    """A mail of alerts alone. ``stop`` is the address at which no mails of any alert are asked for."""
    words = AlertWords(house, language)
    say = translations(language).gettext
    subject = words.counted(news)
    form = Form(language, subject, say(_HELLO), words.sections(news), words.foot(stop), say(_SIGNATURE))
    return Words(subject, as_text(form), as_html(form))


class AlertWords:
    def __init__(self, house: House, language: str) -> None:
        self._house = house
        self._words = translations(language)

    def counted(self, news: Sequence[AlertPart]) -> str:
        """For the subject: how many."""
        count = sum(part.total for part in news)
        text = self._words.ngettext("%(count)s new item", "%(count)s new items", count)
        return text % {"count": count}

    def sections(self, news: Sequence[AlertPart]) -> list[Section]:
        return [self._section(part) for part in news]

    def foot(self, stop: str) -> list[Said]:
        """Where all alerts are, and the address at which no mails of any are asked for."""
        page = f"{self._house.settings.public_url}/alerts"
        return [Said(self._words.gettext(_ALL), page), Said(self._words.gettext(_STOP_ALL), stop)]

    def _section(self, part: AlertPart) -> Section:
        head = self._words.gettext(_NEW_FOR) % {"name": one_line(part.name)}
        return Section(f"{head} ({part.total})", tuple(map(self._entry, part.records)), self._ways(part))

    def _ways(self, part: AlertPart) -> tuple[Said, ...]:
        more = part.total - len(part.records)
        text = self._words.ngettext(
            "And %(count)s more. See them all:", "And %(count)s more. See them all:", more
        )
        see = text % {"count": more} if more else self._words.gettext(_SEE)
        page = f"{self._house.settings.public_url}/alerts/{part.alert_id}/found"
        stop = stop_address(self._house, part.alert_id)
        return Said(see, page), Said(self._words.gettext(_ONE_STOP), stop)

    def _entry(self, record: RecordLine) -> Entry:
        authors = "; ".join(map(one_line, record.authors[:_MOST_AUTHORS]))
        bits = (authors, str(record.year) if record.year else "")
        line = " · ".join(filter(None, bits))
        address = record_address(self._house.settings.record_url, record.source, record.record_id)
        return Entry(one_line(record.title), (line,) if line else (), address)
