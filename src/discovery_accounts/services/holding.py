"""Being a card's holder: by signing in with it, by federation, by a code to the address on file (rules 3.0)."""

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from discovery_accounts.domain.cards import ALL_SCOPES, LinkProof, LinkState, Relation, write_scopes
from discovery_accounts.models import Account, LibraryCard, Link
from discovery_accounts.services.house import House


def hold(
    session: Session, house: House, account: Account, card: LibraryCard, proof: LinkProof, *, make: bool
) -> Link | None:
    """Make the account the card's holder, in the caller's transaction: its link, made when there was none
    and ``make`` says so. ``None`` when there is none; a card that was removed stays removed, and one that
    waits for its holder's yes waits."""
    query = select(Link).where(Link.account_id == account.id, Link.card_id == card.id)
    link = session.scalars(query).one_or_none()
    if link is None and make:
        link = _new_link(session, house, account, card, proof)
    if link is None or link.state == LinkState.ENDED.value:
        return None
    if link.state == LinkState.PENDING.value and not link.holder:
        return None
    link.holder = True
    link.number_last4 = card.number_last4
    link.state = LinkState.ACTIVE.value
    link.scopes = write_scopes(ALL_SCOPES)
    return link


def _new_link(session: Session, house: House, account: Account, card: LibraryCard, proof: LinkProof) -> Link:
    title = house.library(card.library).title(account.language or house.settings.languages[0])
    link = Link(
        id=uuid.uuid4(),
        account_id=account.id,
        card_id=card.id,
        label=title[:60],
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
