"""What is known of the patron behind a membership: from our own rows, and from the library where it matters."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import and_, exists, select
from sqlalchemy.orm import Session, aliased

from discovery_accounts.connectors.api import Fee, PatronRecord, PatronRef
from discovery_accounts.connectors.gateway import CardAnswer, CardRequest, Want
from discovery_accounts.domain.cards import LinkProof, LinkState, Relation
from discovery_accounts.domain.retention import Facts, Kind, Policy, Reason
from discovery_accounts.models import (
    Account,
    DepartedPatron,
    FeedPatron,
    Identity,
    LibraryCard,
    Link,
    Membership,
    OutboxMessage,
)
from discovery_accounts.services import outbox
from discovery_accounts.services.email_found import mail_address
from discovery_accounts.services.gone_cards import A_MISTAKE
from discovery_accounts.services.house import House
from discovery_accounts.services.retention import activity
from discovery_accounts.services.showing import is_gone, lies

_WANT = frozenset({Want.PATRON, Want.LOANS, Want.HOLDS, Want.FEES})


@dataclass(frozen=True, slots=True)
class Patron:
    """One of the account's own cards in the library, and whether another account is its holder, too.
    ``by_university``: it is the patron whom the university tells of, not one whom the person looks after, say."""

    card_id: uuid.UUID
    patron_id: str = field(repr=False)
    elsewhere: bool = False
    by_university: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """``facts`` without what the library says; ``patrons`` are the cards it is about, without those of which the
    library has known nothing for more than a day. ``protected``: staff keep the account, so the patron stays, too."""

    facts: Facts
    patrons: tuple[Patron, ...]
    protected: bool = False

    def to_go(self, policy: Policy | None) -> tuple[Patron, ...]:
        """Whom the policy is about: a university's end is that of its own patron alone (rules 5.3)."""
        if policy is not Policy.UNIVERSITY_ENDED:
            return self.patrons
        return tuple(one for one in self.patrons if one.by_university)


@dataclass(frozen=True, slots=True)
class Heard:
    """What a library says of the cards ``of``: ``obligations`` is ``None`` where it did not tell everything; ``gone``
    are cards whose patrons it does not know any more; ``uses`` what loans and holds tell of the last use; ``address``
    the one on file."""

    obligations: tuple[Reason, ...] | None = None
    gone: frozenset[uuid.UUID] = frozenset()
    uses: activity.Uses = field(default_factory=dict)
    address: str | None = field(default=None, repr=False)
    of: frozenset[uuid.UUID] = frozenset()


def known(session: Session, row: Membership, now: datetime) -> Known:
    """From our own rows."""
    cards = _patrons(session, row, now)
    used = activity.found(session, [one.card_id for one in cards])
    account = session.get_one(Account, row.account_id)
    last_use = max([account.last_sign_in_at, *used.values()])
    facts = Facts(
        Kind(row.kind),
        row.since.date(),
        last_use.date(),
        account.last_sign_in_at.date(),
        row.valid_until,
        row.stay_at is not None,
        noticed_on(session, row),
    )
    return Known(facts, cards, account.protected_at is not None)


def _patrons(session: Session, row: Membership, now: datetime) -> tuple[Patron, ...]:
    other = aliased(Link)
    elsewhere = exists().where(
        and_(
            other.card_id == Link.card_id,
            other.account_id != row.account_id,
            other.holder,
            other.state == LinkState.ACTIVE.value,
        )
    )
    query = (
        select(
            LibraryCard.id, LibraryCard.patron_id, elsewhere, LibraryCard.gone_at, Link.proof, Link.relation
        )
        .join(Link, Link.card_id == LibraryCard.id)
        .where(
            Link.account_id == row.account_id,
            LibraryCard.library == row.library,
            Link.holder,
            Link.state == LinkState.ACTIVE.value,
        )
        .order_by(LibraryCard.id)
    )
    found = session.execute(query).all()
    federated = [one.id for one in found if one.proof == LinkProof.FEDERATION]
    theirs = federated or (_fed([(one.id, one.relation) for one in found]) if _is_fed(session, row) else [])
    return tuple(
        Patron(card_id, patron_id, other_holder, card_id in theirs)
        for card_id, patron_id, other_holder, gone_at, _proof, _relation in found
        if gone_at is None or now - gone_at <= A_MISTAKE
    )


