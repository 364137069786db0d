"""The end of a link, whoever ends it: consent, PIN, kept answers, feeds and waiting mail end in one transaction."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from discovery_accounts.domain.cards import EndedBy, LinkState
from discovery_accounts.models import Feed, HolderCode, Invitation, Link, LinkLetter
from discovery_accounts.services import events, outbox
from discovery_accounts.services.house import House
from discovery_accounts.services.link_states import state_now
from discovery_accounts.services.pins import forget_pin


def end_link(
    session: Session,
    house: House,
    link: Link,
    by: EndedBy,
    *,
    acted: uuid.UUID | None = None,
    **detail: object,
) -> None:
    """End a link, whose rows the caller has locked; once the transaction ends nothing of the card is shown
    through it. The caller then calls ``answers.forget`` with its id, which frees the room of what can't be read
    any more. ``detail`` goes into the audit; so does ``acted``, the account of the holder who ended it."""
    end_links(session, house, [link], by, acted=acted, **detail)


def end_links(
    session: Session,
    house: House,
    links: Sequence[Link],
    by: EndedBy,
    *,
    acted: uuid.UUID | None = None,
    **detail: object,
) -> None:
    """End several at once, as ``end_link`` does one, in as many statements as for one."""
    for link in links:
        # what a holder did is no event of the account that it was done to: who ended it is never told there
        whose = acted if by is EndedBy.HOLDER else link.account_id
        _end(session, house, link, by, whose, {"link": str(link.id), **detail})
    ids = [link.id for link in links]
    forget_pin(session, *ids)
    for model in (Feed, HolderCode, LinkLetter):
        session.execute(delete(model).where(model.link_id.in_(ids)))
    own = select(Link.id).where(
        Link.id.in_(ids), Link.card_id == Invitation.card_id, Link.account_id == Invitation.account_id
    )
    session.execute(delete(Invitation).where(own.exists()).execution_options(synchronize_session=False))
    outbox.withdraw(session, ids)


def _end(
    session: Session,
    house: House,
    link: Link,
    by: EndedBy,
    whose: uuid.UUID | None,
    detail: Mapping[str, object],
) -> None:
    link.ended_by = _ended_by(link, by, house.now())
    link.state = LinkState.ENDED.value
    link.ended_at = house.now()
    link.answer_key = house.vault.new_data_key()
    link.label, link.until, link.mail_due_at, link.days_ahead = "", None, None, None
    link.confirmed_at = link.told_at = link.looked = None
    events.record(
        session,
        events.UNLINKED,
        house.now(),
        library=link.card.library,
        account_id=whose,
        card_id=link.card_id,
        by=by.value,
        **detail,
    )


def _ended_by(link: Link, by: EndedBy, now: datetime) -> str:
    """Who is to be known to have ended it. Whose link waits for its holder's yes can't do away with the waiting
    by removing the card and adding it again."""
    if by is not EndedBy.OWNER:
        return by.value
    handed_over = link.state == LinkState.ACTIVE.value and state_now(link, now) is LinkState.PENDING
    return link.ended_by or (EndedBy.TIME.value if handed_over else by.value)
