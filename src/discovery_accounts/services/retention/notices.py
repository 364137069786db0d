"""The notice that comes before a removal (rules 6.1), written in the transaction that counts its days."""

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from discovery_accounts.domain.retention import Decision
from discovery_accounts.locale.formats import Formats
from discovery_accounts.models import Account, DepartedPatron, Membership, OutboxMessage
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
        letter = _letter(house, language_of(house, account), row.library, decision, address, account.id)
        sent = outbox.write(session, house, letter, now)
    _record(session, row.library, row.account_id, sent, now)
    return sent


def write_to_departed(
    session: Session,
    house: House,
    row: DepartedPatron,
    decision: Decision,
    on_file: str | None,
    now: datetime,
) -> uuid.UUID | None:
    """The same to somebody without an account: to the address ``on_file`` alone, in the portal's first language. One
    from which the notice before came back is none."""
    before = session.get(OutboxMessage, row.notice_id) if row.notice_id is not None else None
    sent = None
    if on_file is not None and decision.look_on is not None and not _came_back(house, before, on_file):
        language = house.settings.languages[0]
        letter = _letter(house, language, row.library, decision, on_file, None)
        sent = outbox.write(session, house, letter, now)
    _record(session, row.library, None, sent, now)
    return sent


def _came_back(house: House, before: OutboxMessage | None, address: str) -> bool:
    if before is None or before.bounced_at is None:
        return False
    return before.address_hash == outbox.address_hash(house.vault, address)


def _letter(
    house: House, language: str, name: str, decision: Decision, address: str, account_id: uuid.UUID | None
) -> outbox.Letter:
    library = house.library(name)
    assert decision.look_on is not None
    day = Formats(language, library.timezone).date(decision.look_on)
    page = f"{house.settings.public_url}/account/memberships"
    words = letters_retention.will_be_removed(language, decision.policy, library.title(language), day, page)
    kind = letters_retention.kind_of(decision.policy)
    return outbox.Letter(kind, address, words.subject, words.text, account_id)


def _record(
    session: Session, library: str, account_id: uuid.UUID | None, sent: uuid.UUID | None, now: datetime
) -> None:
    by = "email" if sent is not None else "no_address"
    events.record(session, events.MEMBERSHIP_NOTICED, now, library=library, account_id=account_id, by=by)
