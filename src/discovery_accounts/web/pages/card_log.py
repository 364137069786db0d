"""``/cards/{id}/log``: who looked at a card and who acted, for its holder, by day."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from babel.lists import format_list
from pyramid.response import Response

from discovery_accounts.locale.catalogues import translations
from discovery_accounts.services import events
from discovery_accounts.services.card_log import CardLog, CardLogs, Entry, Person
from discovery_accounts.services.card_log_words import By
from discovery_accounts.services.problems import Code
from discovery_accounts.web import log_words as words_of
from discovery_accounts.web.pages.views import library_title, plain_card
from discovery_accounts.web.places import read_place, write_place
from discovery_accounts.web.visit import Visit
from discovery_accounts.web.words import Words

CHOICES = (By.STAFF, By.LIBRARY, By.GONE)
"""Beside people, whose doings can be looked at alone."""


@dataclass(frozen=True, slots=True)
class LogLine:
    """``kind`` is ``looked``, ``acted`` or ``refused``; ``at`` has the library's zone."""

    at: datetime
    who: str
    mine: bool
    text: str
    more: tuple[str, ...]
    kind: str


@dataclass(frozen=True, slots=True)
class LogDay:
    day: date
    lines: tuple[LogLine, ...]


@dataclass(frozen=True, slots=True)
class LogChoice:
    """Somebody whose doings can be looked at alone; ``code`` is what the address says."""

    code: str
    name: str
    chosen: bool


def show(visit: Visit) -> Response:
    log = asked_log(visit)
    asked = visit.request.GET.get("who", "")
    by, link = asked_who(asked)
    say = Saying(visit)
    zone = visit.zone_of(log.card.library)
    lines = [say.line(entry, entry.at.astimezone(zone)) for entry in log.entries]
    visit.about = (log.card.library,)
    return visit.render(
        "card_log.html",
        section="cards",
        card=plain_card(visit, log.card),
        days=tuple(LogDay(day, tuple(some)) for day, some in groupby(lines, lambda line: line.at.date())),
        choices=say.choices(log.people, str(link) if link else by),
        who=asked if by or link else "",
        older=write_place(log.next),
    )


def asked_log(visit: Visit) -> CardLog:
    """The part of the log that is asked for: ``?who=`` a link's id, or a kind of somebody; ``?after=`` goes on from
    a place."""
    by, link = asked_who(visit.request.GET.get("who", ""))
    after = read_place(visit.request.GET.get("after", ""))
    card_id = visit.path_id("card", Code.NO_SUCH_CARD)
    return CardLogs(visit.house).read(visit.signed_in, card_id, after=after, by=by, link=link)


def asked_who(text: str) -> tuple[By | None, uuid.UUID | None]:
    """Whose doings are asked for; what can't be read is everybody's."""
    if text in set(CHOICES):
        return By(text), None
    try:
        return None, uuid.UUID(text)
    except ValueError:
        return None, None


class Saying:
    """Says entries of a log in the reader's language."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        found = translations(visit.language)
        self._say, self._ngettext = found.gettext, found.ngettext
        self._words = Words(visit.language)

    def line(self, entry: Entry, at: datetime) -> LogLine:
        return LogLine(
            at, self.who(entry), self.is_mine(entry), self.what(entry), self._more(entry), _kind(entry)
        )

    def who(self, entry: Entry) -> str:
        if entry.by is By.ACCOUNT and entry.who is not None:
            return self.name(entry.who)
        return self._say(words_of.WHO[entry.by])

    def name(self, person: Person) -> str:
        """What somebody is called: you, the name they chose, or how they sign in."""
        if person.mine:
            return self._say(words_of.WHO["me"])
        if person.name:
            return person.name
        if person.library is None:
            return self._say(words_of.NAMELESS)
        return self._say(words_of.SIGNS_IN_BY) % {"library": library_title(self._visit, person.library)}

    def choices(self, people: tuple[Person, ...], chosen: str | None) -> tuple[LogChoice, ...]:
        named = [(str(one.link), self.name(one)) for one in people if one.link]
        named += [(by.value, self._say(words_of.WHO[by])) for by in CHOICES]
        return tuple(LogChoice(code, name, code == chosen) for code, name in named)

    @staticmethod
    def is_mine(entry: Entry) -> bool:
        return entry.by is By.LETTER or (entry.who is not None and entry.who.mine)

    def what(self, entry: Entry) -> str:
        if entry.what == events.LINK_LOOKED:
            things = [self._say(words_of.SEEN[word]) for word in entry.scopes if word in words_of.SEEN]
            listed = format_list(things, locale=self._visit.language)
            return self._say(words_of.LOOKED_AT) % {"things": listed}
        if entry.what == events.LOANS_RENEWED and entry.count:
            ngettext = self._ngettext
            text = ngettext("Renewed %(count)s loan", "Renewed %(count)s loans", entry.count)
            return text % {"count": entry.count}
        if entry.what == events.LOANS_RENEWED:
            return self._say(words_of.TRIED_TO_RENEW)
        if entry.what == events.LINKED and entry.outcome == "pending":
            return self._say(words_of.ASKED_TO_ADD)
        if entry.whose is not None and entry.what in words_of.DONE_TO:
            return self._say(words_of.DONE_TO[entry.what]) % {"name": self.name(entry.whose)}
        return self._say(words_of.DONE[entry.what])

    def _more(self, entry: Entry) -> tuple[str, ...]:
        found = []
        if entry.by_itself:
            found.append(self._say(words_of.BY_ITSELF))
        if entry.what in {events.LINK_APPROVED, events.LINK_CHANGED, events.INVITED} and entry.scopes:
            scopes = ", ".join(self._words.scope(scope) for scope in entry.scopes)
            found.append(self._say(words_of.NOW_MAY) % {"scopes": scopes})
        if entry.silent:
            found.append(self._say(words_of.NOT_TOLD))
        if entry.what in words_of.ACTS and entry.outcome not in words_of.WENT_WELL:
            text = words_of.NOT_ANSWERED if entry.outcome == "not_answered" else words_of.NOT_DONE
            found.append(self._say(text))
        if entry.what == events.STAFF_LOOKED and (reason := self._words.look_reason(entry.outcome)):
            found.append(self._say("Reason: %(reason)s") % {"reason": reason})
        return tuple(found)


def _kind(entry: Entry) -> str:
    if entry.what in {events.LINK_LOOKED, events.STAFF_LOOKED, events.BARCODE_SHOWN}:
        return "looked"
    if entry.what in {events.PIN_REFUSED, events.LINK_REFUSED, events.PIN_CHANGED, events.CARD_GONE}:
        return "refused"
    return "acted"
