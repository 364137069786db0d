"""Opening a card again after too many refused tries: by a code to its holder, or by staff.

The code goes to the address of the account that the card opens. The answer is the same whether the
card is known here or not, and no library is asked, so nothing can be learnt from it; nor from its
time, for where there is nothing to write the same work is done for nobody.
"""

import uuid
from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from discovery_accounts.models import Account, CardReopening, Identity, LibraryCard, OutboxMessage, Throttle
from discovery_accounts.services import events, letters, outbox
from discovery_accounts.services.card_numbers import typed_number
from discovery_accounts.services.card_rows import number_lookup
from discovery_accounts.services.codes import (
    ASK_AGAIN_AFTER,
    CARD_CODE_ASKS,
    CODES_FOR_A_CARD,
    LASTS,
    Codes,
    new_code,
)
from discovery_accounts.services.house import House
from discovery_accounts.services.hurry import SEND_MAIL
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.purging import Purged, purge
from discovery_accounts.services.row_locks import lock_card
from discovery_accounts.services.throttles import Throttles, network_of
from discovery_accounts.services.upserts import insert_missing


class Reopening:
    def __init__(self, house: House) -> None:
        self._house = house
        self._throttles = Throttles(house)
        self._codes = Codes(house, "reopening code")

    def ask(self, library: str, card_number: str, address: str | None) -> None:
        """Send a code, if this card has a holder here with an address. Raises ``BadShape``, ``Problem``."""
        number = typed_number(self._house, library, card_number)
        self._throttles.count_asking("reopen", CARD_CODE_ASKS, network_of(address))
        with self._house.database.reading() as session:
            found = self._to_write_to(session, self._card(session, library, number))
        # for nobody's card there is a counter too, kept and purged like the others
        whose = str(found[0].id) if found else number_lookup(self._house, library, number)
        try:
            self._throttles.count_asking("codes", CODES_FOR_A_CARD, whose)
        except Problem:
            found = None  # who asks is told the same as ever
        card_id = found[0].id if found else uuid.uuid4()
        with self._house.database.writing() as session:
            lock_card(session, card_id)  # two that ask at the same moment must not both write a code
            found = self._to_write_to(session, session.get(LibraryCard, card_id))
            if found is None:
                self._send_to_nobody(session, library)
            else:
                self._send(session, *found)
        self._house.hurry.ask(SEND_MAIL)

    def confirm(self, library: str, card_number: str, code: str, address: str | None) -> None:
        """Open the card with the code. Raises ``BadShape``, ``Problem``: ``code_wrong`` for anything else."""
        number = typed_number(self._house, library, card_number)
        self._throttles.count_asking("reopen", CARD_CODE_ASKS, network_of(address))
        with self._house.database.writing() as session:
            opened = self._use(session, self._card(session, library, number), code)
        if not opened:
            raise Problem(Code.CODE_WRONG, field="code")
        self._throttles.reopen(library, number)

    def by_staff(self, library: str, card_number: str) -> None:
        """Open the card for somebody at the desk. Raises ``BadShape``, ``Problem``."""
        number = typed_number(self._house, library, card_number)
        self._throttles.reopen(library, number)
        with self._house.database.writing() as session:
            card = self._card(session, library, number)
            card_id = card.id if card is not None else None
            events.record(
                session, events.CARD_REOPENED, self._house.now(), library=library, card_id=card_id, by="staff"
            )

    def purge(self, now: datetime, limit: int, *, dry_run: bool = False) -> Purged:
        """Remove codes that are over."""
        return purge(self._house, CardReopening.card_id, CardReopening.expires_at <= now, limit, dry_run)

    def _use(self, session: Session, card: LibraryCard | None, code: str) -> bool:
        row = session.get(CardReopening, card.id, with_for_update=True) if card is not None else None
        now = self._house.now()
        if card is None or row is None or not self._codes.is_open(row):
            self._write_for_nobody(session, now)
            return False
        if not self._codes.fits(row, code, str(card.id)):
            return False
        session.delete(row)
        events.record(session, events.CARD_REOPENED, now, library=card.library, card_id=card.id, by="holder")
        return True

    def _to_write_to(self, session: Session, card: LibraryCard | None) -> tuple[LibraryCard, Account] | None:
        """The card and the account it opens, if that may be sent a code now."""
        patron = (card.library, card.patron_id) if card is not None else ("", "")
        account = self._holder(session, *patron)
        earlier = session.get(CardReopening, card.id if card is not None else uuid.uuid4())
        too_soon = earlier is not None and self._house.now() - earlier.asked_at < ASK_AGAIN_AFTER
        if card is None or account is None or too_soon or not _may_be_written_to(account):
            return None
        return card, account

    def _send(self, session: Session, card: LibraryCard, account: Account) -> None:
        self._forget_code(session, card.id)
        code, now = new_code(), self._house.now()
        session.add(
            CardReopening(
                card_id=card.id,
                code_hash=self._codes.hash(code, str(card.id)),
                tries=0,
                asked_at=now,
                expires_at=now + LASTS,
            )
        )
        assert account.email is not None
        outbox.write(session, self._house, self._letter(card.library, account, code))

    def _send_to_nobody(self, session: Session, library: str) -> None:
        """The work of ``_send``, of which nothing is left."""
        nobody = Account(email="nobody@invalid", language=None)
        code, once = new_code(), f"nobody:{uuid.uuid4()}"
        self._forget_code(session, uuid.uuid4())
        self._codes.hash(code, str(uuid.uuid4()))
        outbox.write(session, self._house, replace(self._letter(library, nobody, code), once=once))
        session.execute(
            delete(OutboxMessage).where(OutboxMessage.once == outbox.once_hash(self._house.vault, once))
        )

    @staticmethod
    def _forget_code(session: Session, card_id: uuid.UUID) -> None:
        session.execute(delete(CardReopening).where(CardReopening.card_id == card_id))

    def _write_for_nobody(self, session: Session, now: datetime) -> None:
        """The work of counting a wrong code, of which nothing is left."""
        key = self._codes.hash("", str(uuid.uuid4()))
        row = {"key": key, "kind": "nobody", "count": 0, "started_at": now, "last_at": now}
        insert_missing(session, Throttle, [row])
        session.execute(delete(Throttle).where(Throttle.key == key))

    def _letter(self, library: str, account: Account, code: str) -> outbox.Letter:
        language = account.language or self._house.settings.languages[0]
        words = letters.card_reopens(language, code, self._house.library(library).title(language))
        return outbox.Letter("card_reopens", str(account.email), words.subject, words.text, account.id)

    def _card(self, session: Session, library: str, number: str) -> LibraryCard | None:
        lookup = number_lookup(self._house, library, number)
        query = select(LibraryCard).where(LibraryCard.library == library, LibraryCard.number_lookup == lookup)
        # a number may have gone to another patron before we heard of the first one's new one
        return session.scalars(query.order_by(LibraryCard.read_at.desc().nulls_last()).limit(1)).one_or_none()

    @staticmethod
    def _holder(session: Session, library: str, patron_id: str) -> Account | None:
        """The account that the card opens; who has only linked it does not get its codes (rules 3.0)."""
        query = (
            select(Account)
            .join(Identity, Identity.account_id == Account.id)
            .where(Identity.issuer == library, Identity.subject == patron_id)
        )
        return session.scalars(query.limit(1)).one_or_none()


def _may_be_written_to(account: Account) -> bool:
    return account.email is not None and (
        account.email_source == "library" or account.email_verified_at is not None
    )
