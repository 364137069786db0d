"""Patrons left behind: time has ended the account, and the library still has the patron (rules 5.3, 6.1).

Without the account nobody would ask the library about them again, and they would stay for ever. So what the library's
rules need is kept until they are removed: the library's id for the patron, sealed, and a few days. Written in the
transaction that erases the account, by a few statements for a whole batch.
"""

import uuid
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from discovery_accounts.domain.cards import LinkProof, LinkState, Relation
from discovery_accounts.domain.retention import Facts, Kind, Reason, Rule, decide
from discovery_accounts.models import (
    Account,
    CardActivity,
    DepartedPatron,
    FeedPatron,
    Identity,
    LibraryCard,
    Link,
    Membership,
    OutboxMessage,
)
from discovery_accounts.services import outbox
from discovery_accounts.services.gone_cards import A_MISTAKE
from discovery_accounts.services.house import House
from discovery_accounts.services.retention.policies import rules_by_library
from discovery_accounts.services.retention.retiring import at_midnight
from discovery_accounts.services.upserts import insert_missing
from discovery_accounts.vault.vault import Sealer, Vault

_A_STATEMENT = 500


def binding(library: str, row_id: uuid.UUID) -> tuple[str, str, str]:
    """What a sealed patron id is bound to."""
    return ("departed patron", library, str(row_id))


def patron_hash(vault: Vault | Sealer, library: str, patron_id: str) -> str:
    """By which a patron who comes back is found."""
    return vault.keyed_hash("departed patron", library, patron_id)


def note_left_behind(session: Session, house: House, account_ids: Sequence[uuid.UUID], now: datetime) -> None:
    """What happens before time's end erases accounts. A patron whom no rule will ever remove, or whom another account
    holds, leaves nothing here. Of two accounts that held one card the one whose time is over later counts."""
    rules = rules_by_library(house)
    if not rules:
        return
    sealer = house.vault.at_once()
    rows: dict[str, dict[str, Any]] = {}
    cards = session.execute(_left_behind(account_ids, rules, now)).all()
    own = Counter((found.account_id, found.library) for found in cards if found.relation == Relation.OWN)
    for found in cards:
        kind = _kind(found, own[found.account_id, found.library])
        look_at = _look_at(found, kind, rules[found.library], now)
        key = patron_hash(sealer, found.library, found.patron_id)
        if look_at is not None and (key not in rows or rows[key]["look_at"] < look_at):
            rows[key] = _row(sealer, found, kind) | {"patron_hash": key, "look_at": look_at}
    ordered = [rows[key] for key in sorted(rows)]
    for at in range(0, len(ordered), _A_STATEMENT):
        insert_missing(session, DepartedPatron, ordered[at : at + _A_STATEMENT])


def _left_behind(
    account_ids: Sequence[uuid.UUID], libraries: Collection[str], now: datetime
) -> Select[*tuple[Any, ...]]:
    other = aliased(Link)
    elsewhere = exists().where(
        other.card_id == Link.card_id,
        other.account_id.not_in(account_ids),
        other.holder,
        other.state == LinkState.ACTIVE.value,
    )
    fed = exists().where(
        FeedPatron.identity_id == Identity.id,
        Identity.account_id == Membership.account_id,
        FeedPatron.library == Membership.library,
    )
    used = select(func.max(CardActivity.last_at)).where(CardActivity.card_id == LibraryCard.id)
    return (
        select(
            Membership.account_id,
            Membership.library,
            Membership.kind,
            Link.proof,
            Link.relation,
            fed.label("fed"),
            Membership.since,
            Membership.valid_until,
            Membership.stay_at,
            Membership.noticed_at,
            LibraryCard.patron_id,
            Account.last_sign_in_at,
            used.scalar_subquery().label("used_at"),
            OutboxMessage.state.label("notice"),
            OutboxMessage.sent_at,
            OutboxMessage.bounced_at,
        )
        .join(Account, Account.id == Membership.account_id)
        .join(Link, Link.account_id == Membership.account_id)
        .join(LibraryCard, and_(LibraryCard.id == Link.card_id, LibraryCard.library == Membership.library))
        .join(OutboxMessage, OutboxMessage.id == Membership.notice_id, isouter=True)
        .where(
            Membership.account_id.in_(account_ids),
            Membership.library.in_(libraries),
            Membership.ended_at.is_(None),
            Link.holder,
            Link.state == LinkState.ACTIVE.value,
            or_(LibraryCard.gone_at.is_(None), LibraryCard.gone_at >= now - A_MISTAKE),
            ~elsewhere,
        )
    )


def _kind(found: Row[Any], own: int) -> Kind:
    """A university's end is that of its own patron alone: who proved the card by it, or the person's one own card of
    which a feed tells. Any other may be a child's, and a removal is for good."""
    the_own = found.fed and found.relation == Relation.OWN and own == 1
    of_university = found.kind == Kind.UNIVERSITY and (the_own or found.proof == LinkProof.FEDERATION)
    return Kind.UNIVERSITY if of_university else Kind.ORDINARY


def _look_at(found: Row[Any], kind: Kind, rules: Sequence[Rule] | None, now: datetime) -> datetime | None:
    """When the job is to decide; ``None`` where there is nothing that it could ever decide."""
    if rules is None:  # it decides once they can be read again
        return now
    noticed_at = _noticed_at(found)
    facts = Facts(
        kind,
        found.since.date(),
        _last_use(found).date(),
        valid_until=_valid_until(found, kind),
        stays=found.stay_at is not None,
        noticed_on=None if noticed_at is None else noticed_at.date(),
    )
    decision = decide(facts, rules, now.date())
    if decision.because is Reason.NO_POLICY:
        return None
    return now if decision.because is Reason.UNREACHABLE else at_midnight(decision, now)


def _row(sealer: Sealer, found: Row[Any], kind: Kind) -> dict[str, Any]:
    row_id = uuid.uuid4()
    sealed = sealer.seal(found.patron_id, binding(found.library, row_id))
    return {
        "id": row_id,
        "library": found.library,
        "patron_sealed": sealed.ciphertext,
        "key_id": sealed.key_id,
        "kind": kind.value,
        "since": found.since,
        "valid_until": _valid_until(found, kind),
        "stay_at": found.stay_at,
        "last_use": _last_use(found).date(),
        "noticed_at": _noticed_at(found),
    }


def _valid_until(found: Row[Any], kind: Kind) -> date | None:
    """The university's day is not that of other cards."""
    day: date | None = found.valid_until
    return day if found.kind == kind else None


def _last_use(found: Row[Any]) -> datetime:
    at: datetime = found.last_sign_in_at
    return at if found.used_at is None else max(at, found.used_at)


def _noticed_at(found: Row[Any]) -> datetime | None:
    """When a notice did reach the person: its message goes with the account, so it is settled now."""
    at: datetime | None = found.noticed_at
    if at is None or found.notice is None:
        return at
    if found.notice != outbox.SENT or found.bounced_at is not None:
        return None
    return max(at, found.sent_at or at)
