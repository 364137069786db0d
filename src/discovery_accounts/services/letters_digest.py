"""The words of a digest, in its reader's language; days in the zone of each library.

A label of a card is a person's own text: it stands in the text of the mail only, never in a header.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from discovery_accounts.domain.digest import News
from discovery_accounts.locale.catalogues import translations
from discovery_accounts.locale.formats import Formats
from discovery_accounts.locale.marking import marked as _
from discovery_accounts.services.alerts.telling import AlertPart
from discovery_accounts.services.digest_news import Line
from discovery_accounts.services.digest_rows import KIND
from discovery_accounts.services.house import House
from discovery_accounts.services.letters import Words
from discovery_accounts.services.letters_alert_digest import AlertWords
from discovery_accounts.services.mail_form import Entry, Form, Said, Section, as_html, as_text, one_line

_HEADS = {
    News.OVERDUE: _("Overdue"),
    News.NOT_RENEWABLE: _("Due soon, and can’t be renewed"),
    News.DUE_SOON: _("Due soon"),
    News.READY: _("Ready for pickup"),
}
_OF_CARDS = {
    News.PIN_CHANGED: _("The PIN of %(card)s is not accepted any more. Give the new one here:"),
    News.GONE: _("%(library)s does not know %(card)s any more."),
    News.UNASKED: _(
        "We could not ask %(library)s about %(card)s. Its loans and holds may be missing above; we try again\n"
        "with the next reminder. You can look here:"
    ),
}
_CARD_SUBJECT = _("News of your library cards")
SUBJECTS = {KIND: _("Reminders of loans and holds")}
"""What such a message was about, in the list of messages sent; the subjects themselves are not kept."""
_HELLO = _("Hello,")
_LOOK = _("See them all:")
_RENEW = _("Renew all that can be renewed (you sign in first):")
_NO_TITLE = _("Untitled")
_WHICH = _("You chose to get this message. Which cards it tells of, how early and at what time:")
_NO_MORE = _("No more reminders:")
_SIGNATURE = _("You can’t answer this message: it was sent by a program.")


@dataclass(frozen=True, slots=True)
class Stops:
    """The addresses at which no more are asked for: reminders, mails of any alert."""

    reminders: str = field(repr=False)
    alerts: str = field(repr=False)


def digest(
    house: House, language: str, lines: Sequence[Line], news: Sequence[AlertPart], stops: Stops, now: datetime
) -> Words:
    """What is most urgent comes first, what alerts found last."""
    return _Writer(house, language, now).write(lines, news, stops)


class _Writer:
    def __init__(self, house: House, language: str, now: datetime) -> None:
        self._house = house
        self._language = language
        self._words = translations(language)
        self._formats = Formats(language, now=now)

    def write(self, lines: Sequence[Line], news: Sequence[AlertPart], stops: Stops) -> Words:
        items = [line for line in lines if line.news in _HEADS]
        parts: list[Section | Said] = [
            self._section(news_of, found)
            for news_of in _HEADS
            if (found := [line for line in items if line.news is news_of])
        ]
        if any(line.due_at is not None for line in items):
            parts.append(Said(self._say(_RENEW), self._page("/loans/renewals")))
        if items:
            parts.append(Said(self._say(_LOOK), self._loans(items)))
        parts += [self._of_card(line) for line in lines if line.news in _OF_CARDS]
        alerts = AlertWords(self._house, self._language)
        parts += alerts.sections(news)
        which = Said(self._say(_WHICH), self._page("/account/reminders"))
        foot = [which, Said(self._say(_NO_MORE), stops.reminders)]
        foot += alerts.foot(stops.alerts) if news else []
        counted = alerts.counted(news) if news else ""
        subject = ", ".join(filter(None, (self._subject(items, bool(lines)), counted)))
        form = Form(self._language, subject, self._say(_HELLO), parts, foot, self._say(_SIGNATURE))
        return Words(subject, as_text(form), as_html(form))

    def _subject(self, items: Sequence[Line], of_cards: bool) -> str:
        counts = [
            self._counted(news, count)
            for news in _HEADS
            if (count := sum(line.news is news for line in items))
        ]
        return ", ".join(counts) or (self._say(_CARD_SUBJECT) if of_cards else "")

    def _counted(self, news: News, count: int) -> str:
        ngettext = self._words.ngettext
        match news:
            case News.OVERDUE:
                text = ngettext("%(count)s loan overdue", "%(count)s loans overdue", count)
            case News.NOT_RENEWABLE:
                text = ngettext("%(count)s loan can’t be renewed", "%(count)s loans can’t be renewed", count)
            case News.DUE_SOON:
                text = ngettext("%(count)s loan due soon", "%(count)s loans due soon", count)
            case _:
                text = ngettext("%(count)s hold ready", "%(count)s holds ready", count)
        return text % {"count": count}

    def _section(self, news: News, lines: Sequence[Line]) -> Section:
        return Section(f"{self._say(_HEADS[news])} ({len(lines)})", tuple(self._told(news, lines)))

    def _told(self, news: News, lines: Sequence[Line]) -> Iterator[Entry]:
        ordered = sorted(lines, key=_when)
        for line in ordered:
            if line.title is not None:
                title = one_line(line.title) or self._say(_NO_TITLE)
                yield Entry(title, (self._when(line), self._card(line)))
        counted = sorted(
            (line for line in ordered if line.title is None),
            key=lambda line: (line.card.position, line.pickup or ""),
        )
        for _key, same in groupby(counted, key=lambda line: (line.card.position, line.pickup)):
            yield self._count(news, list(same))

    def _count(self, news: News, lines: Sequence[Line]) -> Entry:
        """Of somebody else's card: how many, and the first day (checklist A1)."""
        ngettext = self._words.ngettext
        if news is News.READY:
            text = ngettext("%(count)s hold", "%(count)s holds", len(lines))
        else:
            text = ngettext("%(count)s loan", "%(count)s loans", len(lines))
        count = text % {"count": len(lines)}
        when = self._when(min(lines, key=_when))
        if len(lines) > 1 and when:
            when = self._say(_("the first: %(when)s")) % {"when": when}
        return Entry(count, (when, self._card(lines[0])))

    def _when(self, line: Line) -> str:
        if line.due_at is not None:
            return self._say(_("due %(day)s")) % {"day": self._formats.due_date(line.due_at)}
        told = []
        if line.pickup:
            told.append(self._say(_("at %(place)s")) % {"place": one_line(line.pickup)})
        if line.until:
            told.append(self._say(_("until %(day)s")) % {"day": self._formats.weekday(line.until)})
        return ", ".join(told) or self._say(_("ask the library where and until when"))

    def _of_card(self, line: Line) -> Said:
        sentence = self._say(_OF_CARDS[line.news])
        told = sentence % {"card": one_line(line.card.label), "library": self._library(line)}
        if line.news is News.GONE:
            return Said(told)
        page = f"/loans?card={line.card.id}" if line.news is News.UNASKED else f"/cards/{line.card.id}"
        return Said(told, self._page(page))

    def _card(self, line: Line) -> str:
        library = self._library(line)
        label = one_line(line.card.label)
        return label if label == library else f"{label}, {library}"

    def _library(self, line: Line) -> str:
        settings = self._house.libraries.get(line.card.library)
        return settings.title(self._language) if settings else line.card.library

    def _loans(self, items: Sequence[Line]) -> str:
        cards = {line.card.id for line in items}
        page = "/holds" if all(line.due_at is None for line in items) else "/loans"
        return self._page(f"{page}?card={cards.pop()}" if len(cards) == 1 else page)

    def _page(self, path: str) -> str:
        return f"{self._house.settings.public_url}{path}"

    @property
    def _say(self) -> Callable[[str], str]:
        return self._words.gettext


def _when(line: Line) -> tuple[bool, float]:
    """By day; what has none comes last."""
    if line.due_at is not None:
        return False, line.due_at.timestamp()
    if line.until is not None:
        return False, float(line.until.toordinal())
    return True, 0.0
