"""A person's memberships: where they are a patron, until when, and why they are kept (rules 5.3, 6)."""

import uuid
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select

from discovery_accounts.domain.actor import Actor
from discovery_accounts.domain.retention import Kind, Outcome, Policy, Reason, decide
from discovery_accounts.models import Account, Membership
from discovery_accounts.services import events
from discovery_accounts.services.house import House
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.retention import facts
from discovery_accounts.services.retention.policies import last_day, policies_of
from discovery_accounts.services.row_locks import NO_KEY


@dataclass(frozen=True, slots=True)
class MembershipInfo:
    """``because`` is why the person is kept (or, at last, was not), by ``policy``; ``ends_on`` when the time is over
    if nothing happens until then, ``None`` where nothing ends it. ``may_stay``: to say so would change something."""

    id: uuid.UUID
    library: str
    kind: Kind
    since: datetime
    valid_until: date | None
    stay_at: datetime | None
    noticed_at: datetime | None
    ended_at: datetime | None
    because: Reason | None
    policy: Policy | None
    ends_on: date | None

    @property
    def may_stay(self) -> bool:
        return self.kind is Kind.UNIVERSITY and self.stay_at is None and self.ended_at is None


class Memberships:
    def __init__(self, house: House) -> None:
        self._house = house

    def list(self, actor: Actor) -> tuple[MembershipInfo, ...]:
        """The person's own, the earliest first; also those that have ended. No library is asked."""
        now = self._house.now()
        query = select(Membership).where(Membership.account_id == actor.account_id)
        with self._house.database.reading() as session:
            rows = session.scalars(query.order_by(Membership.since, Membership.id)).all()
            return tuple(self._info(row, facts.known(session, row, now)) for row in rows)

    def stay(self, actor: Actor, membership_id: uuid.UUID) -> MembershipInfo:
        """Become an ordinary patron, whatever becomes of the university account. Who is one already stays so.

        Raises ``Problem``: ``not_found``, and ``not_a_patron`` of a membership that has ended."""
        now = self._house.now()
        with self._house.database.writing() as session:
            session.get_one(Account, actor.account_id, with_for_update=NO_KEY)
            row = session.get(Membership, membership_id, with_for_update=True)
            if row is None or row.account_id != actor.account_id:
                raise Problem(Code.NOT_FOUND)
            if row.ended_at is not None:
                raise Problem(Code.NOT_A_PATRON)
            if row.kind == Kind.UNIVERSITY:
                row.kind, row.stay_at, row.look_at = Kind.ORDINARY.value, now, now
                row.valid_until = last_day(self._house.libraries.get(row.library), now.date())
                row.noticed_at = row.notice_id = row.kept_because = None
                events.record(
                    session, events.MEMBERSHIP_STAYS, now, library=row.library, account_id=actor.account_id
                )
            session.flush()
            return self._info(row, facts.known(session, row, now))

    def _info(self, row: Membership, known: facts.Known) -> MembershipInfo:
        today = self._house.now().date()
        rules = policies_of(self._house, row.library)
        decision = decide(known.facts, rules, today)
        because: Reason | None = decision.because
        ends_on = decision.due
        if row.ended_at is not None:
            because = None
        elif because is Reason.UNREACHABLE:  # only the library can tell: what it told last
            because = Reason(row.kept_because) if row.kept_because else Reason.NOT_YET
            # nothing ends before it is decided again, nor before a notice of its own has run
            owes_nothing = replace(known.facts, obligations=())
            ends_on = decide(owes_nothing, rules, max(today, row.look_at.date())).look_on
        elif decision.outcome is Outcome.RENEW:
            because = Reason.IN_USE
        return MembershipInfo(
            row.id,
            row.library,
            Kind(row.kind),
            row.since,
            row.valid_until,
            row.stay_at,
            row.noticed_at,
            row.ended_at,
            because,
            decision.policy if row.ended_at is None else None,
            ends_on if row.ended_at is None and because is not Reason.IN_USE else None,
        )
