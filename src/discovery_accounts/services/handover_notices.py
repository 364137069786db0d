"""Telling both sides of a handover, by the outbox, each on its own: neither learns of anybody else."""

from datetime import datetime

from sqlalchemy.orm import Session

from discovery_accounts.domain.handover import Stage
from discovery_accounts.locale.formats import Formats
from discovery_accounts.models import LibraryCard, Link
from discovery_accounts.services import letters_handover, notices, outbox
from discovery_accounts.services.accounts import may_write_to
from discovery_accounts.services.house import House


def tell_viewer(session: Session, house: House, link: Link, stage: Stage, now: datetime) -> None:
    """Tell whoever sees the card, at the address of their account, if there is one that may be written to."""
    address = may_write_to(link.account)
    at = link.card.hands_over_at
    if address is None or at is None:
        return
    language = notices.language_of(house, link.account)
    library = house.library(link.card.library)
    page = f"{house.settings.public_url}/cards"
    if stage is Stage.AHEAD:
        day = Formats(language, library.timezone).date(at)
        words = letters_handover.ahead_to_viewer(language, library.title(language), day, page)
    else:
        words = letters_handover.day_to_viewer(language, library.title(language), page)
    letter = outbox.Letter(
        f"handover_{stage}",
        address,
        words.subject,
        words.text,
        link.account_id,
        once=f"handover:{stage}:{link.id}:{at.isoformat()}",
        # on the day the link shows nothing any more, which is what the letter says
        about=(link.id,) if stage is Stage.AHEAD else (),
    )
    outbox.write(session, house, letter, now)


def tell_young_patron(
    session: Session, house: House, card: LibraryCard, address_on_file: str | None, now: datetime
) -> None:
    """Tell whose card it is, at the address that the library has on file, once for each day that it is to be.

    Their language is not known to us, so the library's first one is used.
    """
    if address_on_file is None or card.hands_over_at is None:
        return
    language = house.settings.languages[0]
    library = house.library(card.library)
    day = Formats(language, library.timezone).date(card.hands_over_at)
    page = f"{house.settings.public_url}/cards"
    words = letters_handover.ahead_to_holder(language, library.title(language), day, page)
    once = f"handover:holder:{card.id}:{card.hands_over_at.isoformat()}"
    letter = outbox.Letter("handover_holder", address_on_file, words.subject, words.text, once=once)
    outbox.write(session, house, letter, now)