def _fed(cards: Sequence[tuple[uuid.UUID, str]]) -> list[uuid.UUID]:
    """Of which card a feed tells that names the person, who proved none by their university: their own, also if the
    library knows it no more. Nobody's where there are several: one may be a child's, and a removal is for good."""
    own = [one for one, relation in cards if relation == Relation.OWN] or [one for one, _relation in cards]
    return own if len(own) == 1 else []


def _is_fed(session: Session, row: Membership) -> bool:
    """Whether a university's feed tells of the person in this library."""
    query = (
        select(FeedPatron.id)
        .join(Identity, Identity.id == FeedPatron.identity_id)
        .where(Identity.account_id == row.account_id, FeedPatron.library == row.library)
    )
    return session.scalars(query.limit(1)).first() is not None


def noticed_on(session: Session, row: Membership | DepartedPatron) -> date | None:
    """The day of a notice, unless its mail did not arrive; one that is still to be sent has not been given yet."""
    if row.noticed_at is None or row.notice_id is None:
        return row.noticed_at.date() if row.noticed_at is not None else None
    message = session.get(OutboxMessage, row.notice_id)
    if message is None:
        return row.noticed_at.date()
    if message.state != outbox.SENT or message.bounced_at is not None:
        return None
    return max(row.noticed_at, message.sent_at or row.noticed_at).date()


def is_on_its_way(session: Session, row: Membership | DepartedPatron) -> bool:
    """Whether a notice was written and may still be sent: no second one is needed."""
    message = session.get(OutboxMessage, row.notice_id) if row.notice_id is not None else None
    return message is not None and message.state in {outbox.WAITING, outbox.UNKNOWN}


def ask(house: House, library: str, patrons: Sequence[Patron], now: datetime) -> Heard:
    """What the library says of these patrons. Anything that is not told, for whatever reason, is no answer."""
    requests = [
        CardRequest(one.card_id, library, PatronRef(one.patron_id, ""), None, _WANT) for one in patrons
    ]
    found = house.gateway.read_cards(requests, deadline=house.settings.act_deadline)
    said: list[tuple[Reason, ...] | None] = []
    gone: set[uuid.UUID] = set()
    uses: dict[tuple[uuid.UUID, activity.Use], datetime] = {}
    address: str | None = None
    for one in patrons:
        answer = found[one.card_id]
        if is_gone(answer) and not lies(answer):
            gone.add(one.card_id)
            continue
        told = _obligations(answer)
        said.append(told if told is None or not one.elsewhere else (*told, Reason.OTHER_ACCOUNT))
        for listed in answer.lists.values():
            if isinstance(listed, tuple):
                uses |= activity.told_by(one.card_id, listed, now)
        if isinstance(answer.patron, PatronRecord):
            address = address or mail_address(answer.patron)
    asked = frozenset(one.card_id for one in patrons)
    if None in said:
        return Heard(None, frozenset(gone), uses, address, asked)
    owed = dict.fromkeys(reason for told in said for reason in told or ())
    return Heard(tuple(owed), frozenset(gone), uses, address, asked)


def _obligations(answer: CardAnswer) -> tuple[Reason, ...] | None:
    parts = [answer.lists.get(want) for want in (Want.LOANS, Want.FEES, Want.HOLDS)]
    if lies(answer) or not isinstance(answer.patron, PatronRecord):
        return None
    if any(not isinstance(part, tuple) for part in parts):
        return None
    loans, fees, holds = parts
    assert isinstance(fees, tuple)
    owed = [one.outstanding for one in fees if isinstance(one, Fee)]
    owes = any(one.amount_minor > 0 for one in (*owed, *filter(None, (answer.patron.owed,))))
    found = ((Reason.OPEN_LOANS, bool(loans)), (Reason.UNPAID_FEES, owes), (Reason.OPEN_HOLDS, bool(holds)))
    return tuple(reason for reason, there in found if there)
