"""Telling people what happened to something of theirs, by the outbox, in the transaction of what happened."""

import uuid
from collections.abc import Sequence

from sqlalchemy.orm import Session

from discovery_accounts.domain.cards import LinkProof, LinkState
from discovery_accounts.domain.email_address import usable
from discovery_accounts.models import Account, Link
from discovery_accounts.services import letters_links, letters_policy, outbox
from discovery_accounts.services.accounts import may_write_to
from discovery_accounts.services.house import House
from discovery_accounts.services.letters import Words
from discovery_accounts.services.link_letters import new_letter
from discovery_accounts.services.link_states import state_now


def card_was_linked(session: Session, house: House, link: Link, address_on_file: str | None) -> None:
    """Tell a card's holder, at the address the library has on file, that the card was linked, with a one-time
    link by which they decide about it.

    Their language is not known to us, so the library's first one is used. Nobody is told of their own card that
    they added again, unless it waits for another holder's yes.
    """
    waits = state_now(link, house.now()) is LinkState.PENDING
    address = usable(address_on_file)
    if address is None or (link.holder and not waits):
        return
    language = house.settings.languages[0]
    page = f"{house.settings.public_url}/link-letters/{new_letter(session, house, link)}"
    words = letters_links.card_was_linked(
        language, _title(house, link, language), page, proof=LinkProof(link.proof), waits=waits
    )
    once = f"linked:{link.id}:{link.since.isoformat()}"
    kind = "card_waits" if waits else "card_linked"
    outbox.write(session, house, outbox.Letter(kind, address, words.subject, words.text, once=once))


def link_was_approved(session: Session, house: House, link: Link) -> None:
    """Tell a link's owner that the holder said yes."""
    language = language_of(house, link.account)
    page = f"{house.settings.public_url}/cards"
    words = letters_links.link_was_approved(language, _title(house, link, language), page)
    _to_owner(session, house, link, "link_approved", words)


def link_was_ended(session: Session, house: House, link: Link) -> None:
    """Tell a link's owner that it ended; not by whom, nor of what else it was called."""
    language = language_of(house, link.account)
    words = letters_links.link_was_ended(language, _title(house, link, language))
    _to_owner(session, house, link, "link_ended", words)


def rules_changed(session: Session, house: House, ended: Sequence[Link], waiting: Sequence[Link]) -> int:
    """Tell the owners of links that the library's rules ended them, or that they wait for the holder; how many
    letters that makes."""
    page = f"{house.settings.public_url}/cards"
    written: list[outbox.Letter | None] = []
    for link in ended:
        language = language_of(house, link.account)
        words = letters_policy.rules_ended(language, _title(house, link, language))
        written.append(_letter(link, "rules_ended", words))
    for link in waiting:
        language = language_of(house, link.account)
        words = letters_policy.rules_ask(language, _title(house, link, language), page)
        written.append(_letter(link, "rules_ask", words))
    letters = [letter for letter in written if letter is not None]
    outbox.write_all(session, house, letters)
    return len(letters)


def _to_owner(session: Session, house: House, link: Link, kind: str, words: Words) -> None:
    about = (link.id,) if kind == "link_approved" else ()
    letter = _letter(link, kind, words, about)
    if letter is not None:
        outbox.write(session, house, letter)


def _letter(link: Link, kind: str, words: Words, about: tuple[uuid.UUID, ...] = ()) -> outbox.Letter | None:
    """To a link's owner, if they may be written to."""
    address = may_write_to(link.account)
    if address is None:
        return None
    return outbox.Letter(kind, address, words.subject, words.text, link.account_id, about=about)


def language_of(house: House, account: Account) -> str:
    """In which its owner is written to."""
    return account.language or house.settings.languages[0]


def _title(house: House, link: Link, language: str) -> str:
    library = house.libraries.get(link.card.library)
    return library.title(language) if library is not None else link.card.library
