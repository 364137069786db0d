"""Renewing loans: one, several or all, with a result for each, never all or nothing."""

import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from discovery_accounts.connectors.api import (
    Capability,
    LibraryError,
    NoSuchLoan,
    NotRenewed,
    Renewal,
    Renewed,
)
from discovery_accounts.connectors.gateway import RenewRequest, Want
from discovery_accounts.domain.access import Action, Verdict, authorize
from discovery_accounts.domain.actor import Actor
from discovery_accounts.domain.native_id import read_native_id, write_native_id
from discovery_accounts.services import answers, events
from discovery_accounts.services.account_cards import AccountCard
from discovery_accounts.services.admission import Admission, Admitted
from discovery_accounts.services.house import House
from discovery_accounts.services.lists import require_own
from discovery_accounts.services.problems import Code
from discovery_accounts.services.retention import activity

RENEWED = "renewed"
NOT_ANSWERED = "not_answered"
NO_SUCH_LOAN = "no_such_loan"
NOT_SUPPORTED = "not_supported"
LIBRARY_UNAVAILABLE = "library_unavailable"

MAX_LOANS = 500
"""How many loans one request may name; more is a fault of the caller."""


@dataclass(frozen=True, slots=True)
class RenewalResult:
    """What came of one loan. ``code`` is ``renewed`` or the reason; ``loan`` is the id as it was asked."""

    loan: str
    renewed: bool
    code: str
    due_at: datetime | None = None
    card: AccountCard | None = None
    title: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class AllRenewed:
    """``left_out`` are cards of which no loan could be tried or named, each with the reason."""

    results: tuple[RenewalResult, ...]
    left_out: tuple[tuple[AccountCard, Code], ...]


