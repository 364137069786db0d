"""From the system's words to the house's: each subject has one table, and unknown words are no guess."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from discovery_accounts.connectors.api import Hold, Loan, PatronRecord, UnexpectedAnswer
from discovery_accounts.connectors.people import standing_of
from discovery_accounts.domain.holds import HoldReason, HoldState
from discovery_accounts.domain.renewal import NotRenewable
from discovery_accounts.domain.standing import Block, BlockCode

_STATES = {"waiting": HoldState.WAITING, "ready": HoldState.READY}
_NOT_RENEWED = {
    "wanted": NotRenewable.ON_HOLD_FOR_ANOTHER,
    "too_often": NotRenewable.TOO_MANY_RENEWALS,
    "blocked": NotRenewable.CARD_BLOCKED,
}
_KEPT = {"ready": HoldReason.TOO_LATE}


def not_renewed(word: str) -> NotRenewable:
    """Why a loan was not renewed."""
    return _NOT_RENEWED.get(word, NotRenewable.LIBRARY_SAYS_NO)


def kept(word: str) -> HoldReason:
    """Why a hold was not cancelled."""
    return _KEPT.get(word, HoldReason.LIBRARY_SAYS_NO)


def read_patron(body: Mapping[str, Any], today: date) -> PatronRecord:
    """A record; whether the membership has ended is for the library's own day."""
    ends = _day(body, "until")
    restricted = [Block(BlockCode.RESTRICTED)] if body.get("blocked") is True else []
    standing, blocks = standing_of(restricted, ends is not None and ends < today)
    return PatronRecord(
        patron_id=_text(body, "patron"),
        card_number=_text(body, "number"),
        standing=standing,
        blocks=blocks,
        expires_on=ends,
        email=body.get("email"),
        family_name=body.get("name"),
    )


def read_loan(row: Mapping[str, Any], zone: ZoneInfo) -> Loan:
    """One row of the list of loans."""
    because = row.get("not_renewable")
    return Loan(
        loan_id=_text(row, "loan"),
        title=row.get("title"),
        due_at=read_moment(row, zone),
        renewable=because is None,
        not_renewable_because=None if because is None else not_renewed(str(because)),
    )


def read_hold(row: Mapping[str, Any]) -> Hold:
    """One row of the list of holds."""
    state = _STATES.get(_text(row, "state"))
    if state is None:
        raise UnexpectedAnswer("a hold of an unknown state")
    return Hold(_text(row, "hold"), row.get("title"), state, can_cancel=state is not HoldState.READY)


def read_moment(row: Mapping[str, Any], zone: ZoneInfo) -> datetime:
    """When it is due, in the library's own zone."""
    try:
        return datetime.fromisoformat(_text(row, "due")).astimezone(zone)
    except ValueError:
        raise UnexpectedAnswer("a date that is none") from None


def rows(body: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """A list of the answer; one that is missing is not an empty one."""
    found = body.get(name)
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise UnexpectedAnswer(f"no list of {name}")
    return found


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise UnexpectedAnswer(f"no {name}")
    return value


def _day(body: Mapping[str, Any], name: str) -> date | None:
    value = body.get(name)
    try:
        return None if value is None else date.fromisoformat(str(value))
    except ValueError:
        raise UnexpectedAnswer("a date that is none") from None
