"""One act at one library for one card: asked once, written down, and honest when no answer came.

What was sent and not answered may have been done. Then nothing kept is shown again, the caller looks at the
library's list to learn what became of it, and nobody sends the act a second time.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from discovery_accounts.connectors.api import LibraryError, RateLimited, Refused, Unsupported
from discovery_accounts.domain.actor import Actor
from discovery_accounts.services import answers, events
from discovery_accounts.services.account_cards import AccountCard
from discovery_accounts.services.house import House
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.retention import activity

P = TypeVar("P")
T = TypeVar("T")

NOT_ANSWERED = "not_answered"
"""The library did not answer, and nothing shows that the act was done: it may be done yet."""

_USES = frozenset({events.HOLD_PLACED, events.HOLD_CHANGED, events.HOLD_CANCELLED})
_SURELY_UNDONE = (Refused, RateLimited)


@dataclass(frozen=True, slots=True)
class NotAnswered:
    """The act was sent and may have been done."""


def is_undone(error: LibraryError) -> bool:
    """Whether an act that failed so was certainly not done."""
    return not error.sent or isinstance(error, _SURELY_UNDONE)


class Acts:
    """``able`` is always a Protocol of ``connectors.api``, ``call`` what to ask of a connector that has it."""

    def __init__(self, house: House) -> None:
        self._house = house

    def ask(self, card: AccountCard, able: type[P], call: Callable[[P], Awaitable[T]]) -> T:
        """A reading, within the time of a page. Raises ``Problem``: ``not_supported``, ``library_unavailable``."""
        try:
            return self._house.gateway.ask(
                card.library, able, call, deadline=self._house.settings.page_deadline
            )
        except LibraryError as error:
            raise self._problem(card, error) from None

    def act(
        self,
        actor: Actor,
        card: AccountCard,
        able: type[P],
        call: Callable[[P], Awaitable[T]],
        *,
        word: str,
        says: Callable[[T], str],
    ) -> T | NotAnswered:
        """The library's answer. Written down as an event ``word`` with what ``says`` makes of the answer.

        Raises ``Problem`` where certainly nothing was done: ``not_supported``, ``library_unavailable``.
        """
        answer: T | NotAnswered
        try:
            answer = self._house.gateway.ask(
                card.library, able, call, deadline=self._house.settings.act_deadline
            )
            outcome = says(answer)
        except LibraryError as error:
            if is_undone(error):
                raise self._problem(card, error) from None
            events.report_if_wrong_patron(self._house, error, library=card.library, card_id=card.id)
            answer, outcome = NotAnswered(), NOT_ANSWERED
        self._write_down(actor, card, word, outcome)
        return answer

    def _problem(self, card: AccountCard, error: LibraryError) -> Problem:
        events.report_if_wrong_patron(self._house, error, library=card.library, card_id=card.id)
        return Problem(Code.NOT_SUPPORTED if isinstance(error, Unsupported) else Code.LIBRARY_UNAVAILABLE)

    def _write_down(self, actor: Actor, card: AccountCard, word: str, outcome: str) -> None:
        answers.forget(self._house, [card.link_id])
        with self._house.database.writing() as session:
            answers.renew_keys(session, self._house, [card.link_id])
            if word in _USES:
                activity.note(session, {(card.id, activity.Use.HOLD): self._house.now()})
            events.record(
                session,
                word,
                self._house.now(),
                library=card.library,
                account_id=actor.account_id,
                card_id=card.id,
                outcome=outcome,
            )
