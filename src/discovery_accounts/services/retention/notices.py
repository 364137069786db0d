"""The notice that comes before a removal (rules 6.1), written in the transaction that counts its days."""

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from discovery_accounts.domain.retention import Decision
from discovery_accounts.locale.formats import Formats
from discovery_accounts.models import Account, Membership
from discovery_accounts.services import events, letters_retention, outbox
from discovery_accounts.services.accounts import may_write_to
from discovery_accounts.services.house import House
from discovery_accounts.services.notices import language_of


def write(
    session: Session, house: House, row: Membership, decision: Decision, on_file: str | None, now: datetime
) -> uuid.UUID | None:
    """The message's id; ``None`` where there is no address to write to, neither the account's nor the one
    ``on_file`` at the library."""
    account = session.get_one(Account, row.account_id)
    address = may_write_to(account) or (on_file if account.email_paused_at is None else None)
    sent = None
    if address is not None and decision.look_on is not None:
        language = language_of(house, account)
        library = house.library(row.library)
        day = Formats(language, library.timezone).date(decision.look_on)
        page = f"{house.settings.public_url}/account/memberships"
        words = letters_retention.will_be_removed(
            language, decision.policy, library.title(language), day, page
        )
        kind = letters_retention.kind_of(decision.policy)
        letter = outbox.Letter(kind, address, words.subject, words.text, account.id)
        sent = outbox.write(session, house, letter, now)
    events.record(
        session,
        events.MEMBERSHIP_NOTICED,
        now,
        library=row.library,
        account_id=row.account_id,
        by="email" if sent is not None else "no_address",
    )
    return sent
