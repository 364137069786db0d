"""Telling people what happened to something of theirs, by the outbox."""

from sqlalchemy.orm import Session

from discovery_accounts.models import Link
from discovery_accounts.services import letters, outbox
from discovery_accounts.services.house import House


def card_was_linked(session: Session, house: House, link: Link, address_on_file: str | None) -> None:
    """Tell a card's holder, at the address the library has on file, that the card was linked.

    Their language is not known to us, so the library's first one is used.
    """
    if address_on_file is None:
        return
    language = house.settings.languages[0]
    words = letters.card_was_linked(language, house.library(link.card.library).title(language))
    once = f"linked:{link.id}:{link.since.isoformat()}"
    outbox.write(
        session, house, outbox.Letter("card_linked", address_on_file, words.subject, words.text, once=once)
    )
