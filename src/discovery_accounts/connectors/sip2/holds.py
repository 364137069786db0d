"""Holds at a SIP2 library: two lists, and one message to place and to cancel."""

from datetime import datetime, time
from functools import partial

from discovery_accounts.connectors.api import (
    Hold,
    HoldChange,
    HoldChanged,
    HoldKept,
    HoldOptions,
    HoldPlaced,
    HoldTarget,
    LibraryError,
    NewHold,
    NoSuchHold,
    NotAPatron,
    NotHoldable,
    Placing,
    UnexpectedAnswer,
)
from discovery_accounts.connectors.parallel import together
from discovery_accounts.connectors.sip2 import fields as f
from discovery_accounts.connectors.sip2.asking import Desk
from discovery_accounts.connectors.sip2.loans import MOST_TITLES, read_line, tidy
from discovery_accounts.connectors.sip2.message import Answer
from discovery_accounts.connectors.sip2.reasons import refused_hold
from discovery_accounts.connectors.sip2.settings import Sip2Settings
from discovery_accounts.domain.holds import HoldReason, HoldState

ANY_COPY, THIS_COPY = "2", "3"


class Holds:
    """Reads, places and cancels holds. The id of a hold is the barcode that the lists have for it."""

    def __init__(self, desk: Desk, settings: Sip2Settings) -> None:
        self._desk = desk
        self._settings = settings

    async def all(self, patron_id: str) -> tuple[Hold, ...] | NotAPatron:
        """Every hold, those that can be fetched first. Two calls, and one for each of the first titles."""
        states = await self._states(patron_id)
        if isinstance(states, NotAPatron):
            return states
        untold = [code for code, (_, title) in states.items() if not title][:MOST_TITLES]
        found = dict(
            zip(untold, await together([partial(self._title, code) for code in untold]), strict=True)
        )
        return tuple(
            Hold(code, tidy(title or found.get(code)), state, item_id=code)
            for code, (state, title) in states.items()
        )

    async def options(self, patron_id: str, target: HoldTarget) -> HoldOptions | NotHoldable | NotAPatron:
        """The places of the settings; the server can't be asked whether it would take the hold."""
        if isinstance(record := await self._desk.record(patron_id), NotAPatron):
            return record
        because = self._hindrance(target)
        if because is not None:
            return NotHoldable(because)
        title = await self._title(target.item_id) if target.item_id else None
        return HoldOptions(target, self._settings.pickups, title=tidy(title), takes_date=True)

    async def place(self, patron_id: str, hold: NewHold) -> Placing:
        """Two calls: who it is, and the hold, sent once."""
        because = self._hindrance(hold.target)
        if because is None and hold.pickup not in {place.location_id for place in self._settings.pickups}:
            because = HoldReason.PICKUP_NOT_ALLOWED
        if because is not None:
            return NotHoldable(because)
        record = await self._desk.record(patron_id)
        if isinstance(record, NotAPatron):
            return record
        answer = await self._desk.act("15", {"mode": "+"}, _numbers(patron_id, record), self._told(hold))
        if _accepted(answer):
            return HoldPlaced(answer.only(f.ITEM))
        return NotHoldable(refused_hold(answer.all(f.MESSAGE)))

    async def cancel(self, patron_id: str, hold_id: str) -> HoldChange:
        """Of what is in none of the patron's lists nothing is sent."""
        states = await self._states(patron_id)
        if isinstance(states, NotAPatron) or hold_id not in states:
            return NoSuchHold(hold_id)
        record = await self._desk.record(patron_id)
        if isinstance(record, NotAPatron):
            return NoSuchHold(hold_id)
        told = ((f.ITEM, hold_id),)
        answer = await self._desk.act("15", {"mode": "-"}, _numbers(patron_id, record), told)
        if (answer.only(f.ITEM) or hold_id) != hold_id:
            raise UnexpectedAnswer("a cancellation answered for another item")
        if _accepted(answer):
            return HoldChanged(hold_id)
        return HoldKept(hold_id, refused_hold(answer.all(f.MESSAGE)))

    async def _states(self, patron_id: str) -> dict[str, tuple[HoldState, str | None]] | NotAPatron:
        """How far each hold is, and its title where the list tells it. What is in both lists waits still:
        some servers have every hold in the first."""
        lists = await together([partial(self._desk.lines, patron_id, which) for which in _LISTS])
        found: dict[str, tuple[HoldState, str | None]] = {}
        for state, texts in zip(_LISTS.values(), lists, strict=True):
            if isinstance(texts, NotAPatron):
                return texts
            for line in (read_line(text, self._settings) for text in texts):
                found[str(line["item"])] = (state, line["title"])
        return found

    async def _title(self, barcode: str) -> str | None:
        try:
            return (await self._desk.item(barcode)).first(f.TITLE)
        except LibraryError:
            return None  # a hold without a title is better than none

    def _hindrance(self, target: HoldTarget) -> HoldReason | None:
        if not self._desk.sendable(target.record_id if target.item_id is None else target.item_id):
            return HoldReason.NO_SUCH_RECORD
        if target.item_id is None and not self._settings.dialect.record_holds:
            return HoldReason.ITEM_NOT_CHOSEN
        return None

    def _told(self, hold: NewHold) -> tuple[tuple[str, str], ...]:
        told = [(f.PICKUP, hold.pickup)]
        if hold.wanted_until is not None:
            last = datetime.combine(hold.wanted_until, time(23, 59, 59), self._settings.timezone)
            told.insert(0, (f.WANTED_UNTIL, self._desk.stamp(last)))
        if hold.target.item_id is not None:
            return (*told, (f.HOLD_TYPE, THIS_COPY), (f.ITEM, hold.target.item_id))
        return (*told, (f.HOLD_TYPE, ANY_COPY), (f.TITLE, hold.target.record_id))


_LISTS = {f.READY_HOLDS: HoldState.READY, f.WAITING_HOLDS: HoldState.WAITING}


def _numbers(patron_id: str, record: Answer) -> tuple[str, ...]:
    return (patron_id, record.needed(f.PATRON))


def _accepted(answer: Answer) -> bool:
    if answer.fixed["ok"] not in ("0", "1"):
        raise UnexpectedAnswer("a hold answered neither yes nor no")
    return answer.fixed["ok"] == "1"
