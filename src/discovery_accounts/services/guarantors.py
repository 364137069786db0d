"""Links of people who answer for a patron end when the library does not say so any more.

Only an answer ends a link: where the library does not tell, or does not answer, everything stays. That it does not
know who answers for the patron is an answer after a day; before it may be a mistake.
"""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from sqlalchemy import select

from discovery_accounts.connectors.api import Family, LibraryError, NotAPatron, ReadsFamilies
from discovery_accounts.domain.cards import EndedBy, LinkProof, LinkState
from discovery_accounts.models import LibraryCard, Link
from discovery_accounts.services import answers
from discovery_accounts.services.gone_cards import A_MISTAKE, mark_back, mark_gone
from discovery_accounts.services.house import House
from discovery_accounts.services.link_states import not_over
from discovery_accounts.services.row_locks import lock_card
from discovery_accounts.services.unlinking import end_link

_SIDE_BY_SIDE = 8


@dataclass(frozen=True, slots=True)
class GuarantorsChecked:
    """How many links stood, ended (in a dry run: would be asked about), and were kept without an answer."""

    stood: int = 0
    ended: int = 0
    kept: int = 0
    left: int = 0


@dataclass(frozen=True, slots=True)
class _Case:
    """A link, the patron it is about, and who that person is at the library themselves."""

    link_id: uuid.UUID
    card_id: uuid.UUID
    library: str
    patron_id: str = field(repr=False)
    guarantors: tuple[str, ...] = field(repr=False)


Answers = Mapping[tuple[str, str], frozenset[str] | None]
"""By library and guarantor the patrons they answer for; ``None`` where it was not told."""


class Guarantors:
    def __init__(self, house: House) -> None:
        self._house = house

    def check(self, limit: int, *, dry_run: bool = False) -> GuarantorsChecked:
        """Ask about at most ``limit`` links; with more of them another day's run begins with others."""
        cases = self._cases()
        now = cases[:limit] if len(cases) <= limit else self._turn(cases, limit)
        if dry_run:
            return GuarantorsChecked(left=len(cases))
        told = self._ask(now)
        counts = {"stood": 0, "ended": 0, "kept": 0}
        for case in now:
            counts[self._settle(case, told)] += 1
        return GuarantorsChecked(**counts, left=len(cases) - len(now))

    def _turn(self, cases: Sequence[_Case], limit: int) -> Sequence[_Case]:
        start = self._house.now().date().toordinal() * limit % len(cases)
        return [*cases[start:], *cases[:start]][:limit]

    def _cases(self) -> list[_Case]:
        """Every link of somebody who answers for the patron, and by which patrons that person is known."""
        columns = (Link.id, Link.account_id, Link.card_id, LibraryCard.library, LibraryCard.patron_id)
        query = select(*columns).join(LibraryCard, LibraryCard.id == Link.card_id)
        of_guarantors = query.where(
            Link.proof == LinkProof.GUARANTOR.value, Link.holder.is_(False), *not_over(self._house.now())
        )
        own: dict[tuple[uuid.UUID, str], list[str]] = defaultdict(list)
        with self._house.database.reading() as session:
            links = session.execute(of_guarantors.order_by(Link.id)).all()
            accounts = {link.account_id for link in links}
            # also cards that the person has removed from the account: the library knows them all the same
            for row in session.execute(query.where(Link.holder, Link.account_id.in_(accounts))):
                own[row.account_id, row.library].append(row.patron_id)
        return [
            _Case(row.id, row.card_id, row.library, row.patron_id, tuple(own[row.account_id, row.library]))
            for row in links
        ]

    def _ask(self, cases: Sequence[_Case]) -> Answers:
        asked = sorted({(case.library, patron_id) for case in cases for patron_id in case.guarantors})
        with ThreadPoolExecutor(_SIDE_BY_SIDE) as pool:
            return dict(zip(asked, pool.map(lambda one: self._guarantees(*one), asked), strict=True))

    def _guarantees(self, library: str, patron_id: str) -> frozenset[str] | None:
        deadline = self._house.settings.act_deadline
        try:
            found = self._house.gateway.ask(
                library, ReadsFamilies, lambda one: one.read_family(patron_id), deadline=deadline
            )
        except LibraryError:
            return None
        gone = isinstance(found, NotAPatron)
        if self._is_long_gone(library, patron_id, gone=gone):
            return frozenset()
        return None if isinstance(found, NotAPatron) else _ids(found)

    def _is_long_gone(self, library: str, patron_id: str, *, gone: bool) -> bool:
        """Note on the guarantor's own card whether the library knows them; whether it has not for long."""
        now = self._house.now()
        query = select(LibraryCard).where(LibraryCard.library == library, LibraryCard.patron_id == patron_id)
        with self._house.database.reading() as session:
            card = session.scalars(query).one()
            if not gone and card.gone_at is None:
                return False
        with self._house.database.writing() as session:
            lock_card(session, card.id)
            card = session.get_one(LibraryCard, card.id)
            if gone:
                mark_gone(session, self._house, card, ())
            else:
                mark_back(card, now)
            return card.gone_at is not None and now - card.gone_at > A_MISTAKE

    def _settle(self, case: _Case, told: Answers) -> str:
        answers_ = [told[case.library, patron_id] for patron_id in case.guarantors]
        if any(case.patron_id in named for named in answers_ if named is not None):
            return "stood"
        if not answers_ or None in answers_:
            return "kept"
        return "ended" if self._end(case) else "kept"

    def _end(self, case: _Case) -> bool:
        with self._house.database.writing() as session:
            lock_card(session, case.card_id)
            link = session.get(Link, case.link_id, with_for_update={"of": Link, "key_share": True})
            still = (
                link is not None
                and link.state != LinkState.ENDED.value
                and link.proof == LinkProof.GUARANTOR.value
                and not link.holder
            )
            if link is None or not still:
                return False
            end_link(session, self._house, link, EndedBy.LIBRARY, reason="guarantor_no_more")
        answers.forget(self._house, [case.link_id])
        return True


def _ids(family: Family) -> frozenset[str] | None:
    if family.guarantees is None:
        return None
    return frozenset(relative.patron_id for relative in family.guarantees)
