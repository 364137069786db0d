"""Rules about linking, tried out on the links that there are: what they would do, and doing it.

Both read card by card, some hundreds at a time, so many links need hardly more room than few.
Doing is decided anew under the lock of the card, a batch is one transaction, and what was done needs no
doing again: a run that was broken off is simply begun anew.
"""

import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from discovery_accounts.config.settings import LibrarySettings
from discovery_accounts.domain.cards import EndedBy, LinkState
from discovery_accounts.domain.link_rules import Effect, LinkRules, OtherLink, by_card, effects, handover_by
from discovery_accounts.models import Account, LibraryCard, Link
from discovery_accounts.services import answers, events, notices
from discovery_accounts.services.house import House
from discovery_accounts.services.hurry import SEND_MAIL
from discovery_accounts.services.link_policy_outcome import TOUCHES, NotInForce, Outcome, rules_in_force
from discovery_accounts.services.link_states import not_over
from discovery_accounts.services.progress import Progress, untold
from discovery_accounts.services.row_locks import lock_links
from discovery_accounts.services.unlinking import end_links

CARDS = 250
"""How many cards are looked at together, and changed in one transaction."""


class LinkPolicy:
    def __init__(self, house: House) -> None:
        self._house = house

    def rules(
        self,
        library: str,
        *,
        linking: bool | None = None,
        approval: str | None = None,
        max_viewers: int | None = None,
        handover_age: int | None = None,
    ) -> LinkRules:
        """The given values alone, or where there are none all that are in force. Raises ``Problem``."""
        settings = self._house.library(library)
        given = LinkRules(settings.timezone, linking, approval, max_viewers, handover_age)
        return given if given != LinkRules(settings.timezone) else rules_in_force(settings)

    def total(self, library: str) -> int:
        """How many links to other people's cards of the library there are."""
        query = select(func.count()).select_from(Link).join(LibraryCard)
        with self._house.database.reading() as session:
            return session.scalar(query.where(*_of(library, self._house.now()))) or 0

    def count(self, library: str, rules: LinkRules) -> Outcome:
        """What the rules would do now. Raises ``Problem`` for an unknown library."""
        self._house.library(library)
        outcome = Outcome(library, rules)
        for found in self._batches(library):
            for links in by_card(found):
                outcome.see(links)
                for link, effect in effects(links, rules, self._house.now()):
                    outcome.note(link, effect)
        return outcome

    def apply(self, library: str, rules: LinkRules, *, tell: bool, progress: Progress = untold) -> Outcome:
        """Do it. ``progress`` counts the links that were looked at. Raises ``NotInForce``, ``Problem``."""
        _require_in_force(self._house.library(library), rules)
        outcome = Outcome(library, rules, applied=True)
        seen, total = 0, self.total(library)
        for found in self._batches(library):
            cards = []
            for links in by_card(found):
                outcome.see(links)
                if self._is_touched(links, rules):
                    cards.append(links[0].card_id)
            if cards:
                self._change(cards, outcome, tell=tell)
            seen += len(found)
            progress(seen, max(seen, total))
        self._write_down(outcome)
        if outcome.told:
            self._house.hurry.ask(SEND_MAIL)
        return outcome

    def _batches(self, library: str) -> Iterator[list[OtherLink]]:
        """The links of all cards of a library, some cards at a time, each card whole."""
        after: uuid.UUID | None = None
        while True:
            now = self._house.now()
            query = select(Link.card_id).join(LibraryCard).where(*_of(library, now))
            if after is not None:
                query = query.where(Link.card_id > after)
            query = query.distinct().order_by(Link.card_id).limit(CARDS)
            with self._house.database.reading() as session:
                cards = session.scalars(query).all()
                found = _read(session, _of(library, now), cards)
            if not cards:
                return
            yield found
            after = cards[-1]

    def _is_touched(self, links: Sequence[OtherLink], rules: LinkRules) -> bool:
        now = self._house.now()
        done = effects(links, rules, now)
        return handover_by(links[0], rules, now) != links[0].at or any(
            effect is not Effect.NONE for _link, effect in done
        )

    def _change(self, cards: Sequence[uuid.UUID], outcome: Outcome, *, tell: bool) -> None:
        """Everything that is to be done to the links of these cards, in one transaction."""
        house, now, where = self._house, self._house.now(), _of(outcome.library, self._house.now())
        done: dict[Effect, list[Link]] = {effect: [] for effect in Effect}
        with house.database.writing() as session:
            ids = select(Link.id).join(LibraryCard).where(*where, Link.card_id.in_(cards))
            lock_links(session, session.scalars(ids).all())
            rows = {link.id: link for link in session.scalars(select(Link).where(Link.id.in_(ids)))}
            for links in by_card(_read(session, where, cards)):
                for link, effect in effects(links, outcome.rules, now):
                    done[effect].append(rows[link.id])
                    outcome.note(link, effect)
                at = handover_by(links[0], outcome.rules, now)
                if at != links[0].at:
                    card = rows[links[0].id].card
                    card.hands_over_at, card.handover_age = at, outcome.rules.handover_age
            if done[Effect.ENDS]:
                end_links(session, house, done[Effect.ENDS], EndedBy.LIBRARY, rule="changed")
            for effect in (Effect.WAITS, Effect.HANDED_OVER):
                self._pause(session, done[effect], effect)
            if tell:
                outcome.told += self._tell(session, done)
        answers.forget(house, [link.id for effect in TOUCHES for link in done[effect]])

    def _tell(self, session: Session, done: Mapping[Effect, Sequence[Link]]) -> int:
        """Write to the owners of the links; how many letters that makes."""
        ended, waiting = done[Effect.ENDS], [*done[Effect.WAITS], *done[Effect.HANDED_OVER]]
        owners = {link.account_id for link in (*ended, *waiting)}
        held = session.scalars(select(Account).where(Account.id.in_(owners))).all()
        written = notices.rules_changed(session, self._house, ended, waiting)
        del held  # until here, so that none of them was read by itself
        return written

    def _pause(self, session: Session, links: Sequence[Link], effect: Effect) -> None:
        """From the end of the transaction on the links show nothing; a yes brings them back."""
        for link in links:
            if effect is Effect.WAITS:
                link.state = LinkState.PENDING.value
            link.answer_key = self._house.vault.new_data_key()
            events.record(
                session,
                events.LINK_PAUSED,
                self._house.now(),
                library=link.card.library,
                card_id=link.card_id,
                link=str(link.id),
                by=EndedBy.LIBRARY.value,
                rule=effect.value,
            )

    def _write_down(self, outcome: Outcome) -> None:
        did: dict[str, Any] = {effect.value: one.links for effect, one in outcome.by_effect.items()}
        with self._house.database.writing() as session:
            events.record(
                session,
                events.LINK_RULES_APPLIED,
                self._house.now(),
                library=outcome.library,
                told=outcome.told,
                **did,
                rules=outcome.rules.given(),
            )


def _require_in_force(library: LibrarySettings, rules: LinkRules) -> None:
    in_force = rules_in_force(library).given()
    others = tuple(name for name, value in rules.given().items() if value != in_force[name])
    if others:
        raise NotInForce(others)


def _of(library: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Conditions of links to other people's cards of a library that are not over."""
    return (LibraryCard.library == library, Link.holder.is_(False), *not_over(now))


def _read(
    session: Session, where: tuple[ColumnElement[bool], ...], cards: Collection[uuid.UUID]
) -> list[OtherLink]:
    """The links of these cards, card by card."""
    query = (
        select(
            Link.id,
            Link.account_id,
            Link.card_id,
            Link.state,
            Link.since,
            Link.confirmed_at,
            LibraryCard.hands_over_at,
            LibraryCard.handover_age,
        )
        .join(LibraryCard)
        .where(*where, Link.card_id.in_(cards))
        .order_by(Link.card_id)
    )
    return [OtherLink(row[0], row[1], row[2], LinkState(row[3]), *row[4:]) for row in session.execute(query)]
