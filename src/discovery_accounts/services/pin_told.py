"""What follows when a card has another PIN: other copies of the old one are looked at anew, and a mail is sent."""

import uuid
from collections.abc import Collection

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from discovery_accounts.domain.cards import CredentialState, LinkState
from discovery_accounts.models import Credential, Link
from discovery_accounts.services import answers, letters, outbox
from discovery_accounts.services.house import House


def expect_another_pin(
    session: Session, house: House, card_id: uuid.UUID, *, but: uuid.UUID | None = None
) -> Collection[uuid.UUID]:
    """Every link to the card but ``but`` shows nothing kept from now on, and its PIN is checked at its next
    reading (rules 2.4). The links, whose copies the caller forgets once this is committed."""
    links = select(Link.id).where(Link.card_id == card_id, Link.state != LinkState.ENDED.value)
    found = [link_id for link_id in session.scalars(links) if link_id != but]
    answers.renew_keys(session, house, found)
    session.execute(
        update(Credential)
        .where(Credential.link_id.in_(found), Credential.state == CredentialState.GOOD.value)
        .values(checked_at=None)
        .execution_options(synchronize_session=False)
    )
    return found


def tell(
    session: Session,
    house: House,
    library: str,
    address: str,
    language: str | None,
    account_id: uuid.UUID | None = None,
) -> None:
    """Write to the address on file that the PIN was changed, in the caller's transaction."""
    language = language or house.settings.languages[0]
    words = letters.pin_changed(language, house.library(library).title(language))
    outbox.write(session, house, outbox.Letter("pin_changed", address, words.subject, words.text, account_id))