class Renewals:
    def __init__(self, house: House) -> None:
        self._house = house

    def renew(self, actor: Actor, loan_ids: Sequence[str]) -> tuple[RenewalResult, ...]:
        """Renew these loans; one result for each, in the order asked, each id once."""
        asked = list(dict.fromkeys(loan_ids))
        parsed = {loan_id: read_native_id(loan_id) for loan_id in asked}
        by_card: dict[uuid.UUID, list[str]] = {}
        for found in parsed.values():
            if found is not None:
                by_card.setdefault(found[0], []).append(found[1])
        admitted = Admission(self._house).admit(actor, set(by_card), Action.RENEW)
        results = self._ask(actor, admitted, by_card)
        outcome = []
        for loan_id in asked:
            found = parsed[loan_id]
            key = None if found is None else write_native_id(*found)
            result = results.get(key) if key else None
            if result is None:
                result = RenewalResult(loan_id, False, self._why_not(admitted, found))
            outcome.append(result)
        return tuple(outcome)

    def renew_all(self, actor: Actor, *, only: Collection[uuid.UUID] | None = None) -> AllRenewed:
        """Renew everything that can be renewed on all cards of the account, or on those in ``only``.

        Loans that were shown last, but whose card or library says no now, have a result too. Raises ``Problem``
        ``no_such_card`` when a card in ``only`` is not the account's.
        """
        if only is not None:
            require_own(self._house, actor, only)
        admitted = Admission(self._house).admit(actor, only, Action.RENEW)
        done = tuple(self._ask(actor, admitted, None).values())
        results = done + tuple(self._refused(admitted))
        told = {result.card.id for result in results if result.card is not None}
        silent = [card for card in admitted.others.values() if card.id not in told]
        return AllRenewed(results, tuple((card, admitted.refused[card.id]) for card in silent))

    def _refused(self, admitted: Admitted) -> Iterator[RenewalResult]:
        now = self._house.now()
        shown = [
            card
            for card in admitted.others.values()
            if authorize(card.access, Action.SEE_LOANS, now) is Verdict.ALLOWED
        ]
        titles = self._titles(shown)
        for card in shown:
            code = admitted.refused[card.id].value
            for native, title in titles.get(card.link_id, {}).items():
                yield RenewalResult(write_native_id(card.id, native), False, code, None, card, title)

    def _ask(
        self, actor: Actor, admitted: Admitted, by_card: Mapping[uuid.UUID, Sequence[str]] | None
    ) -> dict[str, RenewalResult]:
        able = [
            card
            for card in admitted.cards.values()
            if Capability.RENEW_LOANS in self._house.gateway.capabilities(card.library)
            and (by_card is None or by_card.get(card.id))
        ]
        requests = [
            RenewRequest(
                card.link_id,
                card.library,
                card.patron_id,
                None if by_card is None else tuple(by_card[card.id]),
            )
            for card in able
        ]
        if not requests:
            return {}
        titles = self._titles(able)
        found = self._house.gateway.renew(requests, deadline=self._house.settings.act_deadline)
        results: dict[str, RenewalResult] = {}
        for card in able:
            answer = found[card.link_id]
            events.report_if_wrong_patron(self._house, answer, library=card.library, card_id=card.id)
            known = titles.get(card.link_id, {})
            natives = tuple(known) if by_card is None else by_card[card.id]
            for result in _results(card, answer, natives, known):
                results[result.loan] = result
        self._write_down(actor, able, results)
        return results

    def _titles(self, cards: Sequence[AccountCard]) -> dict[uuid.UUID, dict[str, str | None]]:
        """Titles as the page showed them; the library's answer to a renewal has none."""
        keys = {card.link_id: card.answer_key for card in cards}
        kept = answers.find(self._house, keys, {Want.LOANS})
        return {
            link_id: {loan.loan_id: loan.title for loan in found[Want.LOANS].records}
            for link_id, found in kept.items()
        }

    def _write_down(
        self, actor: Actor, cards: Sequence[AccountCard], results: Mapping[str, RenewalResult]
    ) -> None:
        """What was kept of these loans may have old dates now: no process may show it again. Where
        the library was not reached at all, it is still the last good answer."""
        of = {card.link_id: [one for one in results.values() if one.card is card] for card in cards}
        touched = [link for link, mine in of.items() if {one.code for one in mine} != {LIBRARY_UNAVAILABLE}]
        answers.forget(self._house, touched)
        with self._house.database.writing() as session:
            answers.renew_keys(session, self._house, touched)
            for card in cards:
                mine = of[card.link_id]
                if any(one.renewed for one in mine):
                    activity.note(session, {(card.id, activity.Use.LOAN): self._house.now()})
                events.record(
                    session,
                    events.LOANS_RENEWED,
                    self._house.now(),
                    library=card.library,
                    account_id=actor.account_id,
                    card_id=card.id,
                    asked=len(mine),
                    renewed=sum(result.renewed for result in mine),
                )

    def _why_not(self, admitted: Admitted, found: tuple[uuid.UUID, str] | None) -> str:
        if found is None:
            return NO_SUCH_LOAN
        card_id = found[0]
        if card_id in admitted.cards:
            return NOT_SUPPORTED
        code = admitted.refused[card_id].value
        return NO_SUCH_LOAN if code == "no_such_card" else code


def _results(
    card: AccountCard,
    answer: tuple[Renewal, ...] | LibraryError,
    asked: Sequence[str],
    titles: Mapping[str, str | None],
) -> list[RenewalResult]:
    if isinstance(answer, LibraryError):
        code = NOT_ANSWERED if answer.sent else LIBRARY_UNAVAILABLE
        return [
            RenewalResult(write_native_id(card.id, native), False, code, None, card, titles.get(native))
            for native in asked
        ]
    return [_result(card, renewal, titles.get(renewal.loan_id)) for renewal in answer]


def _result(card: AccountCard, renewal: Renewal, title: str | None) -> RenewalResult:
    loan = write_native_id(card.id, renewal.loan_id)
    match renewal:
        case Renewed(due_at=due_at):
            return RenewalResult(loan, True, RENEWED, due_at, card, title)
        case NotRenewed(because=because):
            return RenewalResult(loan, False, because, None, card, title)
        case NoSuchLoan():
            return RenewalResult(loan, False, NO_SUCH_LOAN, None, card, title)
        case _:
            return RenewalResult(loan, False, NOT_ANSWERED, None, card, title)
