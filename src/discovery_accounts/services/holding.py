"""Being a card's holder: by signing in with it, by federation, by a code to the address on file (rules 3.0)."""

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from discovery_accounts.domain.cards import ALL_SCOPES, EndedBy, LinkProof, LinkState, Relation, write_scopes
from discovery_accounts.models import Account, LibraryCard, Link
from discovery_accounts.services.house import House
from discovery_accounts.services.retention.joining import begin
from discovery_accounts.services.retention.returning import take_over

_SURE = {LinkProof.EMAIL, LinkProof.FEDERATION}
"""Proofs that are the patron's own. Whoever was told a PIN has it, too."""


def hold(
    session: Session, house: House, account: Account, card: LibraryCard, proof: LinkProof, *, make: bool
) -> Link | None:
    """Make the account the card's holder, in the caller's transaction: its link, made when there was none
    and ``make`` says so. ``None`` when there is none; a card that was removed stays removed.

    A link that waits for the holder's yes has it by a proof that knowing the PIN is not enough for, and so has
    one whose owner was the holder when another holder ended it; by PIN neither comes back."""
    query = select(Link).where(Link.account_id == account.id, Link.card_id == card.id)
    link = session.scalars(query).one_or_none()
    made = link is None and make
    if made:
        link = _new_link(session, house, account, card, proof)
    if link is None or not _may_be_held(link, proof):
        return None
    held_before = link.holder and link.state == LinkState.ACTIVE.value and not made
    if link.state == LinkState.ENDED.value:
        _revive(house, account, link, proof)
    link.holder = True
    link.ended_by = link.until = None
    link.number_last4 = card.number_last4
    link.state = LinkState.ACTIVE.value
    link.scopes = write_scopes(ALL_SCOPES)
    begin(session, house, account.id, card.library, LinkProof(link.proof), house.now())
    if not held_before:
        take_over(session, house, account.id, card.library, card.patron_id)
    return link


def _may_be_held(link: Link, proof: LinkProof) -> bool:
    ended_by_another = link.holder and link.ended_by == EndedBy.HOLDER.value
    if link.state == LinkState.ENDED.value:
        return ended_by_another and proof in _SURE
    if link.state == LinkState.PENDING.value:
        return proof in _SURE or (link.holder and not ended_by_another)
    return True


def _revive(house: House, account: Account, link: Link, proof: LinkProof) -> None:
    link.label = _title(house, account, link.card)
    link.since, link.until, link.ended_at = house.now(), None, None
    link.proof = proof.value
    link.answer_key = house.vault.new_data_key()


def _title(house: House, account: Account, card: LibraryCard) -> str:
    return house.library(card.library).title(account.language or house.settings.languages[0])[:60]


def _new_link(session: Session, house: House, account: Account, card: LibraryCard, proof: LinkProof) -> Link:
    link = Link(
        id=uuid.uuid4(),
        account_id=account.id,
        card_id=card.id,
        label=_title(house, account, card),
        number_last4=card.number_last4,
        relation=Relation.OWN.value,
        holder=True,
        scopes=write_scopes(ALL_SCOPES),
        state=LinkState.ACTIVE.value,
        proof=proof.value,
        since=house.now(),
        answer_key=house.vault.new_data_key(),
    )
    session.add(link)
    session.flush()
    return link
