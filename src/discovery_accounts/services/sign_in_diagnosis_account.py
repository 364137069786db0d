"""Why a patron can't sign in: what the portal itself knows of the card, its account and its tries."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from discovery_accounts.domain.cards import CredentialState, LinkProof, LinkState
from discovery_accounts.models import Account, Credential, Identity, LibraryCard, Link, Throttle
from discovery_accounts.services.card_rows import number_lookup
from discovery_accounts.services.counters import LOCK, Counter, Counters
from discovery_accounts.services.house import House
from discovery_accounts.services.link_states import not_over
from discovery_accounts.services.sign_in_diagnosis_findings import Finding, Look, fine, odd, unseen, wrong

CARD = "card"
"""The kind of login by which a card opens an account."""


@dataclass(frozen=True, slots=True)
class Known:
    """The rows of a card: none of them may be there. ``link`` is that of ``account``: the one that the card opens, by
    ``identity``; or, where it opens none, that of the one person who holds it by their organisation."""

    card: LibraryCard | None = field(default=None, repr=False)
    account: Account | None = field(default=None, repr=False)
    identity: Identity | None = field(default=None, repr=False)
    link: Link | None = field(default=None, repr=False)
    credential: Credential | None = field(default=None, repr=False)


def known_by_number(house: House, library: str, number: str) -> Known:
    """What we have of the card with this number, the last one we were told."""
    with house.database.reading() as session:
        where = (
            LibraryCard.library == library,
            LibraryCard.number_lookup == number_lookup(house, library, number),
        )
        return _known(session, session.scalars(select(LibraryCard).where(*where)).first(), house.now())


def known_by_patron(house: House, library: str, patron_id: str) -> Known:
    """What we have of the card of this patron, whatever its number."""
    with house.database.reading() as session:
        where = LibraryCard.library == library, LibraryCard.patron_id == patron_id
        return _known(session, session.scalars(select(LibraryCard).where(*where)).first(), house.now())


def _known(session: Session, card: LibraryCard | None, now: datetime) -> Known:
    if card is None:
        return Known()
    where = Identity.login == CARD, Identity.issuer == card.library, Identity.subject == card.patron_id
    identity = session.scalars(select(Identity).where(*where)).first()
    if identity is None:
        link = _holder_by_organisation(session, card, now)
        if link is None:
            return Known(card)
        account = session.get_one(Account, link.account_id)
    else:
        account = session.get_one(Account, identity.account_id)
        here = Link.account_id == account.id, Link.card_id == card.id
        link = session.scalars(select(Link).where(*here)).first()
    credential = session.get(Credential, link.id) if link else None
    return Known(card, account, identity, link, credential)


def _holder_by_organisation(session: Session, card: LibraryCard, now: datetime) -> Link | None:
    """Who never signs in by the card is found all the same, if there is no doubt who that is."""
    by_it = (Link.holder, Link.state == LinkState.ACTIVE.value, Link.proof == LinkProof.FEDERATION.value)
    found = session.scalars(select(Link).where(Link.card_id == card.id, *by_it, *not_over(now))).all()
    return found[0] if len(found) == 1 else None


def counters(house: House, library: str, number: str) -> Finding:
    """Whether tries are let through now, and if not, until when they are not."""
    now, all_of = house.now(), Counters(house)
    limits = house.settings.limits
    asked_of: list[tuple[str, Counter]] = [
        ("waits", all_of.card(library, number, None)),
        ("busy", all_of.window("library", limits.library, library)),
    ]
    if all_of.lock_after(library) is not None:
        asked_of.append((LOCK, all_of.lock(library, number)))
    waits = []
    with house.database.reading() as session:
        for code, counter in asked_of:
            row = session.get(Throttle, counter.key)
            wait = counter.wait(row, now) if row is not None else None
            if wait:
                waits.append((now + wait, code))
    if not waits:
        return fine(Look.COUNTERS, "free")
    until, code = max(waits)
    return wrong(Look.COUNTERS, code, until=until)


def kept(house: House, library: str, known: Known) -> Iterator[Finding]:
    """Account, link and stored PIN."""
    if known.account is None or known.identity is None:
        yield unseen(Look.ACCOUNT, "none")
        yield unseen(Look.LINK, "no_account")
        yield unseen(Look.STORED_PIN, "none")
        return
    last = known.identity.last_used_at
    yield fine(Look.ACCOUNT, "there", since=known.account.created_at, last=last)
    yield _link(known)
    yield _stored_pin(house, library, known)


def _link(known: Known) -> Finding:
    if known.link is None:
        return odd(Look.LINK, "none")
    if known.link.state == LinkState.ACTIVE:
        return fine(Look.LINK, "active")
    code = "pending" if known.link.state == LinkState.PENDING else "ended"
    return odd(Look.LINK, code, at=known.link.ended_at)


def _stored_pin(house: House, library: str, known: Known) -> Finding:
    if house.library(library).pin_storage == "none":
        return unseen(Look.STORED_PIN, "not_kept")
    if known.credential is None:
        return unseen(Look.STORED_PIN, "none")
    if known.credential.state == CredentialState.PIN_CHANGED:
        return odd(Look.STORED_PIN, "changed")
    if known.credential.state != CredentialState.GOOD:
        return odd(Look.STORED_PIN, "no_pin_here")
    paused = known.credential.not_before
    if paused is not None and paused > house.now():
        return odd(Look.STORED_PIN, "paused", until=paused)
    return fine(Look.STORED_PIN, "good", at=known.credential.checked_at)
