"""Questions about one patron, and whether the answer is about them (checklist P9)."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from discovery_accounts.connectors.api import (
    Incomplete,
    LibraryError,
    NotAPatron,
    UnexpectedAnswer,
    WrongPatron,
)
from discovery_accounts.connectors.sip2 import fields as f
from discovery_accounts.connectors.sip2.message import Answer, Question, can_be_sent
from discovery_accounts.connectors.sip2.pool import Pool
from discovery_accounts.connectors.sip2.settings import Sip2Settings
from discovery_accounts.connectors.sip2.wire import stamp

LANGUAGE = "000"  # none in particular; texts are the library's own
NO_SUMMARY = " " * 10

Told = tuple[tuple[str, str], ...]


class Desk:
    """Asks about people and things. ``now`` gives the time that goes into questions."""

    def __init__(
        self, pool: Pool, settings: Sip2Settings, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._pool = pool
        self._settings = settings
        self._now = now

    def stamp(self, moment: datetime | None = None) -> str:
        """A moment, or now, as SIP2 writes it: in the library's own zone."""
        return stamp((moment or self._now()).astimezone(self._settings.timezone))

    def sendable(self, *values: str) -> bool:
        """Whether all of them could travel as exactly themselves, and are something."""
        return all(value.strip() and can_be_sent(value, self._settings.dialect.encoding) for value in values)

    async def person(self, number: str, pin: str | None = None, *, status_only: bool = False) -> Answer:
        """What the server says of whoever has that number; with ``pin``, also whether it is theirs.

        The answer is for that number, or for nobody. Raises ``WrongPatron``.
        """
        told: Told = () if pin is None else ((f.PIN, pin),)
        kind = "23" if status_only else "63"
        fixed = {"language": LANGUAGE, "date": self.stamp(), "summary": NO_SUMMARY}
        if status_only:
            del fixed["summary"]
        return await self._about(number, Question(kind, fixed, told, sent_once=pin is not None))

    async def lines(self, patron_id: str, which: str) -> tuple[str, ...] | NotAPatron:
        """Every line of one of the patron's lists, a page at a time. Raises ``Incomplete`` rather than
        give a list that lacks a line."""
        found: list[str] = []
        size = self._settings.dialect.page
        while True:
            answer = await self.page(patron_id, which, len(found) + 1, len(found) + size)
            if isinstance(answer, NotAPatron):
                return answer
            lines, total = answer.all(which), answer.count(f.COUNTS[which])
            if total is None:  # the server does not count: what it gives is all, if it is less than was asked
                if len(lines) >= size:
                    raise UnexpectedAnswer("a long list, and the server does not say how long")
                return tuple(lines)
            found += lines
            if len(found) >= total:
                return tuple(found)
            if not lines or set(lines) <= set(found[: -len(lines)]):
                raise Incomplete(f"{len(found)} listed of {total} announced")

    async def page(self, patron_id: str, which: str, first: int, last: int) -> Answer | NotAPatron:
        """The patron's record with some lines of one list."""
        if not self.sendable(patron_id):
            return NotAPatron()
        place = f.SUMMARY[which]
        summary = "".join("Y" if number == place else " " for number in range(10))
        fixed = {"language": LANGUAGE, "date": self.stamp(), "summary": summary}
        told = ((f.FIRST, str(first)), (f.LAST, str(last)))
        answer = await self._about(patron_id, Question("63", fixed, told), self._settings.patron_id_field)
        return answer if is_patron(answer) else NotAPatron()

    async def record(self, patron_id: str, *, optional: bool = False) -> Answer | NotAPatron:
        """The patron's record without lists."""
        if not self.sendable(patron_id):
            return NotAPatron()
        fixed = {"language": LANGUAGE, "date": self.stamp(), "summary": NO_SUMMARY}
        question = Question("63", fixed, optional=optional)
        answer = await self._about(patron_id, question, self._settings.patron_id_field)
        return answer if is_patron(answer) else NotAPatron()

    async def act(self, kind: str, fixed: Mapping[str, str], numbers: tuple[str, ...], told: Told) -> Answer:
        """Something that changes what the library knows, sent once, for the patron with those numbers: the
        first is sent, any may be in the answer. Raises ``WrongPatron``."""
        question = Question(kind, {"date": self.stamp(), **fixed}, told, sent_once=True)
        answer = await self._pool.ask(self._of(question, numbers[0]))
        if not _same(answer.needed(f.PATRON), *numbers):
            raise WrongPatron("an act answered for somebody else")
        return answer

    async def item(self, barcode: str, *, optional: bool = True) -> Answer:
        """What the server says of one item (18). Raises ``UnexpectedAnswer``."""
        told = ((f.ITEM, barcode), self._terminal())
        answer = await self._pool.ask(Question("17", {"date": self.stamp()}, told, optional=optional))
        if not _same(answer.needed(f.ITEM), barcode):
            raise UnexpectedAnswer("an answer about another item")
        return answer

    async def _about(self, number: str, question: Question, by: str = f.PATRON) -> Answer:
        answer = await self._pool.ask(self._of(question, number))
        told = answer.only(by)
        if told is None and answer.flag(f.VALID_PATRON) is False:
            return answer  # nobody, by no number
        if told is None:
            raise UnexpectedAnswer(f"message {answer.kind} lacks field {by}")
        if not _same(told, number):
            # Where the id is in a field of its own, who is unknown has only the number that was asked.
            unknown = answer.flag(f.VALID_PATRON) is False and _same(answer.needed(f.PATRON), number)
            if not unknown:
                raise WrongPatron("an answer about somebody else than was asked")
        return answer

    def _of(self, question: Question, number: str) -> Question:
        if not self.sendable(number):
            raise LibraryError("a number that can't be written in a SIP2 message", sent=False)
        told = ((f.PATRON, number), self._terminal(), *question.fields)
        return Question(question.kind, question.fixed, told, question.sent_once, question.optional)

    def _terminal(self) -> tuple[str, str]:
        password = self._settings.terminal_password
        return (f.TERMINAL_PASSWORD, password.reveal() if password else "")


def is_patron(answer: Answer) -> bool:
    """Whether the server knows the patron. Raises ``UnexpectedAnswer`` when it does not say."""
    valid = answer.flag(f.VALID_PATRON)
    if valid is None:
        raise UnexpectedAnswer(f"message {answer.kind} does not say whether there is such a patron (BL)")
    return valid


def _same(told: str, *numbers: str) -> bool:
    """Whether a number in an answer is one of those asked by; capitals of A to Z make no difference."""
    return any(
        told.isascii() and number.isascii() and told.lower() == number.lower() for number in numbers
    ) or (told in numbers)
