"""What patrons suggest their library to buy: listed, and suggested once."""

import uuid
from dataclasses import dataclass, replace
from typing import Any

from discovery_accounts.config.settings import RateLimit
from discovery_accounts.connectors.api import (
    NewSuggestion,
    NotAPatron,
    NotSuggested,
    Suggested,
    Suggestion,
    TakesSuggestions,
)
from discovery_accounts.domain.access import Action
from discovery_accounts.domain.actor import Actor
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.labels import clean_label
from discovery_accounts.domain.suggestions import SuggestionReason, SuggestionState
from discovery_accounts.services import events
from discovery_accounts.services.account_cards import AccountCard
from discovery_accounts.services.acts import NOT_ANSWERED, Acts, NotAnswered
from discovery_accounts.services.house import House
from discovery_accounts.services.own_cards import CardPart, OwnCards
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.throttles import Throttles

SUGGESTED = "suggested"
MOST = {"title": 200, "author": 200, "publisher": 120, "isbn": 20, "note": 500}  # characters
YEARS = range(1400, 2101)

_ONCE = RateLimit(1, 10)
"""A form that is sent twice at the same moment reaches the library once."""
_OVER = {SuggestionState.REJECTED, SuggestionState.AVAILABLE}

List = tuple[Suggestion, ...]


@dataclass(frozen=True, slots=True)
class SuggestionResult:
    """``code`` is ``suggested``, a ``SuggestionReason``, or ``not_answered``; ``fields`` are those that the library
    misses."""

    card: AccountCard
    done: bool
    code: str
    suggestion_id: str | None = None
    fields: tuple[str, ...] = ()


class Suggestions:
    """All raise ``Problem`` with the reason why a card may not be used for that."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._own = OwnCards(house)
        self._acts = Acts(house)

    def read_all(self, actor: Actor) -> tuple[CardPart[List], ...]:
        """What was suggested with all of one's own cards; also with a blocked one."""
        return self._own.ask_all(
            actor,
            Action.SEE_OWN_DATA,
            TakesSuggestions,
            lambda one, patron_id: one.list_suggestions(patron_id),
        )

    def suggest(self, actor: Actor, card_id: uuid.UUID, new: NewSuggestion) -> SuggestionResult:
        """Suggest, sent once. What waits in the library's list already is not sent; without an answer the
        list tells whether it is there now. Raises ``BadShape`` too."""
        self._own.check(actor, card_id, Action.SUGGEST)
        new = clean_suggestion(new)
        card = self._own.admit(actor, card_id, Action.SUGGEST, TakesSuggestions)
        what = f"{actor.account_id}:{card.id}:{_plain(new.title)}:{_plain(new.author)}"
        Throttles(self._house).count_asking("suggestion", _ONCE, what)
        before = self._list(card)
        if any(_is_same(one, new) and one.state not in _OVER for one in before):
            return SuggestionResult(card, False, SuggestionReason.ALREADY_SUGGESTED)
        answer = self._acts.act(
            actor,
            card,
            TakesSuggestions,
            lambda one: one.suggest(card.patron_id, new),
            word=events.SUGGESTED,
            says=_code,
        )
        match answer:
            case NotAPatron():
                raise Problem(Code.NOT_A_PATRON)
            case NotSuggested(because=because, fields=fields):
                return SuggestionResult(card, False, because, fields=fields)
            case Suggested(suggestion_id=suggestion_id):
                return SuggestionResult(card, True, SUGGESTED, suggestion_id)
            case NotAnswered():
                return self._look(card, new, {one.suggestion_id for one in before})

    def _look(self, card: AccountCard, new: NewSuggestion, before: set[str]) -> SuggestionResult:
        try:
            now = self._list(card)
        except Problem:
            return SuggestionResult(card, False, NOT_ANSWERED)
        for one in now:
            if one.suggestion_id not in before and _is_same(one, new):
                return SuggestionResult(card, True, SUGGESTED, one.suggestion_id)
        return SuggestionResult(card, False, NOT_ANSWERED)

    def _list(self, card: AccountCard) -> List:
        found = self._acts.ask(card, TakesSuggestions, lambda one: one.list_suggestions(card.patron_id))
        if isinstance(found, NotAPatron):
            raise Problem(Code.NOT_A_PATRON)
        return found


def clean_suggestion(new: NewSuggestion) -> NewSuggestion:
    """What was typed, as single lines; empty is not told. Raises ``BadShape``."""
    told = {name: getattr(new, name) for name in MOST}
    cleaned: dict[str, Any] = {name: _clean(name, value) for name, value in told.items()}
    if not cleaned["title"]:
        raise BadShape("title", "missing")
    if new.year is not None and new.year not in YEARS:
        raise BadShape("year", "bad_characters")
    return replace(new, **cleaned)


def _clean(name: str, value: str | None) -> str | None:
    return clean_label(value, name, MOST[name]) if value and value.strip() else None


def _plain(text: str | None) -> str:
    return " ".join((text or "").casefold().split())


def _is_same(one: Suggestion, new: NewSuggestion) -> bool:
    """By title, and by author where both tell one."""
    if _plain(one.title) != _plain(new.title):
        return False
    return not one.author or not new.author or _plain(one.author) == _plain(new.author)


def _code(answer: Suggested | NotSuggested | NotAPatron) -> str:
    match answer:
        case Suggested():
            return SUGGESTED
        case NotSuggested(because=because):
            return because.value
        case NotAPatron():
            return Code.NOT_A_PATRON.value
